package org.zennet.workbench.internal.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.eclipse.swt.SWT;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static String sent(int code, char c, int state, boolean application) {
        return new String(Keys.of(code, c, state, application), StandardCharsets.UTF_8);
    }

    @Test
    void keysSendWhatXtermSends() {
        assertEquals("a", sent('a', 'a', 0, false));
        assertEquals("\003", sent('c', '\003', SWT.CTRL, false));
        assertEquals("\033b", sent('b', 'b', SWT.ALT, false));
        assertEquals("ß", sent('ß', 'ß', 0, false));
        assertEquals("\r", sent(SWT.CR, '\r', 0, false));
        assertEquals("\177", sent(SWT.BS, '\b', 0, false));
        assertEquals("\033[A", sent(SWT.ARROW_UP, '\0', 0, false));
        assertEquals("\033OA", sent(SWT.ARROW_UP, '\0', 0, true));
        assertEquals("\033[1;5C", sent(SWT.ARROW_RIGHT, '\0', SWT.CTRL, true));
        assertEquals("\033[15~", sent(SWT.F5, '\0', 0, false));
        assertEquals("\033[24~", sent(SWT.F12, '\0', 0, false));
        assertEquals("\033[Z", sent(SWT.TAB, '\t', SWT.SHIFT, false));
        assertEquals("", sent(SWT.SHIFT, '\0', 0, false));
    }

    @Test
    void whatIsPastedCanNotActAsKeys() {
        assertEquals("\033[200~ls\r[201~rm\033[201~", new String(Keys.paste("ls\n\033[201~rm\u0003", true), StandardCharsets.UTF_8));
        assertEquals("a\rb\t", new String(Keys.paste("a\r\nb\t\u009b", false), StandardCharsets.UTF_8));
    }
}
