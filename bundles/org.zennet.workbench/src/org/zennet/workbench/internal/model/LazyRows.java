package org.zennet.workbench.internal.model;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Function;

/**
 * Rows that are made when they are looked at, for lists too long to be made whole twice a second. Immutable where the things are.
 *
 * @param <T> what each row is made of
 */
public final class LazyRows<T> extends AbstractList<Row> implements RandomAccess {
    private final List<T> things;
    private final Function<T, String> id;
    private final Function<T, Row> row;

    private LazyRows(List<T> things, Function<T, String> id, Function<T, Row> row) {
        this.things = things;
        this.id = id;
        this.row = row;
    }

    /**
     * Makes them of things.
     *
     * @param things that don't change
     * @param id     the id of a thing's row, cheap
     * @param row    a thing's row, of that id
     */
    public static <T> LazyRows<T> of(List<T> things, Function<T, String> id, Function<T, Row> row) {
        return new LazyRows<>(List.copyOf(things), id, row);
    }

    @Override
    public Row get(int index) {
        return row.apply(things.get(index));
    }

    @Override
    public int size() {
        return things.size();
    }

    /** The id of a row that need not be made for it. */
    String id(int index) {
        return id.apply(things.get(index));
    }

    /** Those at some places, in that order. */
    LazyRows<T> at(int[] places) {
        List<T> chosen = new ArrayList<>(places.length);
        for (int p : places) {
            chosen.add(things.get(p));
        }
        return new LazyRows<>(chosen, id, row);
    }

    /** Those from one place to before another. */
    LazyRows<T> slice(int from, int to) {
        return new LazyRows<>(things.subList(from, to), id, row);
    }

    /** Whether both show the same, as far as the things tell. */
    boolean showsSame(LazyRows<?> other) {
        return things.equals(other.things);
    }

    /** The same list only: comparing rows would make them all. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
