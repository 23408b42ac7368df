package org.zennet.workbench.internal.handlers;

import org.eclipse.osgi.util.NLS;

/** The texts of dialogs and jobs, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String addingMachine;
    public static String addMachine;
    public static String addMachineHow;
    public static String address;
    public static String allFiles;
    public static String amount;
    public static String amountHint;
    public static String backingUp;
    public static String backup;
    public static String backupBeside;
    public static String backupSealed;
    public static String backupWritten;
    public static String cancelJob;
    public static String cancelling;
    public static String cancelQuestion;
    public static String cannotWrite;
    public static String coin;
    public static String coins;
    public static String earningsCsv;
    public static String exportChart;
    public static String exportEarnings;
    public static String fileFails;
    public static String final_;
    public static String forgettingMachines;
    public static String installing;
    public static String installPlugin;
    public static String installQuestion;
    public static String itWould;
    public static String jobEnded;
    public static String jobFiles;
    public static String jobGone;
    public static String jobs;
    public static String join;
    public static String joinLine;
    public static String lookingInto;
    public static String noApi;
    public static String nodeRunsAlready;
    public static String noFileManager;
    public static String noNode;
    public static String noResult;
    public static String noSigner;
    public static String notStated;
    public static String oneJob;
    public static String openResult;
    public static String paying;
    public static String picture;
    public static String pluginDescription;
    public static String pluginFiles;
    public static String preview;
    public static String removePlugin;
    public static String removeQuestion;
    public static String removing;
    public static String replacePlugin;
    public static String runJob;
    public static String running;
    public static String selectPlugin;
    public static String send;
    public static String sendCoins;
    public static String takingCoins;
    public static String values;
    public static String withChange;
    public static String withoutChange;
    public static String writingEarnings;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
