package org.zennet.workbench.internal.terminal;

import java.util.Arrays;

/** One line of a {@link Screen}: a character and a {@link Style} in each cell. Not thread-safe: the screen guards it. */
public final class Line {
    /** The right half of a wide character. */
    static final int HALF = -1;
    int[] chars;
    long[] styles;
    /** Whether the text goes on in the next line without a break. */
    boolean wrapped;

    Line(int columns, long style) {
        chars = new int[columns];
        styles = new long[columns];
        erase(0, columns, style);
    }

    private Line(Line other) {
        chars = other.chars.clone();
        styles = other.styles.clone();
        wrapped = other.wrapped;
    }

    Line copy() {
        return new Line(this);
    }

    void erase(int from, int to, long style) {
        // half a wide character is none
        if (from > 0 && from < chars.length && chars[from] == HALF) {
            chars[from - 1] = ' ';
        }
        if (to > 0 && to < chars.length && chars[to] == HALF) {
            chars[to] = ' ';
        }
        Arrays.fill(chars, from, to, ' ');
        Arrays.fill(styles, from, to, style);
    }

    void insert(int at, int count, long style) {
        int n = Math.min(count, chars.length - at);
        System.arraycopy(chars, at, chars, at + n, chars.length - at - n);
        System.arraycopy(styles, at, styles, at + n, chars.length - at - n);
        erase(at, at + n, style);
    }

    void delete(int at, int count, long style) {
        int n = Math.min(count, chars.length - at);
        System.arraycopy(chars, at + n, chars, at, chars.length - at - n);
        System.arraycopy(styles, at + n, styles, at, chars.length - at - n);
        erase(chars.length - n, chars.length, style);
    }

    void resize(int columns) {
        int before = chars.length;
        if (columns == before) {
            return;
        }
        chars = Arrays.copyOf(chars, columns);
        styles = Arrays.copyOf(styles, columns);
        if (columns > before) {
            erase(before, columns, Style.PLAIN);
        } else {
            wrapped = false;
        }
    }

    /** The cells. */
    public int length() {
        return chars.length;
    }

    /** The character of a cell; negative for the right half of a wide one. */
    public int character(int column) {
        return chars[column];
    }

    /** The style of a cell. */
    public long style(int column) {
        return styles[column];
    }

    /** The text of some cells, with blanks at the end of the line left away. */
    public String text(int from, int to) {
        StringBuilder s = new StringBuilder();
        int end = Math.min(to, chars.length);
        for (int i = Math.max(0, from); i < end; i++) {
            if (chars[i] != HALF) {
                s.appendCodePoint(chars[i]);
            }
        }
        if (to >= chars.length && !wrapped) {
            while (!s.isEmpty() && s.charAt(s.length() - 1) == ' ') {
                s.setLength(s.length() - 1);
            }
        }
        return s.toString();
    }
}
