package org.zennet.workbench.internal.terminal;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads what a machine sends to a terminal, and works a {@link Screen} with it. Made for machines of strangers: it holds no more than one control
 * sequence of {@value #MOST_PARAMETERS} numbers up to {@value #LARGEST}; command strings (OSC, DCS, SOS, PM, APC), which elsewhere set titles and
 * clipboards or print, are swallowed without being kept, however long; answers are of three fixed forms, with no text of the sender's choice. For
 * one thread.
 */
public final class Parser {
    /** The most numbers of a control sequence. */
    static final int MOST_PARAMETERS = 32;
    /** The largest number in it; what is larger counts as this. */
    static final int LARGEST = 9_999;
    private static final String GRAPHICS = "▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";
    private static final int REPLACEMENT = 0xfffd;
    private final Screen screen;
    private final Consumer<byte[]> answer;
    private final Runnable bell;
    private final int[] numbers = new int[MOST_PARAMETERS];
    private State state = State.TEXT;
    private int count;
    private boolean started;
    private int mark;
    private int between;
    private boolean strange;
    private int character;
    private int missing;
    private int least;
    private final boolean[] graphics = new boolean[2];
    private int shifted;
    private int designated;
    private int last = ' ';

    /** What the next byte belongs to. */
    private enum State { TEXT, ESCAPE, CHARSET, ESCAPE_MORE, SEQUENCE, STRING, STRING_ESCAPE }

    /**
     * Over a screen.
     *
     * @param answer what programs asked for
     * @param bell   rings; at most once in each piece that is read
     */
    public Parser(Screen screen, Consumer<byte[]> answer, Runnable bell) {
        this.screen = screen;
        this.answer = answer;
        this.bell = bell;
    }

    /** Reads a piece; sequences and characters may be cut anywhere. */
    public void read(byte[] bytes, int offset, int length) {
        boolean rings = false;
        for (int i = offset; i < offset + length; i++) {
            int b = bytes[i] & 0xff;
            if (b == 0x18 || b == 0x1a) {
                state = State.TEXT;
                missing = 0;
                continue;
            }
            if (b == 0x1b) {
                utf8End();
                state = state == State.STRING || state == State.STRING_ESCAPE ? State.STRING_ESCAPE : State.ESCAPE;
                continue;
            }
            if (b == 7 && state != State.STRING && state != State.STRING_ESCAPE) {
                rings = true;
                continue;
            }
            switch (state) {
                case TEXT -> text(b);
                case ESCAPE -> escape(b);
                case CHARSET -> {
                    graphics[designated] = b == '0';
                    state = State.TEXT;
                }
                case ESCAPE_MORE -> {
                    if (b == '8' && between == '#') {
                        screen.alignment();
                    }
                    state = State.TEXT;
                }
                case SEQUENCE -> sequence(b);
                case STRING -> state = b == 7 ? State.TEXT : State.STRING;
                case STRING_ESCAPE -> {
                    state = State.TEXT;
                    if (b != '\\') {
                        escape(b);
                    }
                }
            }
        }
        if (rings) {
            bell.run();
        }
    }

    private void text(int b) {
        if (b < 0x20) {
            utf8End();
            control(b);
        } else if (b < 0x80) {
            utf8End();
            if (b != 0x7f) {
                put(graphics[shifted] && b >= 0x61 && b <= 0x7e ? GRAPHICS.codePointAt(b - 0x61) : graphics[shifted] && b == 0x60 ? '◆' : b);
            }
        } else if (missing > 0 && (b & 0xc0) == 0x80) {
            character = character << 6 | b & 0x3f;
            if (--missing == 0) {
                boolean bad = character < least || character > 0x10ffff || character >= 0xd800 && character <= 0xdfff;
                if (bad || character >= 0xa0) {
                    put(bad ? REPLACEMENT : character);
                }
            }
        } else {
            utf8End();
            begin(b);
        }
    }

    /** A multi-byte character of RFC 3629 begins. */
    private void begin(int b) {
        if (b >= 0xc2 && b <= 0xdf) {
            character = b & 0x1f;
            missing = 1;
            least = 0x80;
        } else if (b >= 0xe0 && b <= 0xef) {
            character = b & 0xf;
            missing = 2;
            least = 0x800;
        } else if (b >= 0xf0 && b <= 0xf4) {
            character = b & 7;
            missing = 3;
            least = 0x10000;
        } else {
            put(REPLACEMENT);
        }
    }

    private void utf8End() {
        if (missing > 0) {
            missing = 0;
            put(REPLACEMENT);
        }
    }

    private void put(int c) {
        last = c;
        screen.put(c);
    }

    private void control(int b) {
        switch (b) {
            case 8 -> screen.backspace();
            case 9 -> screen.tab(1);
            case 10, 11, 12 -> screen.index();
            case 13 -> screen.carriageReturn();
            case 14 -> shifted = 1;
            case 15 -> shifted = 0;
            default -> { }
        }
    }

    private void escape(int b) {
        state = State.TEXT;
        switch (b) {
            case '[' -> {
                state = State.SEQUENCE;
                count = 0;
                started = false;
                mark = 0;
                between = 0;
                strange = false;
            }
            case ']', 'P', 'X', '^', '_' -> state = State.STRING;
            case '(', ')' -> {
                designated = b == '(' ? 0 : 1;
                state = State.CHARSET;
            }
            case '7' -> screen.saveCursor();
            case '8' -> screen.restoreCursor();
            case 'c' -> {
                screen.reset();
                graphics[0] = false;
                graphics[1] = false;
                shifted = 0;
            }
            case 'D' -> screen.index();
            case 'E' -> {
                screen.carriageReturn();
                screen.index();
            }
            case 'H' -> screen.setTab();
            case 'M' -> screen.reverseIndex();
            default -> {
                if (b >= 0x20 && b <= 0x2f) {
                    between = b;
                    state = State.ESCAPE_MORE;
                } else if (b < 0x20) {
                    control(b);
                    state = State.ESCAPE;
                }
            }
        }
    }

    private void sequence(int b) {
        if (b < 0x20) {
            control(b);
        } else if (b >= '0' && b <= '9') {
            if (!started) {
                begin();
            }
            if (count <= MOST_PARAMETERS) {
                numbers[count - 1] = Math.min(LARGEST, numbers[count - 1] * 10 + b - '0');
            }
        } else if (b == ';' || b == ':') {
            if (!started) {
                begin();
            }
            started = false;
            if (count == MOST_PARAMETERS) {
                strange = true;
            }
        } else if (b >= 0x3c && b <= 0x3f) {
            mark = b;
        } else if (b < 0x30) {
            between = b;
        } else if (b >= 0x40 && b <= 0x7e) {
            state = State.TEXT;
            if (!strange) {
                perform(b);
            }
        } else {
            strange = true;
        }
    }

    private void begin() {
        if (count < MOST_PARAMETERS) {
            numbers[count++] = 0;
        } else {
            strange = true;
        }
        started = true;
    }

    /** A number; at least 1. */
    private int number(int index) {
        return index < count && numbers[index] > 0 ? numbers[index] : 1;
    }

    private int what() {
        return count > 0 ? numbers[0] : 0;
    }

    private void perform(int b) {
        if (mark == '?' && between == 0) {
            if (b == 'h' || b == 'l') {
                for (int i = 0; i < count; i++) {
                    privateMode(numbers[i], b == 'h');
                }
            } else if (b == 'J') {
                screen.eraseScreen(what());
            } else if (b == 'K') {
                screen.eraseLine(what());
            }
            return;
        }
        if (mark != 0 || between != 0) {
            if (between == '!' && b == 'p') {
                softReset();
            }
            return;
        }
        switch (b) {
            case '@' -> screen.insertCharacters(number(0));
            case 'A' -> screen.moveBy(0, -number(0));
            case 'B', 'e' -> screen.moveBy(0, number(0));
            case 'C', 'a' -> screen.moveBy(number(0), 0);
            case 'D' -> screen.moveBy(-number(0), 0);
            case 'E' -> {
                screen.carriageReturn();
                screen.moveBy(0, number(0));
            }
            case 'F' -> {
                screen.carriageReturn();
                screen.moveBy(0, -number(0));
            }
            case 'G', '`' -> screen.moveColumn(number(0) - 1);
            case 'H', 'f' -> screen.move(number(1) - 1, number(0) - 1);
            case 'I' -> screen.tab(number(0));
            case 'J' -> screen.eraseScreen(what());
            case 'K' -> screen.eraseLine(what());
            case 'L' -> screen.insertLines(number(0));
            case 'M' -> screen.deleteLines(number(0));
            case 'P' -> screen.deleteCharacters(number(0));
            case 'S' -> screen.scrollUp(number(0));
            case 'T' -> screen.scrollDown(number(0));
            case 'X' -> screen.eraseCharacters(number(0));
            case 'Z' -> screen.backTab(number(0));
            case 'b' -> {
                for (int i = Math.min(number(0), screen.columns() * screen.lines()); i > 0; i--) {
                    screen.put(last);
                }
            }
            case 'c' -> say("\033[?6c");
            case 'd' -> screen.moveLine(number(0) - 1);
            case 'g' -> screen.clearTabs(what() == 3);
            case 'h', 'l' -> {
                if (what() == 4) {
                    screen.inserts(b == 'h');
                }
            }
            case 'm' -> screen.style(Style.after(screen.style(), numbers, count));
            case 'n' -> report();
            case 'r' -> screen.region(number(0) - 1, count > 1 && numbers[1] > 0 ? numbers[1] - 1 : screen.lines() - 1);
            case 's' -> screen.saveCursor();
            case 'u' -> screen.restoreCursor();
            default -> { }
        }
    }

    private void softReset() {
        screen.style(Style.PLAIN);
        screen.inserts(false);
        screen.wraps(true);
        screen.cursorShown(true);
        screen.applicationCursorKeys(false);
        screen.region(0, screen.lines() - 1);
    }

    private void privateMode(int mode, boolean on) {
        switch (mode) {
            case 1 -> screen.applicationCursorKeys(on);
            case 6 -> screen.origin(on);
            case 7 -> screen.wraps(on);
            case 25 -> screen.cursorShown(on);
            case 47, 1047 -> screen.alternate(on);
            case 1048 -> {
                if (on) {
                    screen.saveCursor();
                } else {
                    screen.restoreCursor();
                }
            }
            case 1049 -> {
                if (on) {
                    screen.saveCursor();
                    screen.alternate(true);
                    screen.move(0, 0);
                } else {
                    screen.alternate(false);
                    screen.restoreCursor();
                }
            }
            case 2004 -> screen.bracketedPaste(on);
            default -> { }
        }
    }

    private void report() {
        if (what() == 5) {
            say("\033[0n");
        } else if (what() == 6) {
            int[] at = screen.position();
            say("\033[" + at[0] + ";" + at[1] + "R");
        }
    }

    private void say(String text) {
        answer.accept(text.getBytes(StandardCharsets.US_ASCII));
    }
}
