package org.zennet.workbench.internal.model;

import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.osgi.util.NLS;

/**
 * Very many lines below one line, a few hundred to a group: a tree takes long to grow a branch of 100,000 lines, and longer to reach its end.
 * Order and filter come before: a group is lines by their places, not by what they are.
 */
public final class Groups {
    /** So many lines to a group. */
    public static final int SIZE = 500;
    /** Up to so many lines are not grouped. */
    static final int UNGROUPED = 1_000;

    private Groups() { }

    /** The same rows, those below each grouped where they are very many. Rows that are made when they are looked at are left as they are. */
    public static List<Row> of(List<Row> rows) {
        return rows instanceof LazyRows ? rows : rows.stream().map(Groups::of).toList();
    }

    private static Row of(Row row) {
        List<Row> below = row.children();
        if (below.size() <= UNGROUPED) {
            return below.isEmpty() || below instanceof LazyRows ? row : new Row(row.id(), row.cells(), of(below), row.details());
        }
        List<Integer> starts = IntStream.iterate(0, from -> from < below.size(), from -> from + SIZE).boxed().toList();
        return new Row(row.id(), row.cells(), LazyRows.of(starts, from -> id(row, from), from -> group(row, from)), row.details());
    }

    private static String id(Row row, int from) {
        return row.id() + "#" + from;
    }

    private static Row group(Row row, int from) {
        int to = Math.min(row.children().size(), from + SIZE);
        List<Row> lines = row.children() instanceof LazyRows<?> lazy ? lazy.slice(from, to) : row.children().subList(from, to);
        return new Row(id(row, from), List.of(NLS.bind(Messages.fromTo, String.valueOf(from + 1), String.valueOf(to))), lines);
    }
}
