package org.zennet.workbench.internal.views;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jface.layout.TableColumnLayout;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Item;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableColumn;
import org.eclipse.swt.widgets.TableItem;
import org.zennet.workbench.internal.model.Row;

/**
 * Rows without others below them, for lists of any length. The control of the platform takes a while for each line that it shall have, looked at or
 * not: it gets {@link #SLICE} more or less in one turn of the event loop, the first page at once.
 */
public final class RowsTable extends RowsViewer {
    /** So many lines come or go in one turn. */
    public static final int SLICE = 2_000;
    private final Table table;
    /** The lines that have their text. */
    private final BitSet filled = new BitSet();
    private List<Row> shown = List.of();
    private boolean resizing;
    /** While lines come or go. */
    private boolean resized;
    private final List<TableItem> strays = new ArrayList<>();

    /**
     * Makes one.
     *
     * @param columns the headings
     * @param weights of the columns' widths; the last one counts for all that are missing
     */
    public RowsTable(Composite parent, String accessibleName, List<String> columns, int... weights) {
        super(parent, columns);
        table = new Table(holder(), SWT.VIRTUAL | SWT.MULTI | SWT.FULL_SELECTION | SWT.H_SCROLL | SWT.V_SCROLL);
        table.setHeaderVisible(true);
        table.setLinesVisible(true);
        dress(accessibleName, new TableColumnLayout(), weights);
        table.addListener(SWT.SetData, e -> {
            if (resized) {
                strays.add((TableItem) e.item);
            } else {
                fill((TableItem) e.item, e.index);
            }
        });
        table.addSelectionListener(selectionListener(item -> shown.get(table.indexOf((TableItem) item))));
    }

    @Override
    Item heading(SelectionListener click) {
        TableColumn column = new TableColumn(table, SWT.NONE);
        column.setMoveable(true);
        column.addSelectionListener(click);
        return column;
    }

    @Override
    void mark(int column, int upOrDown) {
        table.setSortColumn(column < 0 ? null : table.getColumn(column));
        table.setSortDirection(upOrDown);
    }

    @Override
    String textAt(int x, int y) {
        TableItem item = table.getItem(new Point(x, y));
        for (int c = 0; item != null && c < columns().size(); c++) {
            if (item.getBounds(c).contains(x, y)) {
                return item.getText(c);
            }
        }
        return null;
    }

    @Override
    List<Row> selected() {
        int[] places = selectedPlaces();
        List<Row> all = shown;
        return new AbstractList<>() {
            @Override
            public Row get(int index) {
                return all.get(places[index]);
            }

            @Override
            public int size() {
                return places.length;
            }
        };
    }

    @Override
    Function<List<Row>, Runnable> receiver(boolean same) {
        List<Row> was = shown;
        int[] selected = selectedPlaces();
        int top = table.getTopIndex();
        return now -> {
            int[] places = Row.places(was, selected, now);
            int first = same ? Row.top(was, top, now) : top;
            return () -> {
                // what was in sight while a worker arranged the rows
                int latest = table.getTopIndex();
                int next = !same ? latest : latest == top ? first : Row.top(shown, latest, now);
                put(now, selected, places);
                if (next != latest && next < table.getItemCount()) {
                    table.setTopIndex(next);
                }
            };
        };
    }

    private int[] selectedPlaces() {
        return Arrays.stream(table.getSelectionIndices()).filter(i -> i < shown.size()).sorted().toArray();
    }

    private void put(List<Row> now, int[] before, int[] after) {
        // what was selected while a worker arranged the rows
        int[] latest = selectedPlaces();
        int[] places = Arrays.equals(latest, before) ? after : Row.places(shown, latest, now);
        shown = now;
        refill();
        resize();
        if (!Arrays.equals(latest, places)) {
            // not setSelection, which scrolls to it
            table.deselectAll();
            table.select(places);
        }
        if (latest.length > 0) {
            tellSelection();
        }
    }

    /** Gives the lines in sight their new text; all others get theirs when they are looked at. */
    private void refill() {
        int top = table.getTopIndex();
        int bottom = top + table.getClientArea().height / Math.max(1, table.getItemHeight()) + 1;
        int end = Math.min(table.getItemCount(), shown.size());
        for (int i = filled.nextSetBit(0); i >= 0; i = filled.nextSetBit(i + 1)) {
            if (i >= top && i <= bottom && i < end) {
                fill(table.getItem(i), i);
            } else {
                filled.clear(i);
                if (i < table.getItemCount()) {
                    table.clear(i);
                }
            }
        }
    }

    private void resize() {
        int is = table.getItemCount();
        int to = shown.size();
        int next = is < to ? Math.min(to, is + SLICE) : Math.max(to, is - SLICE);
        if (next != is) {
            setCount(next);
        }
        if (next != to && !resizing) {
            resizing = true;
            table.getDisplay().asyncExec(() -> {
                resizing = false;
                if (!table.isDisposed()) {
                    resize();
                }
            });
        }
    }

    /**
     * When the line with the keyboard goes, GTK looks at the one beside it, and SWT makes an item of that in the middle of taking lines away. An item
     * of a line that goes too would outlive it, and whoever touched it then, such as the next theme, would end the process: it is disposed of.
     */
    private void setCount(int count) {
        resized = true;
        try {
            if (count == 0 && table.getItemCount() > 1) {
                // not all at once: SWT looks for their items in an array that is empty by then
                table.setItemCount(1);
            }
            table.setItemCount(count);
        } finally {
            resized = false;
        }
        for (TableItem item : strays) {
            int index = item.isDisposed() ? -1 : table.indexOf(item);
            if (index >= 0) {
                fill(item, index);
            } else {
                item.dispose();
            }
        }
        strays.clear();
    }

    private void fill(TableItem item, int index) {
        filled.set(index);
        if (index >= shown.size()) {
            // about to go
            return;
        }
        Row row = shown.get(index);
        for (int c = 0; c < columns().size(); c++) {
            if (!item.getText(c).equals(row.cell(c))) {
                item.setText(c, row.cell(c));
            }
        }
    }

    @Override
    public Table control() {
        return table;
    }
}
