package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.e4.ui.model.application.ui.basic.MPart;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.dnd.Transfer;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.TabFolder;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.TableItem;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zennet.services.chain.ChainService.AnnouncementInfo;

/**
 * 100,000 offers, and a job of 100,000 tasks. What one turn of the UI thread may do is counted, not timed: lines that it gives to the control,
 * and lines that are made. {@code releng/workbench-scroll.sh} tells the times.
 */
class ManyRowsTest {
    private static final int MANY = 100_000;
    /** So many lines may come or go in one turn. */
    private static final int TURN = 2_000;
    /** So many lines may be below one line of a tree. */
    private static final int BRANCH = 500;
    private static final int AHEAD = 100;
    /** The line that somebody reads. */
    private static final int READ = 50_000;
    private final Fakes fakes = new Fakes();
    /** The lines that were made. */
    private final Set<Integer> made = new HashSet<>();
    private Table table;
    private int painted;

    @BeforeEach
    void openPublisher() {
        Ui.perspective("org.zennet.workbench.publisher");
        Ui.page().resetPerspective();
    }

    @AfterEach
    void stop() {
        fakes.close();
        Ui.page().resetPerspective();
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    @Test
    void aHundredThousandOffersAreScrolledSortedAndFilteredByMakingThoseInSightOnly() {
        fakes.announcements = Scene.announcements(MANY);
        Composite view = Ui.show("org.zennet.workbench.market");
        watch(Ui.table(view, 0));
        scrolls("10.0.0.0:7331", "10.1.134.159:7331");
        sorts(6, "10.0.0.0:7331", "10.1.134.159:7331");
        filters(Ui.all(view, Text.class).getFirst(), "10.1.134.159", 1, "10.1.134.159:7331");
    }

    @Test
    void aJobOfAHundredThousandTasksIsScrolledSortedAndFilteredByMakingThoseInSightOnly() throws Exception {
        fakes.job = Optional.of(Scene.largeJob(MANY));
        IViewPart part = Ui.page().showView("org.zennet.workbench.job", fakes.job.get().id().replace(':', '_'), IWorkbenchPage.VIEW_ACTIVATE);
        try {
            Composite view = (Composite) part.getSite().getService(MPart.class).getWidget();
            Ui.all(view, TabFolder.class).getFirst().setSelection(1);
            watch(Ui.table(view, 0));
            scrolls("part-1 | ", "part-100000 | ");
            sorts(0, "part-1 | ", "part-100000 | ");
            filters(Ui.all(view, Text.class).getFirst(), "verified", MANY / 3, "part-3 | ");
        } finally {
            Ui.page().hideView(part);
        }
    }

    @Test
    void aHundredThousandTasksBelowAJobComeInGroups() {
        fakes.job = Optional.of(Scene.largeJob(MANY));
        Tree tree = Ui.tree(Ui.show("org.zennet.workbench.jobs"), 0);
        Ui.row(tree, "Tasks (100000)");
        int[] lines = {0};
        tree.addListener(SWT.SetData, e -> lines[0]++);
        TreeItem tasks = tree.getItem(0).getItem(1);
        open(tree, tasks);
        assertEquals(MANY / BRANCH, tasks.getItemCount());
        TreeItem last = tasks.getItem(tasks.getItemCount() - 1);
        assertEquals("99501 to 100000", last.getText());
        open(tree, last);
        assertEquals(BRANCH, last.getItemCount());
        tree.showItem(last.getItem(BRANCH - 1));
        assertEquals("part-100000", last.getItem(BRANCH - 1).getText());
        assertTrue(lines[0] < 2 * BRANCH, () -> lines[0] + " lines were made");
        assertTrue(longest(tree.getItems()) <= BRANCH, "a branch has too many lines");
        // and what is selected in a group stays so when the job goes on
        tree.setSelection(last.getItem(BRANCH - 1));
        fakes.job = Optional.of(Scene.largeJob(MANY + BRANCH));
        Ui.row(tree, "Tasks (100500)");
        assertEquals("part-100000", tree.getSelection()[0].getText());
        assertTrue(last.getExpanded());
    }

    @Test
    void whatIsReadStaysWhereItIsWhenTheMarketChanges() {
        List<AnnouncementInfo> all = Scene.announcements(MANY + 1);
        fakes.announcements = all.subList(0, MANY);
        Composite view = Ui.show("org.zennet.workbench.market");
        watch(Ui.table(view, 0));
        awaitCount(MANY);
        Ui.await(() -> table.getVerticalBar().getSelection() == 0 && table.getItem(0).getBounds().y > 0, () -> "at " + table.getTopIndex());
        int place = table.getItem(0).getBounds().y;
        table.select(7);   // setSelection scrolls to it too, and later
        table.notifyListeners(SWT.Selection, new Event());
        table.setTopIndex(READ);
        awaitPlace(READ, place);
        String read = Ui.line(table, READ);
        List<AnnouncementInfo> fewer = new ArrayList<>(fakes.announcements);
        fewer.remove(3);
        fakes.announcements = List.copyOf(fewer);
        awaitCount(MANY - 1);
        awaitPlace(READ - 1, place);
        assertEquals(read, Ui.line(table, READ - 1));
        assertEquals(6, table.getSelectionIndex(), "the line above it went");
        // new ones above, and the one that is read goes
        fewer.addAll(0, List.of(all.get(MANY), all.get(3)));
        fewer.remove(READ + 1);
        String next = Ui.line(table, READ);
        fakes.announcements = List.copyOf(fewer);
        awaitCount(MANY);
        awaitPlace(READ, place);
        assertEquals(next, Ui.line(table, READ + 1));
        assertEquals(8, table.getSelectionIndex());
        // at the beginning a person sees what is new
        table.setTopIndex(0);
        awaitPlace(0, place);
        fakes.announcements = all;
        awaitCount(MANY + 1);
        awaitPlace(0, place);
    }

    /** Waits until a line is at a place of the control: GTK scrolls by and by. */
    private void awaitPlace(int line, int place) {
        Ui.await(() -> Math.abs(table.getItem(line).getBounds().y - place) <= 1,
                () -> "line " + line + " at " + table.getItem(line).getBounds().y + ", not " + place + ", top is " + table.getTopIndex());
    }

    @Test
    void aListThatBecomesShorterOrEmptyLeavesNoItemBehind() {
        fakes.announcements = Scene.announcements(500);
        Composite view = Ui.show("org.zennet.workbench.market");
        watch(Ui.table(view, 0));
        Set<TableItem> items = new HashSet<>();
        table.addListener(SWT.SetData, e -> items.add((TableItem) e.item));
        for (int left : List.of(3, 500, 0, 4, 0)) {
            awaitCount(fakes.announcements.size());
            table.setFocus();
            if (table.getItemCount() > 0) {
                // the keyboard is in a line that goes
                table.setSelection(table.getItemCount() - 1);
            }
            fakes.announcements = Scene.announcements(left);
            awaitCount(left);
            List<TableItem> alive = items.stream().filter(i -> !i.isDisposed()).toList();
            assertTrue(alive.stream().allMatch(i -> table.indexOf(i) >= 0), () -> alive.size() + " items for " + left + " lines");
        }
    }

    @Test
    void veryManySelectedRowsAreCopiedWithoutBeingGivenToWhoeverListens() throws Exception {
        fakes.announcements = Scene.announcements(3 * TURN);
        Composite view = Ui.show("org.zennet.workbench.market");
        watch(Ui.table(view, 0));
        awaitCount(3 * TURN);
        table.setFocus();
        table.selectAll();
        table.notifyListeners(SWT.Selection, new Event());
        Ui.await(() -> Ui.page().getSelection() != null && !(Ui.page().getSelection() instanceof IStructuredSelection), () -> String.valueOf(Ui.page().getSelection()));
        Clipboard clipboard = new Clipboard(table.getDisplay());
        try {
            clipboard.setContents(new Object[] {"before"}, new Transfer[] {TextTransfer.getInstance()});
            PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("org.eclipse.ui.edit.copy", null);
            Ui.await(() -> text(clipboard).lines().count() == 3 * TURN, () -> text(clipboard).lines().count() + " lines");
            assertTrue(text(clipboard).strip().endsWith("\t" + 3 * TURN + "\t10.0.23.111:7331\t240"), () -> text(clipboard).lines().toList().getLast());
        } finally {
            clipboard.dispose();
        }
    }

    private static String text(Clipboard clipboard) {
        return String.valueOf(clipboard.getContents(TextTransfer.getInstance()));
    }

    private void watch(Table of) {
        table = of;
        made.clear();
        table.addListener(SWT.SetData, e -> made.add(e.index));
        table.addListener(SWT.Paint, e -> painted++);
    }

    /** Lines in sight, and as many as a platform may look at beside them. */
    private int page() {
        return AHEAD + table.getClientArea().height / table.getItemHeight();
    }

    private void scrolls(String first, String last) {
        awaitCount(MANY);
        Ui.await(() -> Ui.line(table, 0).contains(first), () -> Ui.line(table, 0));
        assertTrue(made.size() <= page(), () -> made.size() + " lines were made to show the first of them");
        jump(page(), "page down");
        jump(MANY - 1, "to the end");
        assertTrue(Ui.line(table, MANY - 1).contains(last), () -> Ui.line(table, MANY - 1));
        jump(0, "to the beginning");
    }

    private void jump(int to, String how) {
        made.clear();
        int before = painted;
        table.setTopIndex(to);
        table.redraw();
        int page = table.getClientArea().height / table.getItemHeight();
        Ui.await(() -> painted > before && Math.abs(table.getTopIndex() - Math.min(to, MANY - page)) <= 2, () -> how + " at " + table.getTopIndex());
        assertTrue(made.size() <= page(), () -> made.size() + " lines were made to go " + how);
    }

    /** A click on a heading, and one more. */
    private void sorts(int column, String smallest, String largest) {
        for (String first : List.of(smallest, largest)) {
            String before = Ui.line(table, 0);
            made.clear();
            table.getColumn(column).notifyListeners(SWT.Selection, new Event());
            assertEquals(before, Ui.line(table, 0), "sorted on the UI thread");
            Ui.await(() -> Ui.line(table, 0).contains(first) && table.getSortDirection() != SWT.NONE, () -> Ui.line(table, 0));
            assertTrue(made.size() <= page(), () -> made.size() + " lines were made to show another order");
        }
        table.getColumn(column).notifyListeners(SWT.Selection, new Event());
        Ui.await(() -> Ui.line(table, 0).contains(smallest), () -> Ui.line(table, 0));
    }

    private void filters(Text words, String typed, int left, String first) {
        made.clear();
        words.setText(typed);
        awaitCount(left);
        Ui.await(() -> Ui.line(table, 0).contains(first), () -> Ui.line(table, 0));
        words.setText("");
        awaitCount(MANY);
        assertTrue(made.size() <= 2 * page(), () -> made.size() + " lines were made to filter");
    }

    /** Waits for a number of lines, and watches that no turn brings or takes more than {@link #TURN}. */
    private void awaitCount(int count) {
        int[] last = {table.getItemCount()};
        int[] most = {0};
        Ui.await(() -> {
            most[0] = Math.max(most[0], Math.abs(table.getItemCount() - last[0]));
            last[0] = table.getItemCount();
            return last[0] == count;
        }, () -> table.getItemCount() + " lines");
        assertTrue(most[0] <= TURN, () -> most[0] + " lines in one turn");
    }

    private static void open(Tree tree, TreeItem item) {
        Event e = new Event();
        e.item = item;
        tree.notifyListeners(SWT.Expand, e);
        item.setExpanded(true);
    }

    private static int longest(TreeItem[] items) {
        int longest = items.length;
        for (TreeItem i : items) {
            longest = Math.max(longest, longest(i.getItems()));
        }
        return longest;
    }
}
