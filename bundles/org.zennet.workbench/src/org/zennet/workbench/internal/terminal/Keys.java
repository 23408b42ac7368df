package org.zennet.workbench.internal.terminal;

import java.nio.charset.StandardCharsets;
import org.eclipse.swt.SWT;

/** What keys send to a program in a terminal, as xterm does. Pure. */
public final class Keys {
    private static final String ESC = "\033";
    private static final byte[] NOTHING = new byte[0];

    private Keys() { }

    /**
     * The bytes of a key.
     *
     * @param keyCode     as in an event of SWT
     * @param character   likewise; 0 for none
     * @param state       the modifiers that are held
     * @param application whether a program asked for the application's cursor keys
     */
    public static byte[] of(int keyCode, char character, int state, boolean application) {
        String special = special(keyCode, state, application);
        if (special != null) {
            return special.getBytes(StandardCharsets.US_ASCII);
        }
        if (character == 0 && !((state & SWT.CTRL) != 0 && (keyCode == ' ' || keyCode == '@' || keyCode == '2'))) {
            return NOTHING;
        }
        boolean alt = (state & SWT.ALT) != 0 && (state & SWT.CTRL) == 0;
        return ((alt ? ESC : "") + character).getBytes(StandardCharsets.UTF_8);
    }

    private static String special(int keyCode, int state, boolean application) {
        int m = 1 + ((state & SWT.SHIFT) != 0 ? 1 : 0) + ((state & SWT.ALT) != 0 ? 2 : 0) + ((state & SWT.CTRL) != 0 ? 4 : 0);
        return switch (keyCode) {
            case SWT.ARROW_UP -> cursor('A', m, application);
            case SWT.ARROW_DOWN -> cursor('B', m, application);
            case SWT.ARROW_RIGHT -> cursor('C', m, application);
            case SWT.ARROW_LEFT -> cursor('D', m, application);
            case SWT.HOME -> cursor('H', m, application);
            case SWT.END -> cursor('F', m, application);
            case SWT.INSERT -> tilde(2, m);
            case SWT.DEL -> tilde(3, m);
            case SWT.PAGE_UP -> tilde(5, m);
            case SWT.PAGE_DOWN -> tilde(6, m);
            case SWT.F1, SWT.F2, SWT.F3, SWT.F4 -> {
                char c = (char) ('P' + keyCode - SWT.F1);
                yield m == 1 ? ESC + "O" + c : ESC + "[1;" + m + c;
            }
            case SWT.F5 -> tilde(15, m);
            case SWT.F6, SWT.F7, SWT.F8, SWT.F9, SWT.F10 -> tilde(17 + keyCode - SWT.F6, m);
            case SWT.F11, SWT.F12 -> tilde(23 + keyCode - SWT.F11, m);
            case SWT.BS -> (state & SWT.ALT) != 0 ? ESC + "\177" : "\177";
            case SWT.TAB -> (state & SWT.SHIFT) != 0 ? ESC + "[Z" : "\t";
            case SWT.CR, SWT.KEYPAD_CR -> "\r";
            case SWT.ESC -> ESC;
            default -> null;
        };
    }

    private static String cursor(char key, int modifiers, boolean application) {
        return modifiers != 1 ? ESC + "[1;" + modifiers + key : ESC + (application ? "O" : "[") + key;
    }

    private static String tilde(int number, int modifiers) {
        return ESC + "[" + number + (modifiers == 1 ? "" : ";" + modifiers) + "~";
    }

    /** What pasting a text sends: lines end as the Enter key ends them, control characters but tabs are left out, and a program that asks is told. */
    public static byte[] paste(String text, boolean told) {
        StringBuilder s = new StringBuilder();
        text.replace("\r\n", "\r").replace('\n', '\r').codePoints().filter(c -> c >= ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0) || c == '\r' || c == '\t')
                .forEach(s::appendCodePoint);
        return (told ? ESC + "[200~" + s + ESC + "[201~" : s.toString()).getBytes(StandardCharsets.UTF_8);
    }
}
