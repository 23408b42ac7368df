package org.zennet.workbench.internal.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How the reader of a table wants its rows.
 *
 * @param column  to sort by; none where negative
 * @param reverse whether the largest comes first
 * @param filter  words that a row must have, in any case and order, in itself or in a row below it; empty for all rows
 */
public record Arrangement(int column, boolean reverse, String filter) {
    /** As they come. */
    public static final Arrangement NONE = new Arrangement(-1, false, "");

    /** The same with other words. */
    public Arrangement filtered(String words) {
        return new Arrangement(column, reverse, words);
    }

    /** The same in another order. */
    public Arrangement sorted(int by, boolean reversed) {
        return new Arrangement(by, reversed, filter);
    }

    /** Rows as wanted. Takes its time with very many: not for the UI thread then. */
    public List<Row> of(List<Row> rows) {
        List<String> words = List.of(filter.strip().toLowerCase(Locale.ROOT).split("\\s+")).stream().filter(w -> !w.isEmpty()).toList();
        return order(words.isEmpty() ? rows : choose(rows, words));
    }

    private static List<Row> choose(List<Row> rows, List<String> words) {
        return at(rows, IntStream.range(0, rows.size()).filter(i -> has(rows.get(i), words)).toArray());
    }

    private static boolean has(Row row, List<String> words) {
        String text = String.join("\t", row.cells()).toLowerCase(Locale.ROOT);
        if (words.stream().allMatch(text::contains)) {
            return true;
        }
        for (Row c : row.children()) {
            if (has(c, words)) {
                return true;
            }
        }
        return false;
    }

    private List<Row> order(List<Row> rows) {
        if (column < 0) {
            return rows;
        }
        String[] keys = new String[rows.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = rows.get(i).cell(column);
        }
        Comparator<Integer> by = Comparator.comparing(i -> keys[i], NaturalOrder.INSTANCE);
        List<Row> sorted = at(rows, IntStream.range(0, keys.length).boxed().sorted(reverse ? by.reversed() : by).mapToInt(Integer::intValue).toArray());
        if (sorted instanceof LazyRows) {
            return sorted;
        }
        return sorted.stream().map(r -> r.children().isEmpty() ? r : new Row(r.id(), r.cells(), order(r.children()), r.details())).toList();
    }

    private static List<Row> at(List<Row> rows, int[] places) {
        if (rows instanceof LazyRows<?> lazy) {
            return lazy.at(places);
        }
        List<Row> chosen = new ArrayList<>(places.length);
        for (int p : places) {
            chosen.add(rows.get(p));
        }
        return chosen;
    }
}
