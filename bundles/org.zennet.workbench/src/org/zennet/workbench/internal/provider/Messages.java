package org.zennet.workbench.internal.provider;

import org.eclipse.osgi.util.NLS;

/** The texts of this package, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String alsoBusy;
    public static String always;
    public static String benchmarking;
    public static String benchmarks;
    public static String benchmarksQuestion;
    public static String calibrate;
    public static String calibrateTarget;
    public static String calibrating;
    public static String drain;
    public static String draining;
    public static String drainQuestion;
    public static String full;
    public static String noNode;
    public static String offer;
    public static String offeredAlready;
    public static String offerNow;
    public static String offerQuestion;
    public static String quick;
    public static String settings;
    public static String starting;
    public static String stop;
    public static String stopEnding;
    public static String stopKeeping;
    public static String stopping;
    public static String stopQuestion;
    public static String whenIdle;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
