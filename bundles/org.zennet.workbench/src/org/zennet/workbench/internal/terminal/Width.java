package org.zennet.workbench.internal.terminal;

/** How many cells a character takes: by its general category, and by the blocks that Unicode's EastAsianWidth.txt has as wide. Pure. */
final class Width {
    private static final int[][] WIDE = {{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x2e80, 0x303e}, {0x3041, 0x33ff},
        {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6f},
        {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x18aff}, {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
        {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

    private Width() { }

    static int of(int c) {
        if (c < 0x300) {
            return c == 0xad ? 0 : 1;
        }
        switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> {
                return 0;
            }
            default -> { }
        }
        for (int[] range : WIDE) {
            if (c < range[0]) {
                return 1;
            }
            if (c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }
}
