package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
    /** So many lines are looked for of those that were in sight. */
    private static final int SIGHT = 32;

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

    /**
     * Where the things at some places of old rows are in new ones; those that are gone are left out.
     *
     * @param at places in {@code was}
     */
    public static int[] places(List<Row> was, int[] at, List<Row> now) {
        boolean moved = false;
        Set<String> ids = new HashSet<>();
        for (int i : at) {
            String id = idAt(was, i);
            ids.add(id);
            moved |= i >= now.size() || !idAt(now, i).equals(id);
        }
        return moved ? IntStream.range(0, now.size()).filter(i -> ids.contains(idAt(now, i))).toArray() : at;
    }

    /**
     * Which line is to be the first in sight so that what is read stays where it is, when others came or went above it.
     *
     * @param top the first line of {@code was} that is in sight; 0 stays 0, so that what is new above shows
     * @return {@code top} when nothing moved, or nothing that was in sight is left
     */
    public static int top(List<Row> was, int top, List<Row> now) {
        if (top <= 0 || top >= was.size() || top < now.size() && idAt(now, top).equals(idAt(was, top))) {
            return top;
        }
        Map<String, Integer> sight = new HashMap<>();
        for (int i = top; i < Math.min(top + SIGHT, was.size()); i++) {
            sight.put(idAt(was, i), i);
        }
        int first = Integer.MAX_VALUE;
        int place = top;
        for (int i = 0; i < now.size() && first != top; i++) {
            int before = sight.getOrDefault(idAt(now, i), Integer.MAX_VALUE);
            if (before < first) {
                first = before;
                place = Math.max(0, i - (before - top));
            }
        }
        return place;
    }

    /** Whether there are more than so many, with those below them. Makes none. */
    public static boolean moreThan(int most, List<Row> rows) {
        return count(rows, most) > most;
    }

    private static int count(List<Row> rows, int most) {
        int n = rows.size();
        for (int i = 0; i < rows.size() && n <= most && !(rows instanceof LazyRows); i++) {
            n += count(rows.get(i).children(), most - n);
        }
        return n;
    }

    private static String idAt(List<Row> rows, int index) {
        return rows instanceof LazyRows<?> lazy ? lazy.id(index) : rows.get(index).id();
    }
}
