package org.zennet.workbench.internal.terminal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleControlAdapter;
import org.eclipse.swt.accessibility.AccessibleControlEvent;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.DND;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.events.FocusListener;
import org.eclipse.swt.events.MouseAdapter;
import org.eclipse.swt.events.MouseEvent;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.graphics.Font;
import org.eclipse.swt.graphics.FontData;
import org.eclipse.swt.graphics.GC;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.graphics.Rectangle;
import org.eclipse.swt.widgets.Canvas;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.ScrollBar;

/**
 * Draws a {@link Screen} in the theme's colours and the text font, scrolls through what went away, selects with the mouse, and tells what is typed.
 * Draws at most ten times a second. For the UI thread, but for {@link #changed}.
 */
public final class TerminalCanvas {
    private static final int PERIOD_MILLIS = 100;
    private static final int WHEEL = 3;
    private static final int SAID = 5;
    private final Canvas canvas;
    private final Display display;
    private final Screen screen;
    private final Consumer<byte[]> typed;
    private final BiConsumer<Integer, Integer> resized;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Map<Integer, Font> fonts = new HashMap<>();
    private Palette palette;
    private Point cell = new Point(8, 16);
    private long topLine;
    private boolean follows = true;
    private long lastDrawn;
    private Cell from;
    private Cell to;
    private boolean dragging;

    /** A place in the text: a line counted from the oldest, and a column. */
    private record Cell(long line, int column) implements Comparable<Cell> {
        @Override
        public int compareTo(Cell o) {
            return line != o.line ? Long.compare(line, o.line) : Integer.compare(column, o.column);
        }
    }

    /**
     * Makes one.
     *
     * @param name    for screen readers
     * @param typed   gets what keys and pasting send
     * @param resized gets columns and lines when they change
     */
    public TerminalCanvas(Composite parent, String name, Screen screen, Consumer<byte[]> typed, BiConsumer<Integer, Integer> resized) {
        this.screen = screen;
        this.typed = typed;
        this.resized = resized;
        canvas = new Canvas(parent, SWT.V_SCROLL | SWT.NO_BACKGROUND | SWT.DOUBLE_BUFFERED);
        display = canvas.getDisplay();
        canvas.addPaintListener(e -> paint(e.gc));
        canvas.addListener(SWT.Resize, e -> fit());
        canvas.addListener(SWT.KeyDown, this::key);
        canvas.addListener(SWT.Traverse, e -> {
            // all keys are for the program; Ctrl+F7 and Ctrl+F8 lead out, see TerminalView
            e.doit = false;
            e.detail = SWT.TRAVERSE_NONE;
        });
        canvas.addListener(SWT.MouseWheel, e -> scrollTo(topLine - (long) Integer.signum(e.count) * WHEEL));
        canvas.addListener(SWT.Dispose, e -> fonts.values().forEach(Font::dispose));
        canvas.addFocusListener(FocusListener.focusGainedAdapter(e -> canvas.redraw()));
        canvas.addFocusListener(FocusListener.focusLostAdapter(e -> canvas.redraw()));
        Mouse mouse = new Mouse();
        canvas.addMouseListener(mouse);
        canvas.addMouseMoveListener(mouse::move);
        canvas.getVerticalBar().addSelectionListener(SelectionListener.widgetSelectedAdapter(
                e -> scrollTo(screen.start() + canvas.getVerticalBar().getSelection())));
        canvas.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = name));
        canvas.getAccessible().addAccessibleControlListener(new AccessibleControlAdapter() {
            @Override
            public void getValue(AccessibleControlEvent e) {
                e.result = screen.text(Math.max(screen.start(), screen.end() - SAID), 0, screen.end() - 1, Integer.MAX_VALUE);
            }
        });
        measure();
    }

    /** The control. */
    public Canvas control() {
        return canvas;
    }

    /** Takes the font and the colours of the theme anew. */
    public void restyle() {
        fonts.values().forEach(Font::dispose);
        fonts.clear();
        palette = null;
        measure();
        fit();
        canvas.redraw();
    }

    private void measure() {
        GC gc = new GC(canvas);
        gc.setFont(JFaceResources.getTextFont());
        Point ten = gc.textExtent("MMMMMMMMMM");
        cell = new Point(Math.max(1, ten.x / 10), Math.max(1, gc.getFontMetrics().getHeight()));
        gc.dispose();
    }

    private void fit() {
        Rectangle area = canvas.getClientArea();
        if (area.width < cell.x || area.height < cell.y) {
            return;
        }
        int columns = Math.clamp(area.width / cell.x, 2, Screen.MOST);
        int lines = Math.clamp(area.height / cell.y, 1, Screen.MOST);
        if (columns != screen.columns() || lines != screen.lines()) {
            screen.resize(columns, lines);
            resized.accept(columns, lines);
        }
        bar();
        canvas.redraw();
    }

    /** Something changed on the screen: draws it soon. Any thread. */
    public void changed() {
        if (asked.compareAndSet(false, true) && !display.isDisposed()) {
            display.asyncExec(() -> {
                if (canvas.isDisposed()) {
                    return;
                }
                long wait = PERIOD_MILLIS - (System.nanoTime() - lastDrawn) / 1_000_000;
                if (wait <= 0) {
                    draw();
                } else {
                    display.timerExec((int) Math.min(wait, PERIOD_MILLIS), this::draw);
                }
            });
        }
    }

    private void draw() {
        asked.set(false);
        if (!canvas.isDisposed()) {
            lastDrawn = System.nanoTime();
            bar();
            canvas.redraw();
        }
    }

    private void bar() {
        long start = screen.start();
        long end = screen.end();
        int lines = screen.lines();
        topLine = follows ? Math.max(start, end - lines) : Math.clamp(topLine, start, Math.max(start, end - lines));
        ScrollBar bar = canvas.getVerticalBar();
        bar.setValues((int) (topLine - start), 0, (int) Math.max(1, end - start), lines, 1, Math.max(1, lines - 1));
        bar.setEnabled(end - start > lines);
    }

    private void scrollTo(long line) {
        long last = screen.end() - screen.lines();
        topLine = Math.clamp(line, screen.start(), Math.max(screen.start(), last));
        follows = topLine >= last;
        bar();
        canvas.redraw();
    }

    // ---- drawing

    private void paint(GC gc) {
        if (palette == null) {
            palette = Palette.of(canvas.getParent());
        }
        Screen.View view = screen.view(topLine, screen.lines() + 1);
        gc.setBackground(palette.back());
        gc.fillRectangle(canvas.getClientArea());
        for (int i = 0; i < view.lines().size(); i++) {
            line(gc, view.lines().get(i), view.first() + i, i * cell.y);
        }
        if (view.cursorShown() && view.cursorLine() >= 0 && view.cursorLine() < view.lines().size()) {
            cursor(gc, view);
        }
    }

    private void line(GC gc, Line line, long number, int y) {
        int column = 0;
        while (column < line.length()) {
            long style = shown(line, number, column);
            boolean ascii = line.character(column) < 0x7f && line.character(column) >= 0;
            int end = column + 1;
            while (ascii && end < line.length() && line.character(end) < 0x7f && line.character(end) >= 0 && shown(line, number, end) == style) {
                end++;
            }
            if (!ascii && end < line.length() && line.character(end) < 0) {
                end++;
            }
            StringBuilder text = new StringBuilder();
            for (int c = column; c < end; c++) {
                if (line.character(c) >= 0) {
                    text.appendCodePoint(line.character(c));
                }
            }
            run(gc, text.toString(), style, column * cell.x, y, (end - column) * cell.x);
            column = end;
        }
    }

    /** The style of a cell; what is selected is reversed. */
    private long shown(Line line, long number, int column) {
        return selected(number, column) ? line.style(column) ^ Style.REVERSE : line.style(column);
    }

    private void run(GC gc, String text, long style, int x, int y, int width) {
        boolean reverse = (style & Style.REVERSE) != 0;
        Color front = palette.front(style);
        Color back = palette.back(style);
        gc.setForeground(reverse ? back : front);
        gc.setBackground(reverse ? front : back);
        if (reverse || Style.backKind(style) != Style.DEFAULT) {
            gc.fillRectangle(x, y, width, cell.y);
        }
        if ((style & Style.HIDDEN) == 0 && !text.isBlank()) {
            gc.setFont(font(style));
            gc.setAlpha((style & Style.FAINT) != 0 ? 160 : 255);
            gc.drawText(text, x, y, SWT.DRAW_TRANSPARENT);
            gc.setAlpha(255);
        }
        if ((style & Style.UNDERLINE) != 0) {
            gc.drawLine(x, y + cell.y - 1, x + width - 1, y + cell.y - 1);
        }
        if ((style & Style.STRIKE) != 0) {
            gc.drawLine(x, y + cell.y / 2, x + width - 1, y + cell.y / 2);
        }
    }

    private Font font(long style) {
        int kind = ((style & Style.BOLD) != 0 ? SWT.BOLD : 0) | ((style & Style.ITALIC) != 0 ? SWT.ITALIC : 0);
        if (kind == SWT.NORMAL) {
            return JFaceResources.getTextFont();
        }
        return fonts.computeIfAbsent(kind, k -> {
            FontData[] data = JFaceResources.getTextFont().getFontData();
            for (FontData d : data) {
                d.setStyle(k);
            }
            return new Font(display, data);
        });
    }

    private void cursor(GC gc, Screen.View view) {
        int x = view.cursorColumn() * cell.x;
        int y = view.cursorLine() * cell.y;
        gc.setForeground(palette.front());
        if (!canvas.isFocusControl()) {
            gc.drawRectangle(x, y, cell.x - 1, cell.y - 1);
            return;
        }
        gc.setBackground(palette.front());
        gc.fillRectangle(x, y, cell.x, cell.y);
        int c = view.lines().get(view.cursorLine()).character(view.cursorColumn());
        if (c > ' ') {
            gc.setForeground(palette.back());
            gc.setFont(JFaceResources.getTextFont());
            gc.drawText(Character.toString(c), x, y, SWT.DRAW_TRANSPARENT);
        }
    }

    // ---- keyboard and mouse

    private void key(Event e) {
        if ((e.stateMask & SWT.SHIFT) != 0 && (e.keyCode == SWT.PAGE_UP || e.keyCode == SWT.PAGE_DOWN)) {
            scrollTo(topLine + (e.keyCode == SWT.PAGE_UP ? -1L : 1L) * Math.max(1, screen.lines() - 1));
            return;
        }
        byte[] bytes = Keys.of(e.keyCode, e.character, e.stateMask, screen.applicationCursorKeys());
        if (bytes.length > 0) {
            clearSelection();
            scrollTo(Long.MAX_VALUE);
            typed.accept(bytes);
        }
    }

    /** Whether something is selected. */
    public boolean hasSelection() {
        return from != null && to != null && from.compareTo(to) != 0;
    }

    /** The selected text. */
    public String selection() {
        if (!hasSelection()) {
            return "";
        }
        Cell a = from.compareTo(to) < 0 ? from : to;
        Cell b = a == from ? to : from;
        return screen.text(Math.max(screen.start(), a.line()), a.line() < screen.start() ? 0 : a.column(), b.line(), b.column());
    }

    private boolean selected(long line, int column) {
        if (!hasSelection()) {
            return false;
        }
        Cell here = new Cell(line, column);
        Cell a = from.compareTo(to) < 0 ? from : to;
        Cell b = a == from ? to : from;
        return a.compareTo(here) <= 0 && here.compareTo(b) < 0;
    }

    private void clearSelection() {
        from = null;
        to = null;
        canvas.redraw();
    }

    /** Selects all that is kept. */
    public void selectAll() {
        from = new Cell(screen.start(), 0);
        to = new Cell(screen.end() - 1, screen.columns());
        canvas.redraw();
    }

    /** Copies what is selected. */
    public void copy() {
        copy(DND.CLIPBOARD);
    }

    private void copy(int where) {
        String text = selection();
        if (!text.isEmpty()) {
            Clipboard clipboard = new Clipboard(display);
            clipboard.setContents(new Object[] {text}, new Transfer[] {TextTransfer.getInstance()}, where);
            clipboard.dispose();
        }
    }

    /** Types what is in the clipboard. */
    public void paste() {
        paste(DND.CLIPBOARD);
    }

    private void paste(int where) {
        Clipboard clipboard = new Clipboard(display);
        Object text = clipboard.getContents(TextTransfer.getInstance(), where);
        clipboard.dispose();
        if (text instanceof String s && !s.isEmpty()) {
            scrollTo(Long.MAX_VALUE);
            typed.accept(Keys.paste(s, screen.bracketedPaste()));
        }
    }

    /** Selects while a button is held; a word by two clicks, a line by three; the middle button pastes what was selected last. */
    private final class Mouse extends MouseAdapter {
        private Cell at(MouseEvent e) {
            int line = Math.clamp(Math.floorDiv(e.y, cell.y), 0, screen.lines() - 1);
            return new Cell(Math.min(topLine + line, screen.end() - 1), Math.clamp((e.x + cell.x / 2) / cell.x, 0, screen.columns()));
        }

        @Override
        public void mouseDown(MouseEvent e) {
            canvas.setFocus();
            if (e.button == 1) {
                Cell here = at(e);
                dragging = true;
                if (e.count >= 3) {
                    from = new Cell(here.line(), 0);
                    to = new Cell(here.line(), screen.columns());
                } else if ((e.stateMask & SWT.SHIFT) != 0 && from != null) {
                    to = here;
                } else {
                    from = here;
                    to = here;
                }
                canvas.redraw();
            } else if (e.button == 2) {
                paste(DND.SELECTION_CLIPBOARD);
            }
        }

        @Override
        public void mouseDoubleClick(MouseEvent e) {
            if (e.button == 1) {
                Cell here = at(e);
                List<Line> lines = screen.view(here.line(), 1).lines();
                if (!lines.isEmpty()) {
                    int column = Math.clamp(e.x / cell.x, 0, lines.getFirst().length() - 1);
                    int a = column;
                    int b = column;
                    while (a > 0 && word(lines.getFirst().character(a - 1))) {
                        a--;
                    }
                    while (b < lines.getFirst().length() && word(lines.getFirst().character(b))) {
                        b++;
                    }
                    from = new Cell(here.line(), a);
                    to = new Cell(here.line(), b);
                    dragging = false;
                    canvas.redraw();
                }
            }
        }

        private static boolean word(int c) {
            return c < 0 || c > ' ' && "()[]{}<>\"'`,;|".indexOf(c) < 0;
        }

        void move(MouseEvent e) {
            if (dragging) {
                to = at(e);
                if (e.y < 0) {
                    scrollTo(topLine - 1);
                } else if (e.y > canvas.getClientArea().height) {
                    scrollTo(topLine + 1);
                }
                canvas.redraw();
            }
        }

        @Override
        public void mouseUp(MouseEvent e) {
            if (e.button == 1 && dragging) {
                dragging = false;
                copy(DND.SELECTION_CLIPBOARD);
            }
        }
    }
}
