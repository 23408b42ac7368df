package org.zennet.workbench.internal.views;

import org.eclipse.osgi.util.NLS;

/** The texts of the views, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String announcements;
    public static String available;
    public static String benchmarks;
    public static String chainStatus;
    public static String channels;
    public static String chart;
    public static String earnings;
    public static String enterAgain;
    public static String filter;
    public static String history;
    public static String howToJoin;
    public static String inChannels;
    public static String job;
    public static String jobs;
    public static String leases;
    public static String level;
    public static String loggingIn;
    public static String loggingInTo;
    public static String machinesElsewhere;
    public static String manyPeers;
    public static String negotiations;
    public static String newestBlocks;
    public static String noJob;
    public static String noNetwork;
    public static String noNode;
    public static String noRent;
    public static String nothing;
    public static String nothingToShow;
    public static String notLevel;
    public static String notProviding;
    public static String notRented;
    public static String offer;
    public static String onePeer;
    public static String overview;
    public static String peers;
    public static String pending;
    public static String plugins;
    public static String pluginsWarning;
    public static String providers;
    public static String rates;
    public static String rentedMachines;
    public static String result;
    public static String resultFiles;
    public static String runs;
    public static String selectedFile;
    public static String spending;
    public static String spendingOfNewest;
    public static String taskLog;
    public static String tasks;
    public static String terminal;
    public static String terminalReaders;
    public static String unknownJob;
    public static String usageByProvider;
    public static String waitingTransactions;
    public static String wallet;
    public static String walletOverTime;
    public static String watchesNone;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
