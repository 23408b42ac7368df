package org.zennet.workbench.internal.software;

import org.eclipse.osgi.util.NLS;

/** Texts of this package. */
final class Messages extends NLS {
    public static String carried;
    public static String carrying;
    public static String notCarried;
    public static String restart;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
