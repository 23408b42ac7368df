package org.zennet.workbench.internal.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final Screen screen = new Screen(20, 5);
    private final List<String> answers = new ArrayList<>();
    private int bells;
    private final Parser parser = new Parser(screen, b -> answers.add(new String(b, StandardCharsets.US_ASCII)), () -> bells++);

    private ScreenTest send(String text) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        parser.read(b, 0, b.length);
        return this;
    }

    private void shows(String... lines) {
        Screen.View v = screen.view(screen.end() - screen.lines(), screen.lines());
        List<String> seen = v.lines().stream().map(l -> l.text(0, l.length())).collect(Collectors.toList());
        while (!seen.isEmpty() && seen.getLast().isEmpty()) {
            seen.removeLast();
        }
        assertEquals(Arrays.asList(lines), seen);
    }

    private long style(int line, int column) {
        return screen.view(screen.end() - screen.lines(), screen.lines()).lines().get(line).style(column);
    }

    @Test
    void textWrapsAtTheEdgeAndScrollsAtTheBottom() {
        send("abcdefghijklmnopqrstuvw\r\n2\r\n3\r\n4\r\n5");
        shows("uvw", "2", "3", "4", "5");
        assertEquals("abcdefghijklmnopqrstuvw\n2", screen.text(0, 0, 2, 20), "what scrolled away is kept, and joined where it wrapped");
    }

    @Test
    void aFullLineWrapsOnlyWithTheNextCharacter() {
        send("abcdefghijklmnopqrst\rX");
        shows("Xbcdefghijklmnopqrst");
    }

    @Test
    void theCursorMovesAndErases() {
        send("one\r\ntwo\r\nthree\033[2;2H\033[K\033[1;1HX\033[3;3H\033[1J");
        shows("", "", "   ee");
    }

    @Test
    void charactersAndLinesAreInsertedAndDeleted() {
        send("abc\r\ndef\r\nghi\033[2;2H\033[2@\033[1;1H\033[P\033[3;1H\033[L");
        shows("bc", "d  ef", "", "ghi");
        send("\033[1;1H\033[2M");
        shows("", "ghi");
    }

    @Test
    void aRegionScrollsAloneAndKeepsNothing() {
        send("a\r\nb\r\nc\r\nd\r\ne\033[2;4r\033[4;1H\n\n");
        shows("a", "d", "", "", "e");
        assertEquals(0, screen.start());
        assertEquals(5, screen.end());
    }

    @Test
    void coloursOfEveryKindAreTaken() {
        send("\033[1;31mR\033[0;38;5;208mO\033[48;2;1;2;3mB\033[7;4mU\033[mP\033[97mW");
        assertEquals(Style.front(Style.BOLD, Style.INDEXED, 1), style(0, 0));
        assertEquals(Style.front(0, Style.INDEXED, 208), style(0, 1));
        assertEquals(Style.RGB, Style.backKind(style(0, 2)));
        assertEquals(0x010203, Style.backValue(style(0, 2)));
        assertTrue((style(0, 3) & Style.REVERSE) != 0 && (style(0, 3) & Style.UNDERLINE) != 0);
        assertEquals(Style.PLAIN, style(0, 4));
        assertEquals(15, Style.frontValue(style(0, 5)));
    }

    @Test
    void theSecondScreenComesEmptyAndLeavesTheFirstAsItWas() {
        send("shell$ \033[?1049hfull screen");
        shows("full screen");
        send("\033[?1049l");
        shows("shell$");
        send("x");
        shows("shell$ x");
    }

    @Test
    void wideCharactersTakeTwoCellsAndHalvesDisappear() {
        send("日本x\033[1;2H!");
        shows(" !本x");
    }

    @Test
    void brokenAndCutCharactersDoNoHarm() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        parser.read(euro, 0, 1);
        parser.read(euro, 1, 2);
        parser.read(new byte[] {(byte) 0xe2, 'a', (byte) 0xff, (byte) 0xc0, (byte) 0x80}, 0, 5);
        shows("€\ufffda\ufffd\ufffd\ufffd");
    }

    @Test
    void lineDrawingAndTabs() {
        send("\033(0lqk\033(B\tx\033[3g\ty");
        shows("┌─┐     x          y");
    }

    @Test
    void commandStringsAreSwallowedHoweverLongAndWhereverTheyAreCut() {
        send("a\033]0;a title\007b\033]52;c;Y2xpcGJvYXJk\033\\c\033Pq#0\033\\d\033_x\033\\e");
        shows("abcde");
        send("\033]0;");
        byte[] flood = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 50; i++) {
            parser.read(flood, 0, flood.length);
        }
        send("\033\\f");
        shows("abcdef");
        assertEquals(List.of(), answers);
    }

    @Test
    void programsAreAnsweredInFixedFormsOnly() {
        send("ab\033[6n\033[5n\033[c\033[>c\033]10;?\007\033[21t\033P$qm\033\\");
        assertEquals(List.of("\033[1;3R", "\033[0n", "\033[?6c"), answers);
    }

    @Test
    void theBellRingsOnceForAPiece() {
        send("\007".repeat(1000));
        assertEquals(1, bells);
    }

    @Test
    void hugeNumbersAreWorkedWithinTheScreen() {
        send("x\033[999999999999999999999b\033[99999999L\033[99999999S\033[99999999@\033[99999999;99999999H\033[99999999X\033[99999999;1r\033[99999999T");
        assertEquals(20, screen.columns());
        assertTrue(screen.end() - screen.start() <= 5 + Screen.MOST_HISTORY);
    }

    @Test
    void noMoreThanTheNewestLinesAreKept() {
        for (int i = 0; i < Screen.MOST_HISTORY + 100; i++) {
            send(i + "\r\n");
        }
        assertEquals(Screen.MOST_HISTORY + 5, screen.end() - screen.start());
        assertEquals("5000", screen.text(5_000, 0, 5_000, 20));
    }

    @Test
    void aSmallerScreenKeepsTheCursorsLineAndALargerOneTakesBackWhatWentAway() {
        send("1\r\n2\r\n3\r\n4\r\n5");
        screen.resize(10, 2);
        shows("4", "5");
        screen.resize(10, 4);
        shows("2", "3", "4", "5");
        send("x");
        shows("2", "3", "4", "5x");
        screen.resize(10, 6);
        shows("1", "2", "3", "4", "5x");
    }

    @Test
    void aResetGivesAllModesBack() {
        send("\033[?1h\033[?2004h\033[?25l\033[4h\033[2;3r\033[?1049hgone");
        assertTrue(screen.applicationCursorKeys() && screen.bracketedPaste());
        send("\033c");
        assertFalse(screen.applicationCursorKeys() || screen.bracketedPaste());
        assertTrue(screen.view(screen.end() - 5, 5).cursorShown());
        send("ok");
        shows("ok");
    }

    @Test
    void nothingThatAMachineSendsBreaksTheScreen() {
        Random random = new Random(11);
        String alphabet = "\033\033\033[[[]P_^X;;:?>!#()0123456789ABCDEFGHJKLMPSTXZ@abcdefghlmnrsu\r\n\t\b\007\016\017 \u00e9\u65e5\u0301";
        for (int round = 0; round < 300; round++) {
            StringBuilder s = new StringBuilder();
            for (int i = 0; i < 400; i++) {
                s.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] b = s.toString().getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 20; i++) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            parser.read(b, 0, b.length);
            if (round % 7 == 0) {
                screen.resize(1 + random.nextInt(40), 1 + random.nextInt(12));
            }
            Screen.View v = screen.view(screen.end() - screen.lines(), screen.lines());
            assertEquals(screen.lines(), v.lines().size());
            for (Line l : v.lines()) {
                assertEquals(screen.columns(), l.length());
            }
            assertTrue(v.cursorColumn() >= 0 && v.cursorColumn() < screen.columns() && v.cursorLine() >= 0 && v.cursorLine() < screen.lines());
        }
    }
}
