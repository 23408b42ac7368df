package org.zennet.workbench.internal.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrangementTest {
    private static final List<Row> ROWS = List.of(new Row("a", List.of("job 10", "done"), List.of(Row.of("a/1", "Crambin"), Row.of("a/0", "alanine"))),
            Row.of("b", "job 9", "running"), Row.of("c", "Job 2", "failed"));

    private static List<String> ids(List<Row> rows) {
        return rows.stream().map(Row::id).toList();
    }

    @Test
    void rowsSortByAColumnWithThoseBelowThem() {
        List<Row> sorted = Arrangement.NONE.sorted(0, false).of(ROWS);
        assertEquals(List.of("c", "b", "a"), ids(sorted));
        assertEquals(List.of("a/0", "a/1"), ids(sorted.getLast().children()));
        assertEquals(List.of("a", "b", "c"), ids(Arrangement.NONE.sorted(0, true).of(ROWS)));
        assertSame(ROWS, Arrangement.NONE.of(ROWS));
    }

    @Test
    void allWordsOfAFilterMustBeInARowOrBelowIt() {
        assertEquals(List.of("b"), ids(Arrangement.NONE.filtered(" RUN  job").of(ROWS)));
        assertEquals(List.of("a"), ids(Arrangement.NONE.filtered("crambin").of(ROWS)));
        assertEquals(List.of(), ids(Arrangement.NONE.filtered("job absent").of(ROWS)));
    }

    @Test
    void rowsThatNobodyLooksAtAreNotMade() {
        AtomicInteger made = new AtomicInteger();
        LazyRows<Integer> all = LazyRows.of(IntStream.range(0, 100_000).boxed().toList(), String::valueOf, i -> {
            made.incrementAndGet();
            return Row.of(String.valueOf(i), String.valueOf(-i));
        });
        Row parent = new Row("p", List.of("tasks"), all);
        assertEquals("70000", parent.children().get(70_000).id());
        assertEquals(99_999, Row.find(all, "99999", 5));
        assertTrue(parent.showsSame(new Row("p", List.of("tasks"), all)));
        assertEquals(1, made.get());
        assertEquals("99999", Arrangement.NONE.sorted(0, false).of(all).getFirst().id());
    }

    @Test
    void veryManyRowsBelowOneComeInGroupsThatAreMadeWhenTheyAreLookedAt() {
        AtomicInteger made = new AtomicInteger();
        LazyRows<Integer> all = LazyRows.of(IntStream.range(0, 100_001).boxed().toList(), String::valueOf, i -> {
            made.incrementAndGet();
            return Row.of(String.valueOf(i), "task " + i);
        });
        List<Row> few = List.of(Row.of("f", "few"));
        Row job = new Row("job", List.of("job"), List.of(new Row("job/tasks", List.of("tasks"), all), new Row("job/few", List.of("few"), few)));
        List<Row> below = Groups.of(List.of(job)).getFirst().children();
        List<Row> groups = below.getFirst().children();
        assertEquals(201, groups.size());
        assertEquals("501 to 1000", groups.get(1).cell(0));
        assertEquals("100001 to 100001", groups.getLast().cell(0));
        assertEquals(1, groups.getLast().children().size());
        assertFalse(below.getFirst().opens(), "it would open by itself");
        assertEquals(few, below.getLast().children());
        assertEquals(0, made.get());
        assertEquals("task 700", groups.get(1).children().get(200).cell(0));
        assertEquals(1, made.get());
    }

    @Test
    void selectedThingsAreFoundAgainWhereverTheyWent() {
        List<Row> was = IntStream.range(0, 10).mapToObj(i -> Row.of("r" + i, "")).toList();
        int[] selected = {2, 5, 7};
        assertSame(selected, Row.places(was, selected, was.subList(0, 8)));
        assertArrayEquals(new int[] {1, 6}, Row.places(was, selected, IntStream.of(0, 2, 3, 4, 6, 8, 7).mapToObj(was::get).toList()));
        assertArrayEquals(new int[0], Row.places(was, selected, List.of()));
    }

    @Test
    void whatIsReadKeepsItsPlaceWhenLinesAboveComeAndGo() {
        List<Row> was = IntStream.range(0, 100).mapToObj(i -> Row.of("r" + i, "")).toList();
        assertEquals(39, Row.top(was, 40, without(was, 3)));
        List<Row> more = new ArrayList<>(was);
        more.add(0, Row.of("new", ""));
        assertEquals(41, Row.top(was, 40, more));
        assertEquals(0, Row.top(was, 0, more), "at the beginning what is new is seen");
        assertEquals(40, Row.top(was, 40, without(was, 60)));
        assertEquals(39, Row.top(was, 40, without(was, 40)), "the first line in sight went, and the second stays where it is");
        more.remove(41);
        assertEquals(40, Row.top(was, 40, more));
        assertEquals(40, Row.top(was, 40, was.subList(0, 10)), "nothing of it is left");
        assertEquals(0, Row.top(was, 40, was.subList(45, 100)));
    }

    private static List<Row> without(List<Row> rows, int index) {
        List<Row> others = new ArrayList<>(rows);
        others.remove(index);
        return others;
    }

    @Test
    void veryManyAreToldBeforeAllAreCounted() {
        LazyRows<Integer> all = LazyRows.of(IntStream.range(0, 100_000).boxed().toList(), String::valueOf, i -> {
            throw new AssertionError("made");
        });
        assertTrue(Row.moreThan(2_000, List.of(new Row("p", List.of("tasks"), List.of(new Row("q", List.of(), all))))));
        assertTrue(Row.moreThan(99_999, all));
        assertFalse(Row.moreThan(100_000, all));
        assertTrue(Row.moreThan(4, ROWS));
        assertFalse(Row.moreThan(5, ROWS));
    }

    @Test
    void whatHasNothingToTellIsToldByItsCells() {
        assertEquals(List.of(new Detail("", "State", "done")), Row.of("x", "", "done").described(List.of("Job", "State")).details().get());
        Row told = Row.of("x", "").with(() -> List.of(new Detail("Money", "Paid", "1 XEN")));
        assertEquals("1 XEN", told.described(List.of("Job")).details().get().getFirst().value());
    }
}
