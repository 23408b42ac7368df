package org.zennet.virtualization;

/** Words for people: what engines, guests and the JDK say, made one short line without control characters. */
public final class Texts {
    private static final int LONGEST = 300;

    private Texts() { }

    /** One line of visible characters, not too long. */
    public static String line(String s) {
        String l = s == null ? "" : s.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return l.length() > LONGEST ? l.substring(0, LONGEST) + "..." : l;
    }

    /** Why something failed. */
    public static String reason(Throwable t) {
        return t.getMessage() == null ? t.getClass().getSimpleName() : line(t.getMessage());
    }
}
