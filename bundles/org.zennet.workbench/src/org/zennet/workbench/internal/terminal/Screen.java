package org.zennet.workbench.internal.terminal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What a terminal shows: cells, cursor, modes and what scrolled away. The operations are those of ECMA-48 and of xterm's ctlseqs that full-screen
 * programs use; {@link Parser} calls them. No operation takes more than the screen's cells, whatever numbers it is given, and no more than
 * {@value #MOST_HISTORY} lines are kept. Thread-safe: every method holds the screen.
 */
public final class Screen {
    /** The most lines that are kept of what scrolled away. */
    public static final int MOST_HISTORY = 5_000;
    /** The most columns and lines. */
    public static final int MOST = 1_000;
    private static final int TAB = 8;
    private final Deque<Line> history = new ArrayDeque<>();
    private int columns;
    private int lines;
    private Line[] main;
    private Line[] alternate;
    private Line[] now;
    private int x;
    private int y;
    private boolean atEdge;
    private long style;
    private int top;
    private int bottom;
    private boolean wraps = true;
    private boolean inserts;
    private boolean origin;
    private boolean cursorShown = true;
    private boolean cursorKeys;
    private boolean brackets;
    private boolean[] tabs;
    private Saved savedMain = new Saved(0, 0, 0, false, false);
    private Saved savedAlternate = savedMain;
    private long scrolledAway;
    private long version;

    /** A cursor that comes back. */
    private record Saved(int x, int y, long style, boolean origin, boolean edge) { }

    /**
     * An empty one.
     *
     * @param columns 2 to {@value #MOST}
     * @param lines   1 to {@value #MOST}
     */
    public Screen(int columns, int lines) {
        this.columns = Math.clamp(columns, 2, MOST);
        this.lines = Math.clamp(lines, 1, MOST);
        main = blank();
        alternate = blank();
        now = main;
        bottom = this.lines - 1;
        tabs = stops(this.columns);
    }

    private Line[] blank() {
        Line[] all = new Line[lines];
        Arrays.setAll(all, i -> new Line(columns, Style.PLAIN));
        return all;
    }

    private static boolean[] stops(int columns) {
        boolean[] all = new boolean[columns];
        for (int i = 0; i < columns; i += TAB) {
            all[i] = true;
        }
        return all;
    }

    // ---- what is seen

    /** A copy of what is seen. */
    public record View(List<Line> lines, long first, int cursorColumn, int cursorLine, boolean cursorShown, long version) { }

    /**
     * Some lines.
     *
     * @param from  the first, counted from the oldest that ever was
     * @param count how many at most
     */
    public synchronized View view(long from, int count) {
        List<Line> all = new ArrayList<>();
        long first = Math.clamp(from, scrolledAway, Math.max(scrolledAway, end() - 1));
        long last = Math.min(end(), first + count);
        long inScreen = scrolledAway + history.size();
        if (first < inScreen) {
            history.stream().skip(first - scrolledAway).limit(Math.min(last, inScreen) - first).map(Line::copy).forEach(all::add);
        }
        for (long i = Math.max(first, inScreen); i < last; i++) {
            all.add(now[(int) (i - inScreen)].copy());
        }
        return new View(all, first, x, (int) (inScreen + y - first), cursorShown, version);
    }

    /** The number of the oldest line that is kept. */
    public synchronized long start() {
        return scrolledAway;
    }

    /** The number after the last line. */
    public synchronized long end() {
        return scrolledAway + history.size() + lines;
    }

    /** Changes with all that is seen. */
    public synchronized long version() {
        return version;
    }

    /** The width in cells. */
    public synchronized int columns() {
        return columns;
    }

    /** The height in cells. */
    public synchronized int lines() {
        return lines;
    }

    /** Whether cursor keys send what programs ask for in application mode. */
    public synchronized boolean applicationCursorKeys() {
        return cursorKeys;
    }

    /** Whether a program wants to know what is pasted. */
    public synchronized boolean bracketedPaste() {
        return brackets;
    }

    /** The text between two cells, the second not among it; lines that go on are joined. */
    public synchronized String text(long fromLine, int fromColumn, long toLine, int toColumn) {
        StringBuilder s = new StringBuilder();
        View all = view(fromLine, (int) Math.min(Integer.MAX_VALUE, Math.max(0, toLine - fromLine + 1)));
        for (int i = 0; i < all.lines().size(); i++) {
            long line = all.first() + i;
            Line l = all.lines().get(i);
            s.append(l.text(line == fromLine ? fromColumn : 0, line == toLine ? toColumn : l.length()));
            if (line < toLine && !l.wrapped) {
                s.append('\n');
            }
        }
        return s.toString();
    }

    // ---- size

    /** Changes the size; what does not fit above goes to the history, what fits comes back from it. */
    public synchronized void resize(int toColumns, int toLines) {
        int c = Math.clamp(toColumns, 2, MOST);
        int l = Math.clamp(toLines, 1, MOST);
        if (c == columns && l == lines) {
            return;
        }
        int cursor = y;
        columns = c;
        tabs = stops(c);
        boolean shown = now == main;
        Fitted first = fitted(main, l, shown ? cursor : Math.min(savedMain.y(), lines - 1), true);
        Fitted second = fitted(alternate, l, shown ? 0 : cursor, false);
        main = first.lines();
        alternate = second.lines();
        lines = l;
        now = shown ? main : alternate;
        y = Math.clamp(cursor + (shown ? first : second).down(), 0, l - 1);
        x = Math.min(x, c - 1);
        atEdge = false;
        top = 0;
        bottom = l - 1;
        version++;
    }

    /** Lines of another number, and by how much the cursor moves down. */
    private record Fitted(Line[] lines, int down) { }

    private Fitted fitted(Line[] old, int wanted, int cursor, boolean keeps) {
        Deque<Line> all = new ArrayDeque<>(Arrays.asList(old));
        int shift = 0;
        while (all.size() > wanted) {
            if (all.size() - 1 + shift > cursor && cursor + shift < wanted) {
                all.removeLast();
            } else {
                Line gone = all.removeFirst();
                if (keeps) {
                    keep(gone);
                }
                shift--;
            }
        }
        while (all.size() < wanted) {
            if (keeps && !history.isEmpty()) {
                all.addFirst(history.removeLast());
                shift++;
            } else {
                all.addLast(new Line(columns, Style.PLAIN));
            }
        }
        all.forEach(l -> l.resize(columns));
        return new Fitted(all.toArray(Line[]::new), shift);
    }

    private void keep(Line line) {
        history.addLast(line);
        if (history.size() > MOST_HISTORY) {
            history.removeFirst();
            scrolledAway++;
        }
    }

    // ---- text

    /** Puts a character where the cursor is. */
    synchronized void put(int character) {
        int width = Width.of(character);
        if (width == 0) {
            return;
        }
        version++;
        if (atEdge && wraps || width == 2 && x == columns - 1 && wraps) {
            now[y].wrapped = true;
            x = 0;
            atEdge = false;
            index();
        }
        if (x + width > columns) {
            return;
        }
        Line line = now[y];
        if (inserts) {
            line.insert(x, width, style);
        }
        line.erase(x, x + width, style);
        line.chars[x] = character;
        if (width == 2) {
            line.chars[x + 1] = Line.HALF;
        }
        x += width;
        if (x >= columns) {
            x = columns - 1;
            atEdge = true;
            line.wrapped = false;
        }
    }

    synchronized void carriageReturn() {
        x = 0;
        atEdge = false;
        version++;
    }

    /** Down one line; scrolls at the bottom of the region. */
    synchronized void index() {
        version++;
        atEdge = false;
        if (y == bottom) {
            scrollUp(1);
        } else if (y < lines - 1) {
            y++;
        }
    }

    /** Up one line; scrolls at the top of the region. */
    synchronized void reverseIndex() {
        version++;
        atEdge = false;
        if (y == top) {
            scrollDown(1);
        } else if (y > 0) {
            y--;
        }
    }

    synchronized void backspace() {
        x = Math.max(0, x - 1);
        atEdge = false;
        version++;
    }

    synchronized void tab(int count) {
        for (int n = Math.min(count, columns); n > 0 && x < columns - 1; n--) {
            do {
                x++;
            } while (x < columns - 1 && !tabs[x]);
        }
        atEdge = false;
        version++;
    }

    synchronized void backTab(int count) {
        for (int n = Math.min(count, columns); n > 0 && x > 0; n--) {
            do {
                x--;
            } while (x > 0 && !tabs[x]);
        }
        atEdge = false;
        version++;
    }

    synchronized void setTab() {
        tabs[x] = true;
    }

    synchronized void clearTabs(boolean all) {
        if (all) {
            Arrays.fill(tabs, false);
        } else {
            tabs[x] = false;
        }
    }

    // ---- the cursor

    /** To a cell, counted from 0; within the region where programs ask for that. */
    synchronized void move(int column, int line) {
        x = Math.clamp(column, 0, columns - 1);
        y = origin ? Math.clamp((long) line + top, top, bottom) : Math.clamp(line, 0, lines - 1);
        atEdge = false;
        version++;
    }

    synchronized void moveColumn(int column) {
        x = Math.clamp(column, 0, columns - 1);
        atEdge = false;
        version++;
    }

    synchronized void moveLine(int line) {
        move(x, line);
    }

    /** By cells; not out of the region that it is in. */
    synchronized void moveBy(int right, int down) {
        int least = y >= top ? top : 0;
        int most = y <= bottom ? bottom : lines - 1;
        x = Math.clamp((long) x + right, 0, columns - 1);
        y = Math.clamp((long) y + down, least, most);
        atEdge = false;
        version++;
    }

    synchronized void saveCursor() {
        Saved s = new Saved(x, y, style, origin, atEdge);
        if (now == main) {
            savedMain = s;
        } else {
            savedAlternate = s;
        }
    }

    synchronized void restoreCursor() {
        Saved s = now == main ? savedMain : savedAlternate;
        x = Math.min(s.x(), columns - 1);
        y = Math.min(s.y(), lines - 1);
        style = s.style();
        origin = s.origin();
        atEdge = s.edge() && x == columns - 1;
        version++;
    }

    /** Where the cursor is, counted from 1, as programs ask for it. */
    synchronized int[] position() {
        return new int[] {(origin ? y - top : y) + 1, x + 1};
    }

    // ---- erasing, inserting, scrolling

    /** Erases: 0 from the cursor on, 1 up to it, 2 all, 3 what scrolled away. */
    synchronized void eraseScreen(int what) {
        version++;
        atEdge = false;
        switch (what) {
            case 0 -> {
                now[y].erase(x, columns, style & ~Style.UNDERLINE);
                clear(y + 1, lines);
            }
            case 1 -> {
                clear(0, y);
                now[y].erase(0, x + 1, style & ~Style.UNDERLINE);
            }
            case 2 -> clear(0, lines);
            case 3 -> {
                scrolledAway += history.size();
                history.clear();
            }
            default -> { }
        }
    }

    private void clear(int from, int to) {
        for (int i = from; i < to; i++) {
            now[i] = new Line(columns, style & ~Style.UNDERLINE);
        }
    }

    /** Erases in the line: 0 from the cursor on, 1 up to it, 2 all. */
    synchronized void eraseLine(int what) {
        version++;
        atEdge = false;
        Line l = now[y];
        l.wrapped = false;
        switch (what) {
            case 0 -> l.erase(x, columns, style & ~Style.UNDERLINE);
            case 1 -> l.erase(0, x + 1, style & ~Style.UNDERLINE);
            case 2 -> l.erase(0, columns, style & ~Style.UNDERLINE);
            default -> { }
        }
    }

    synchronized void eraseCharacters(int count) {
        version++;
        now[y].erase(x, Math.min(columns, x + Math.min(count, columns)), style & ~Style.UNDERLINE);
    }

    synchronized void insertCharacters(int count) {
        version++;
        now[y].insert(x, Math.min(count, columns), style);
    }

    synchronized void deleteCharacters(int count) {
        version++;
        now[y].delete(x, Math.min(count, columns), style);
    }

    synchronized void insertLines(int count) {
        if (y >= top && y <= bottom) {
            version++;
            shiftDown(y, Math.min(count, bottom - y + 1));
            x = 0;
        }
    }

    synchronized void deleteLines(int count) {
        if (y >= top && y <= bottom) {
            version++;
            shiftUp(y, Math.min(count, bottom - y + 1), false);
            x = 0;
        }
    }

    synchronized void scrollUp(int count) {
        version++;
        shiftUp(top, Math.min(count, bottom - top + 1), top == 0 && now == main);
    }

    synchronized void scrollDown(int count) {
        version++;
        shiftDown(top, Math.min(count, bottom - top + 1));
    }

    private void shiftUp(int from, int count, boolean keeps) {
        for (int i = 0; i < count && keeps; i++) {
            keep(now[from + i]);
        }
        System.arraycopy(now, from + count, now, from, bottom - from + 1 - count);
        clear(bottom + 1 - count, bottom + 1);
    }

    private void shiftDown(int from, int count) {
        System.arraycopy(now, from, now, from + count, bottom - from + 1 - count);
        clear(from, from + count);
    }

    /** Makes some lines scroll and no others, counted from 0, the last among them. */
    synchronized void region(int first, int last) {
        int t = Math.clamp(first, 0, lines - 1);
        int b = Math.clamp(last, 0, lines - 1);
        if (t < b || lines == 1) {
            top = t;
            bottom = b;
            move(0, 0);
        }
    }

    // ---- modes

    synchronized void style(long s) {
        style = s;
    }

    synchronized long style() {
        return style;
    }

    synchronized void wraps(boolean on) {
        wraps = on;
    }

    synchronized void inserts(boolean on) {
        inserts = on;
    }

    synchronized void origin(boolean on) {
        origin = on;
        move(0, 0);
    }

    synchronized void cursorShown(boolean on) {
        cursorShown = on;
        version++;
    }

    synchronized void applicationCursorKeys(boolean on) {
        cursorKeys = on;
    }

    synchronized void bracketedPaste(boolean on) {
        brackets = on;
    }

    /** To the second screen, which keeps nothing and comes empty, or back. */
    synchronized void alternate(boolean on) {
        if (on == (now == alternate)) {
            return;
        }
        version++;
        if (on) {
            alternate = blank();
        }
        now = on ? alternate : main;
        atEdge = false;
        top = 0;
        bottom = lines - 1;
    }

    /** As when it was new; what scrolled away stays. */
    synchronized void reset() {
        alternate(false);
        for (Line l : main) {
            keep(l);
        }
        main = blank();
        now = main;
        x = 0;
        y = 0;
        top = 0;
        bottom = lines - 1;
        style = Style.PLAIN;
        wraps = true;
        inserts = false;
        origin = false;
        cursorShown = true;
        cursorKeys = false;
        brackets = false;
        atEdge = false;
        tabs = stops(columns);
        version++;
    }

    /** Fills the screen with letters: a test of old terminals that test programs use. */
    synchronized void alignment() {
        for (Line l : now) {
            Arrays.fill(l.chars, 'E');
            Arrays.fill(l.styles, Style.PLAIN);
        }
        move(0, 0);
    }
}
