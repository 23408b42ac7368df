package org.zennet.workbench.internal;

import org.eclipse.osgi.util.NLS;

/** The texts of the window itself, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String alreadyOpen;
    public static String catchingUp;
    public static String chainTip;
    public static String demoRuns;
    public static String level;
    public static String locked;
    public static String nodeNotStarted;
    public static String nodeNotStartedWhy;
    public static String nodeRuns;
    public static String nodeRunsAlready;
    public static String nodeStarting;
    public static String nodeStopped;
    public static String noLauncher;
    public static String noNetwork;
    public static String onePeer;
    public static String open;
    public static String peers;
    public static String quit;
    public static String quitWithJob;
    public static String quitWithJobs;
    public static String startingNode;
    public static String status;
    public static String wallet;
    public static String walletLocked;
    public static String walletTip;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
