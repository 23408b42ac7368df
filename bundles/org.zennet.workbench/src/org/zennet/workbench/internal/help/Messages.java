package org.zennet.workbench.internal.help;

import org.eclipse.osgi.util.NLS;

/** The texts of this package, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String contents;
    public static String doIt;
    public static String nothingFound;
    public static String search;
    public static String searchHint;
    public static String step;
    public static String stepDone;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
