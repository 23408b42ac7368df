package org.zennet.workbench.internal.terminal;

import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Control;

/**
 * The colours of a terminal: front and back are the theme's, the first sixteen are chosen to be read on it, the others are those of xterm's 256
 * or any. Text whose colour can't be told from what is behind it is drawn in the theme's.
 */
final class Palette {
    private static final int[] ON_LIGHT = {0x000000, 0xb00020, 0x1a7f37, 0x8a5a00, 0x0b57d0, 0x8e24aa, 0x00737a, 0x5f6368,
        0x4a4a4a, 0xd32f2f, 0x2e7d32, 0x946300, 0x1565c0, 0xa53fbf, 0x00838f, 0x202124};
    private static final int[] ON_DARK = {0x6e6e6e, 0xf28b82, 0x81c995, 0xfdd663, 0x8ab4f8, 0xd7aefb, 0x78d9ec, 0xe8eaed,
        0x9aa0a6, 0xf6aea9, 0xa8dab5, 0xfde293, 0xaecbfa, 0xe9d2fd, 0xa1e4f2, 0xffffff};
    private static final int[] LEVELS = {0, 95, 135, 175, 215, 255};
    private static final int DARK = 3 * 128;
    private final Color front;
    private final Color back;
    private final int[] sixteen;

    private Palette(Color front, Color back) {
        this.front = front;
        this.back = back;
        this.sixteen = back.getRed() + back.getGreen() + back.getBlue() < DARK ? ON_DARK : ON_LIGHT;
    }

    /** That of a control in its theme. */
    static Palette of(Control control) {
        return new Palette(control.getForeground(), control.getBackground());
    }

    Color front() {
        return front;
    }

    Color back() {
        return back;
    }

    Color front(long style) {
        Color c = colour(Style.frontKind(style), Style.frontValue(style), front);
        return c.equals(back(style)) && (style & Style.HIDDEN) == 0 ? Style.backKind(style) == Style.DEFAULT ? front : opposite(c) : c;
    }

    Color back(long style) {
        return colour(Style.backKind(style), Style.backValue(style), back);
    }

    private static Color opposite(Color c) {
        return c.getRed() + c.getGreen() + c.getBlue() < DARK ? new Color(255, 255, 255) : new Color(0, 0, 0);
    }

    private Color colour(int kind, int value, Color otherwise) {
        return switch (kind) {
            case Style.INDEXED -> of(value < 16 ? sixteen[value] : value < 232 ? cube(value - 16) : grey(value - 232));
            case Style.RGB -> of(value);
            default -> otherwise;
        };
    }

    private static int cube(int n) {
        return LEVELS[n / 36] << 16 | LEVELS[n / 6 % 6] << 8 | LEVELS[n % 6];
    }

    private static int grey(int n) {
        int level = 8 + 10 * n;
        return level << 16 | level << 8 | level;
    }

    private static Color of(int rgb) {
        return new Color(rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
    }
}
