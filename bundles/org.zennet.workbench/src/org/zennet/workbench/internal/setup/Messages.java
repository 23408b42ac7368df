package org.zennet.workbench.internal.setup;

import org.eclipse.osgi.util.NLS;

/** The texts of this package, by language. Each field has its line in {@code messages.properties} and {@code messages_de.properties}. */
final class Messages extends NLS {
    public static String again;
    public static String create;
    public static String creating;
    public static String demo;
    public static String demoCoins;
    public static String demoElsewhere;
    public static String demoFailed;
    public static String demoJoining;
    public static String demoNotLevel;
    public static String demoNoWindow;
    public static String demoWhat;
    public static String joinLine;
    public static String nodeStarts;
    public static String noLauncher;
    public static String notNow;
    public static String offerAction;
    public static String offerWhat;
    public static String passphrase;
    public static String passphraseNote;
    public static String passphraseOptional;
    public static String passphrasesDiffer;
    public static String readingWords;
    public static String rentAction;
    public static String rentWhat;
    public static String restore;
    public static String restoring;
    public static String theWords;
    public static String unlock;
    public static String unlockWhy;
    public static String wallet;
    public static String walletAction;
    public static String walletIsThere;
    public static String walletTitle;
    public static String walletWhat;
    public static String walletWhy;
    public static String welcome;
    public static String welcomeMore;
    public static String welcomeShow;
    public static String welcomeWhat;
    public static String wordNumber;
    public static String words;
    public static String wordsLost;
    public static String wordsMissing;
    public static String wordsTitle;
    public static String wordsWhy;
    public static String wroteThem;

    static {
        NLS.initializeMessages(Messages.class.getPackageName() + ".messages", Messages.class);
    }

    private Messages() { }
}
