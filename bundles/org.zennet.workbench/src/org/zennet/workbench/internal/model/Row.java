package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One line of a table or tree, as text: what a view shows, computed without SWT.
 *
 * @param id       stays the same while the thing lives, so that selection and expansion stay
 * @param cells    one per column
 * @param children lines below it; empty in a table
 * @param details  what the Properties view shows of it; asked when it is selected
 */
public record Row(String id, List<String> cells, List<Row> children, Supplier<List<Detail>> details) {
    private static final Supplier<List<Detail>> NONE = List::of;

    /** Copies the lists; not those that are made when they are looked at. */
    public Row {
        cells = List.copyOf(cells);
        children = children instanceof LazyRows ? children : List.copyOf(children);
    }

    /** A line with others below it. */
    public Row(String id, List<String> cells, List<Row> children) {
        this(id, cells, children, NONE);
    }

    /** A line without others below it. */
    public static Row of(String id, String... cells) {
        return new Row(id, List.of(cells), List.of());
    }

    /** The same line with more to tell. */
    public Row with(Supplier<List<Detail>> more) {
        return new Row(id, cells, children, more);
    }

    /** The same line; where it has nothing more to tell, the Properties view shows its cells. */
    public Row described(List<String> headings) {
        if (details != NONE) {
            return this;
        }
        return with(() -> {
            List<Detail> all = new ArrayList<>();
            for (int i = 0; i < headings.size(); i++) {
                if (!cell(i).isEmpty()) {
                    all.add(new Detail("", headings.get(i), cell(i)));
                }
            }
            return all;
        });
    }

    /** One cell, or nothing where there are fewer. */
    public String cell(int column) {
        return column < cells.size() ? cells.get(column) : "";
    }

    /** Whether the lines below it show from the beginning: all but those of {@link JobRows#RESULT} and very many. */
    public boolean opens() {
        return !children.isEmpty() && !(children instanceof LazyRows) && !id.endsWith(JobRows.RESULT);
    }

    /** The line and those below it as tab-separated text. */
    public String text() {
        StringBuilder s = new StringBuilder(String.join("\t", cells)).append('\n');
        children.forEach(c -> s.append('\t').append(c.text()));
        return s.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Row r && r.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Whether all that is shown is the same. */
    public boolean showsSame(Row other) {
        return id.equals(other.id) && cells.equals(other.cells) && showSame(children, other.children);
    }

    /** Whether two lists show the same. */
    public static boolean showSame(List<Row> a, List<Row> b) {
        if (a.size() != b.size()) {
            return false;
        }
        if (a instanceof LazyRows<?> x && b instanceof LazyRows<?> y) {
            return x.showsSame(y);
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).showsSame(b.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The place of an id, first looked for where it was; -1 where it is not. */
    public static int find(List<Row> rows, String id, int was) {
        if (was >= 0 && was < rows.size() && idAt(rows, was).equals(id)) {
            return was;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (idAt(rows, i).equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private static String idAt(List<Row> rows, int index) {
        return rows instanceof LazyRows<?> lazy ? lazy.id(index) : rows.get(index).id();
    }
}
