package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.e4.ui.model.application.ui.basic.MPart;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.TabFolder;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.swtchart.Chart;
import org.eclipse.ui.IViewReference;
import org.eclipse.ui.IWorkbenchPart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One job in a view of its own, and the Properties of what is selected: both while the job goes on. */
class JobViewTest {
    private static final String JOB = "org.zennet.workbench.job";
    private static final String JOBS = "org.zennet.workbench.jobs";
    private static final String PROPERTIES = "org.eclipse.ui.views.PropertySheet";
    private final Fakes fakes = new Fakes();

    @BeforeEach
    void openPublisher() {
        fakes.done = 6;   // as in no test before, whose rows go and come
        Ui.perspective("org.zennet.workbench.publisher");
        Ui.page().resetPerspective();
    }

    @AfterEach
    void stop() {
        for (IViewReference r : Ui.page().getViewReferences()) {
            if (r.getId().equals(JOB) || r.getId().equals(PROPERTIES)) {
                Ui.page().hideView(r);
            }
        }
        fakes.close();
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    private static void run(String command) throws Exception {
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(command, null);
    }

    private static String copied() throws Exception {
        run("org.eclipse.ui.edit.copy");
        Clipboard clipboard = new Clipboard(Display.getCurrent());
        try {
            return String.valueOf(clipboard.getContents(TextTransfer.getInstance()));
        } finally {
            clipboard.dispose();
        }
    }

    /** Selects a line of the view of jobs, which is active then. */
    private Tree select(String words) {
        Tree tree = Ui.tree(Ui.show(JOBS), 0);
        Ui.row(tree, fakes.done + " of 12");
        Ui.row(tree, words);
        tree.setFocus();
        tree.setSelection(find(tree.getItems(), words));
        tree.notifyListeners(SWT.Selection, new Event());
        return tree;
    }

    private static TreeItem find(TreeItem[] items, String words) {
        for (TreeItem i : items) {
            if (i.getText().contains(words)) {
                return i;
            }
            TreeItem below = i.getExpanded() ? find(i.getItems(), words) : null;
            if (below != null) {
                return below;
            }
        }
        return null;
    }

    private Composite openJob(String words) throws Exception {
        select(words);
        run("org.zennet.workbench.openJob");
        IWorkbenchPart part = Ui.page().getActivePart();
        assertEquals(JOB, part.getSite().getId());
        Composite view = (Composite) part.getSite().getService(MPart.class).getWidget();
        Ui.await(() -> part.getTitle().equals("protein folding"), part::getTitle);
        return view;
    }

    private static void page(Composite view, int index) {
        Ui.all(view, TabFolder.class).getFirst().setSelection(index);
    }

    @Test
    void aJobTellsAllOfItselfInItsPagesWhileItGoesOn() throws Exception {
        Composite view = openJob("protein folding");
        Ui.await(() -> Ui.labels(view).containsAll(List.of("running: 12 tasks on 3 machines", "6 of 12 done", "0.4215 XEN of 5 XEN spent", "0.0125 XEN paid and not verified")),
                () -> Ui.labels(view).toString());
        Tree overview = Ui.tree(view, 0);
        assertEquals("At risk | 0.0125 XEN", Ui.row(overview, "At risk"));
        page(view, 1);
        Table tasks = Ui.table(view, 0);
        assertEquals("seed-7 | comparing | 2 | " + Scene.brief("provider-b") + ", " + Scene.brief("provider-c") + " |  |  | ", Ui.row(tasks, "seed-7"));
        page(view, 2);
        Tree providers = Ui.tree(view, 1);
        assertTrue(Ui.row(providers, "caught").startsWith(Scene.brief("provider-c") + " | caught | 1 | cpu 9.00 s"), () -> Ui.rows(providers).toString());
        page(view, 3);
        Chart spending = Ui.all(view, Chart.class).getFirst();
        Ui.await(() -> spending.getTitle().getText().equals("Spending of protein folding"), () -> spending.getTitle().getText());

        fakes.done = 9;
        Ui.await(() -> Ui.labels(view).contains("9 of 12 done"), () -> Ui.labels(view).toString());
        assertTrue(Ui.row(tasks, "seed-7").startsWith("seed-7 | verified"), () -> Ui.rows(tasks).toString());
    }

    @Test
    void theLineThatWasOpenedTellsThePageAndASelectedTaskItsLog() throws Exception {
        Composite view = openJob("seed-4");
        assertEquals(1, Ui.all(view, TabFolder.class).getFirst().getSelectionIndex(), "a task opens the page of tasks");
        Table tasks = Ui.table(view, 0);
        Ui.row(tasks, "seed-4");
        tasks.setFocus();
        tasks.setSelection(3);
        tasks.notifyListeners(SWT.Selection, new Event());
        Text log = Ui.all(view, Text.class).stream().filter(t -> (t.getStyle() & SWT.READ_ONLY) != 0).findFirst().orElseThrow();
        Ui.await(() -> log.getText().contains("Caught lying about it: " + Scene.hash("provider-c").toHex()), log::getText);
        assertTrue(log.getText().contains("State: verified") && log.getText().contains("results differ, a third decided"), log.getText());
        assertEquals("seed-4\tverified\t3\t" + Scene.brief("provider-a") + ", " + Scene.brief("provider-c"), copied().strip().lines().findFirst().orElse("")
                .replaceFirst("\\t" + Scene.brief("out4") + ".*", ""));
        tasks.setSelection(new int[] {0, 1});
        tasks.notifyListeners(SWT.Selection, new Event());
        assertEquals(List.of("seed-1", "seed-2"), copied().strip().lines().map(l -> l.split("\t")[0]).toList());
    }

    @Test
    void propertiesTellAllOfWhatIsSelectedAndFollowItAndAreCopiedAsText() throws Exception {
        Ui.show(PROPERTIES);
        select("protein folding");
        Composite view = (Composite) Ui.page().findView(PROPERTIES).getSite().getService(MPart.class).getWidget();
        Ui.await(() -> Ui.all(view, Tree.class).stream().anyMatch(Tree::isVisible), () -> "no table of properties");
        Tree properties = Ui.all(view, Tree.class).stream().filter(Tree::isVisible).findFirst().orElseThrow();
        Ui.await(() -> all(properties).contains("Tasks | 6 of 12"), () -> all(properties).toString());
        assertTrue(all(properties).containsAll(List.of("Name | protein folding", "Budget | 5 XEN", "Spent | 0.4215 XEN", "At risk | 0.0125 XEN")), () -> all(properties).toString());
        fakes.done = 9;
        Ui.await(() -> all(properties).contains("Tasks | 9 of 12"), () -> all(properties).toString());

        select("seed-4");
        Ui.await(() -> all(properties).contains("ID | seed-4") || all(properties).contains("Id | seed-4"), () -> all(properties).toString());
        Ui.show(PROPERTIES);
        properties.setFocus();
        TreeItem state = Arrays.stream(properties.getItems()).flatMap(i -> Arrays.stream(i.getItems())).filter(i -> i.getText().equals("State")).findFirst().orElseThrow();
        properties.setSelection(state);
        properties.notifyListeners(SWT.Selection, new Event());
        assertEquals("State\tverified", copied().strip());
    }

    /** The properties of all groups, name and value. */
    private static Set<String> all(Tree properties) {
        return Arrays.stream(properties.getItems()).flatMap(i -> Arrays.stream(i.getItems())).map(i -> i.getText(0) + " | " + i.getText(1)).collect(Collectors.toSet());
    }
}
