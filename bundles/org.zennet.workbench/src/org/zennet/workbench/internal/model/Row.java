package org.zennet.workbench.internal.model;

import java.util.List;

/**
 * One line of a table or tree, as text: what a view shows, computed without SWT.
 *
 * @param id       stays the same while the thing lives, so that selection and expansion stay
 * @param cells    one per column
 * @param children lines below it; empty in a table
 */
public record Row(String id, List<String> cells, List<Row> children) {
    /** Copies the lists. */
    public Row {
        cells = List.copyOf(cells);
        children = List.copyOf(children);
    }

    /** A line without others below it. */
    public static Row of(String id, String... cells) {
        return new Row(id, List.of(cells), List.of());
    }

    /** One cell, or nothing where there are fewer. */
    public String cell(int column) {
        return column < cells.size() ? cells.get(column) : "";
    }

    /** Whether the lines below it show from the beginning: all but those of {@link JobRows#RESULT}. */
    public boolean opens() {
        return !children.isEmpty() && !id.endsWith(JobRows.RESULT);
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
        if (!id.equals(other.id) || !cells.equals(other.cells) || children.size() != other.children.size()) {
            return false;
        }
        for (int i = 0; i < children.size(); i++) {
            if (!children.get(i).showsSame(other.children.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether two lists show the same. */
    public static boolean showSame(List<Row> a, List<Row> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).showsSame(b.get(i))) {
                return false;
            }
        }
        return true;
    }
}
