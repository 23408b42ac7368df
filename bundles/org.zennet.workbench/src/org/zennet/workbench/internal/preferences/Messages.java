package org.zennet.workbench.internal.preferences;

import org.eclipse.osgi.util.NLS;

/** The texts of this package, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String allNextStart;
    public static String atOnce;
    public static String defaultIs;
    public static String empty;
    public static String fromCommandLine;
    public static String fromEnvironment;
    public static String later;
    public static String mark;
    public static String marked;
    public static String nextStart;
    public static String noNode;
    public static String noPluginSettings;
    public static String noSettings;
    public static String notInstalled;
    public static String reading;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
