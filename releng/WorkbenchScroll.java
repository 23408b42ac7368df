import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.Endpoint;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.services.publisher.JobService.TaskState;
import org.zennet.workbench.internal.model.JobRows;
import org.zennet.workbench.internal.model.MarketRows;
import org.zennet.workbench.internal.views.RowsTable;
import org.zennet.workbench.internal.views.RowsTree;

/**
 * How long the lists of the workbench keep the UI thread, with very many rows: for each thing that a reader does, the time until it is seen and
 * the longest turn of the event loop. Prints JSON. Run by {@code releng/workbench-scroll.sh}.
 */
final class WorkbenchScroll {
    private static final int PAGES = 100;
    private static final double NANOS_PER_MILLI = 1e6;
    private final Display display = new Display();
    private final Shell shell = new Shell(display);
    private final Map<String, String> results = new LinkedHashMap<>();
    private final int rows;
    private long longest;
    private int painted;

    private WorkbenchScroll(int rows) {
        this.rows = rows;
        shell.setLayout(new GridLayout());
        shell.setSize(1100, 760);
    }

    public static void main(String[] args) {
        WorkbenchScroll s = new WorkbenchScroll(Integer.parseInt(args[0]));
        s.shell.open();
        s.offers();
        s.tasks();
        System.out.println("{\"processors\": " + Runtime.getRuntime().availableProcessors() + ", \"rows\": " + s.rows + ", "
                + s.results.entrySet().stream().map(e -> "\"" + e.getKey() + "\": " + e.getValue()).collect(Collectors.joining(", ")) + "}");
        System.exit(0);
    }

    private List<AnnouncementInfo> announcements(int changed) {
        Hash descriptor = Hash.ofHex("ab".repeat(32));
        PublicKey key = PublicKey.ofHex("cd".repeat(32));
        List<AnnouncementInfo> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add(new AnnouncementInfo(new OutPoint(Hash.ofHex(String.format("%064x", i)), 0), i == changed ? 0 : 1 + i % 60, 240, new Announcement(Isolation.WASM, "wasm32",
                    1000, 256, 1 + (i * 7919 + rows / 3) % rows, 0, new Endpoint("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 7331), descriptor, key, 240)));
        }
        return all;
    }

    private void offers() {
        List<AnnouncementInfo> all = announcements(-1);
        List<AnnouncementInfo> next = announcements(rows / 2);
        RowsTable viewer = new RowsTable(shell, "offers", MarketRows.ANNOUNCEMENTS, 4, 2, 3, 2, 2, 3, 3, 5, 3);
        viewer.filtered();
        Table table = viewer.control();
        table.addListener(SWT.Paint, e -> painted++);
        shell.layout(true, true);
        until(() -> painted > 0);
        measure("offersFirstPage", () -> viewer.show(MarketRows.announcements(all)), () -> table.getItemCount() > 0 && !table.getItem(0).getText(7).isEmpty());
        measure("offersAllLines", () -> { }, () -> table.getItemCount() == rows);
        int page = table.getClientArea().height / table.getItemHeight();
        int[] pages = {0};
        measure("pagesDown" + PAGES, () -> { }, () -> {
            turn(() -> table.setTopIndex(++pages[0] * page));
            paint(table);
            return pages[0] == PAGES;
        });
        measure("toTheEnd", () -> table.setTopIndex(rows - 1), () -> painted(table));
        measure("toTheBeginning", () -> table.setTopIndex(0), () -> painted(table));
        String first = table.getItem(0).getText(7);
        measure("sort", () -> table.getColumn(6).notifyListeners(SWT.Selection, new Event()), () -> table.getItem(0).getText(6).equals("1"));
        measure("sortBack", () -> table.getColumn(6).notifyListeners(SWT.Selection, new Event()), () -> table.getItem(0).getText(6).equals(String.valueOf(rows)));
        table.getColumn(6).notifyListeners(SWT.Selection, new Event());
        until(() -> table.getItem(0).getText(7).equals(first));
        String block = table.getItem(rows / 2).getText(1);
        measure("oneChanged", () -> viewer.show(MarketRows.announcements(next)), () -> !table.getItem(rows / 2).getText(1).equals(block));
        Text words = (Text) Arrays.stream(shell.getChildren()).filter(c -> c instanceof Text).findFirst().orElseThrow();
        measure("filter", () -> words.setText("10.0.39."), () -> table.getItemCount() == 256);
        measure("filterOff", () -> words.setText(""), () -> table.getItemCount() == rows);
        measure("selectAll", table::selectAll, () -> table.getSelectionCount() == rows);
        table.deselectAll();
        table.getParent().dispose();
        words.dispose();
    }

    private void tasks() {
        List<TaskInfo> all = new ArrayList<>();
        for (int i = 1; i <= rows; i++) {
            all.add(new TaskInfo("part-" + i, i % 3 == 0 ? TaskState.VERIFIED : TaskState.WAITING, List.of(), Optional.empty(), 0, ""));
        }
        JobInfo job = new JobInfo("job:1", "sweep", JobState.RUNNING, "", Instant.EPOCH, Optional.empty(), rows, rows / 3, Amount.ZERO, Amount.ZERO, Amount.ZERO, all,
                List.of(), Optional.empty(), Optional.empty(), false, Optional.empty());
        RowsTree viewer = new RowsTree(shell, "jobs", JobRows.COLUMNS, 4, 2, 2, 4, 3, 9);
        Tree tree = viewer.control();
        tree.addListener(SWT.Paint, e -> painted++);
        shell.layout(true, true);
        measure("jobShown", () -> viewer.show(JobRows.of(List.of(job))), () -> tree.getItemCount() == 1 && painted(tree));
        TreeItem tasks = tree.getItem(0).getItem(0);
        measure("tasksOpened", () -> open(tree, tasks), () -> painted(tree));
        TreeItem last = tasks.getItem(tasks.getItemCount() - 1);
        measure("lastGroupOpened", () -> open(tree, last), () -> painted(tree));
        measure("lastTaskShown", () -> tree.showItem(last.getItem(last.getItemCount() - 1)), () -> painted(tree));
    }

    private static void open(Tree tree, TreeItem item) {
        Event e = new Event();
        e.item = item;
        tree.notifyListeners(SWT.Expand, e);
        item.setExpanded(true);
    }

    private boolean painted(Control control) {
        paint(control);
        return true;
    }

    private void paint(Control control) {
        int before = painted;
        control.redraw();
        until(() -> painted > before);
    }

    /** One turn of the UI thread. */
    private void turn(Runnable what) {
        long start = System.nanoTime();
        what.run();
        longest = Math.max(longest, System.nanoTime() - start);
    }

    private void until(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            long start = System.nanoTime();
            if (display.readAndDispatch()) {
                longest = Math.max(longest, System.nanoTime() - start);
            } else {
                display.sleep();
            }
        }
    }

    private void measure(String what, Runnable action, BooleanSupplier seen) {
        while (display.readAndDispatch()) {
            // what is left of the one before
        }
        longest = 0;
        long start = System.nanoTime();
        turn(action);
        until(seen);
        results.put(what, String.format(Locale.ROOT, "{\"millis\": %.1f, \"longestTurnMillis\": %.1f}", (System.nanoTime() - start) / NANOS_PER_MILLI, longest / NANOS_PER_MILLI));
    }
}
