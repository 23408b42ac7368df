package org.zennet.workbench.internal.terminal;

import org.eclipse.osgi.util.NLS;

/** The texts of terminals, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String exitCode;
    public static String letsNobodyIn;
    public static String loggedOut;
    public static String lost;
    public static String noKey;
    public static String otherKey;
    public static String signal;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
