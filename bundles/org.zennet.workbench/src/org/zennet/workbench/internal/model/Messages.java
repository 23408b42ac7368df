package org.zennet.workbench.internal.model;

import org.eclipse.osgi.util.NLS;

/** The texts that the model computes, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String address;
    public static String amount;
    public static String amountWithheld;
    public static String announcement;
    public static String atRisk;
    public static String attempts;
    public static String block;
    public static String builtIn;
    public static String bytes;
    public static String calls;
    public static String capacity;
    public static String caughtAt;
    public static String channel;
    public static String code;
    public static String comparedOnly;
    public static String cores;
    public static String details;
    public static String dialledBy;
    public static String endpoint;
    public static String failures;
    public static String fee;
    public static String fees;
    public static String id;
    public static String installed;
    public static String isolation;
    public static String job;
    public static String kind;
    public static String lease;
    public static String leases;
    public static String licence;
    public static String machines;
    public static String manyTasks;
    public static String memory;
    public static String name;
    public static String note;
    public static String nothing;
    public static String notRunning;
    public static String notStated;
    public static String ofTotal;
    public static String oneAttempt;
    public static String oneLease;
    public static String oneRound;
    public static String oneTask;
    public static String openForWork;
    public static String owed;
    public static String paid;
    public static String payments;
    public static String peer;
    public static String progress;
    public static String provider;
    public static String providersCounted;
    public static String providing;
    public static String publisher;
    public static String purpose;
    public static String recomputed;
    public static String recomputedHere;
    public static String result;
    public static String role;
    public static String rounds;
    public static String saidBy;
    public static String seriesAtRisk;
    public static String seriesBalance;
    public static String seriesEarned;
    public static String seriesSpent;
    public static String settledBy;
    public static String settledInBlock;
    public static String settledWaiting;
    public static String settlement;
    public static String signer;
    public static String spending;
    public static String spendingOf;
    public static String spent;
    public static String state;
    public static String subsidy;
    public static String takesNoNewWork;
    public static String tasks;
    public static String tasksCounted;
    public static String text;
    public static String thePeer;
    public static String thisNode;
    public static String time;
    public static String transaction;
    public static String transactions;
    public static String unsigned;
    public static String untilBlock;
    public static String usage;
    public static String usageOf;
    public static String usageTitle;
    public static String version;
    public static String waits;
    public static String wallet;
    public static String what;
    public static String withheld;
    public static String zenPerByte;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
