package org.zennet.workbench.internal.terminal;

/**
 * How a cell looks, packed into a long: two colours of 26 bits (2 bits kind, 24 bits value) and flags. Pure functions.
 */
public final class Style {
    /** Nothing special: the colours of the theme. */
    public static final long PLAIN = 0;
    /** Bold. */
    public static final long BOLD = 1L << 52;
    /** Fainter than others. */
    public static final long FAINT = 1L << 53;
    /** Slanted. */
    public static final long ITALIC = 1L << 54;
    /** Underlined. */
    public static final long UNDERLINE = 1L << 55;
    /** Colours swapped. */
    public static final long REVERSE = 1L << 56;
    /** Not to be read. */
    public static final long HIDDEN = 1L << 57;
    /** Crossed out. */
    public static final long STRIKE = 1L << 58;
    /** The kind of a colour: that of the theme. */
    public static final int DEFAULT = 0;
    /** The kind of a colour: one of 256 by number. */
    public static final int INDEXED = 1;
    /** The kind of a colour: red, green, blue. */
    public static final int RGB = 2;
    private static final int BITS = 26;
    private static final int VALUE_BITS = 24;
    private static final long COLOUR = (1L << BITS) - 1;
    private static final int VALUE = (1 << VALUE_BITS) - 1;

    private Style() { }

    private static long packed(int kind, int value) {
        return (long) kind << VALUE_BITS | value & VALUE;
    }

    /** With another colour of the text. */
    public static long front(long style, int kind, int value) {
        return style & ~COLOUR | packed(kind, value);
    }

    /** With another colour behind the text. */
    public static long back(long style, int kind, int value) {
        return style & ~(COLOUR << BITS) | packed(kind, value) << BITS;
    }

    /** The kind of the text's colour. */
    public static int frontKind(long style) {
        return (int) (style >> VALUE_BITS & 3);
    }

    /** The number or red, green, blue of the text's colour. */
    public static int frontValue(long style) {
        return (int) style & VALUE;
    }

    /** The kind of the colour behind the text. */
    public static int backKind(long style) {
        return (int) (style >> BITS + VALUE_BITS & 3);
    }

    /** The number or red, green, blue of the colour behind the text. */
    public static int backValue(long style) {
        return (int) (style >> BITS) & VALUE;
    }

    /** After a "select graphic rendition" (ECMA-48 8.3.117), with the colours of ITU-T T.416 in the form that xterm takes. */
    public static long after(long before, int[] p, int count) {
        long s = before;
        if (count == 0) {
            return PLAIN;
        }
        for (int i = 0; i < count; i++) {
            int n = p[i];
            if (n == 38 || n == 48) {
                boolean text = n == 38;
                if (i + 2 < count && p[i + 1] == 5) {
                    int index = Math.clamp(p[i + 2], 0, 255);
                    s = text ? front(s, INDEXED, index) : back(s, INDEXED, index);
                    i += 2;
                } else if (i + 4 < count && p[i + 1] == 2) {
                    int rgb = Math.clamp(p[i + 2], 0, 255) << 16 | Math.clamp(p[i + 3], 0, 255) << 8 | Math.clamp(p[i + 4], 0, 255);
                    s = text ? front(s, RGB, rgb) : back(s, RGB, rgb);
                    i += 4;
                } else {
                    return s;
                }
            } else {
                s = simple(s, n);
            }
        }
        return s;
    }

    private static long simple(long s, int n) {
        return switch (n) {
            case 0 -> PLAIN;
            case 1 -> s | BOLD;
            case 2 -> s | FAINT;
            case 3 -> s | ITALIC;
            case 4 -> s | UNDERLINE;
            case 7 -> s | REVERSE;
            case 8 -> s | HIDDEN;
            case 9 -> s | STRIKE;
            case 21, 22 -> s & ~(BOLD | FAINT);
            case 23 -> s & ~ITALIC;
            case 24 -> s & ~UNDERLINE;
            case 27 -> s & ~REVERSE;
            case 28 -> s & ~HIDDEN;
            case 29 -> s & ~STRIKE;
            case 39 -> front(s, DEFAULT, 0);
            case 49 -> back(s, DEFAULT, 0);
            default -> {
                if (n >= 30 && n <= 37) {
                    yield front(s, INDEXED, n - 30);
                }
                if (n >= 40 && n <= 47) {
                    yield back(s, INDEXED, n - 40);
                }
                if (n >= 90 && n <= 97) {
                    yield front(s, INDEXED, n - 90 + 8);
                }
                yield n >= 100 && n <= 107 ? back(s, INDEXED, n - 100 + 8) : s;
            }
        };
    }
}
