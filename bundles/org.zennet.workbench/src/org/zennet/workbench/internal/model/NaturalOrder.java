package org.zennet.workbench.internal.model;

import java.util.Comparator;

/** The order that people expect of a column: nothing, then numbers by their size, then words, and {@code task-9} before {@code task-10}. */
public final class NaturalOrder implements Comparator<String> {
    /** The one order. */
    public static final NaturalOrder INSTANCE = new NaturalOrder();

    private NaturalOrder() { }

    @Override
    public int compare(String a, String b) {
        int ea = numberEnd(a);
        int eb = numberEnd(b);
        if (ea > 0 && eb > 0) {
            int order = numbers(a, ea, b, eb);
            return order != 0 ? order : pieces(a, ea, b, eb);
        }
        if (ea > 0 != eb > 0 && !a.isEmpty() && !b.isEmpty()) {
            return ea > 0 ? -1 : 1;
        }
        return pieces(a, 0, b, 0);
    }

    /** Where a number ends that a cell begins with: digits with a sign and a fraction; 0 where it begins with none. */
    private static int numberEnd(String s) {
        int i = !s.isEmpty() && (s.charAt(0) == '-' || s.charAt(0) == '+') ? 1 : 0;
        int whole = digitsEnd(s, i);
        if (whole == i) {
            return 0;
        }
        if (whole < s.length() && s.charAt(whole) == '.') {
            int fraction = digitsEnd(s, whole + 1);
            return fraction > whole + 1 ? fraction : whole;
        }
        return whole;
    }

    private static int numbers(String a, int ea, String b, int eb) {
        boolean na = a.charAt(0) == '-';
        boolean nb = b.charAt(0) == '-';
        int sa = Character.isDigit(a.charAt(0)) ? 0 : 1;
        int sb = Character.isDigit(b.charAt(0)) ? 0 : 1;
        int wa = digitsEnd(a, sa);
        int wb = digitsEnd(b, sb);
        int size = digits(a, sa, wa, b, sb, wb);
        if (size == 0) {
            size = fractions(a, wa, ea, b, wb, eb);
        }
        boolean zero = size == 0;
        if (na != nb) {
            return zero && isZero(a, sa, ea) ? 0 : na ? -1 : 1;
        }
        return na ? -size : size;
    }

    private static boolean isZero(String s, int from, int to) {
        for (int i = from; i < to; i++) {
            if (s.charAt(i) != '0' && s.charAt(i) != '.') {
                return false;
            }
        }
        return true;
    }

    /** Compares whole numbers by their digits. */
    private static int digits(String a, int sa, int ea, String b, int sb, int eb) {
        int x = sa;
        int y = sb;
        while (x < ea && a.charAt(x) == '0') {
            x++;
        }
        while (y < eb && b.charAt(y) == '0') {
            y++;
        }
        if (ea - x != eb - y) {
            return ea - x < eb - y ? -1 : 1;
        }
        for (; x < ea; x++, y++) {
            if (a.charAt(x) != b.charAt(y)) {
                return a.charAt(x) < b.charAt(y) ? -1 : 1;
            }
        }
        return 0;
    }

    private static int fractions(String a, int wa, int ea, String b, int wb, int eb) {
        int longest = Math.max(ea - wa, eb - wb);
        for (int i = 1; i < longest; i++) {
            char x = wa + i < ea ? a.charAt(wa + i) : '0';
            char y = wb + i < eb ? b.charAt(wb + i) : '0';
            if (x != y) {
                return x < y ? -1 : 1;
            }
        }
        return 0;
    }

    /** Compares what follows: numbers in it as numbers, the rest by letters in any case. */
    private static int pieces(String a, int fromA, String b, int fromB) {
        int i = fromA;
        int j = fromB;
        while (i < a.length() && j < b.length()) {
            boolean number = isDigit(a.charAt(i));
            if (number && isDigit(b.charAt(j))) {
                int ea = digitsEnd(a, i);
                int eb = digitsEnd(b, j);
                int order = digits(a, i, ea, b, j, eb);
                if (order != 0) {
                    return order;
                }
                i = ea;
                j = eb;
            } else {
                char x = Character.toLowerCase(Character.toUpperCase(a.charAt(i)));
                char y = Character.toLowerCase(Character.toUpperCase(b.charAt(j)));
                if (x != y) {
                    return Character.compare(x, y);
                }
                i++;
                j++;
            }
        }
        return Integer.compare(a.length() - i, b.length() - j);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int digitsEnd(String s, int from) {
        int i = from;
        while (i < s.length() && isDigit(s.charAt(i))) {
            i++;
        }
        return i;
    }
}
