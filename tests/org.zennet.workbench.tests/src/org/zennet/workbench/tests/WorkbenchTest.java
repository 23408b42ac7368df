package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.core.runtime.Platform;
import org.eclipse.e4.ui.css.swt.theme.IThemeEngine;
import org.eclipse.jface.preference.IPreferenceNode;
import org.eclipse.jface.preference.PreferenceManager;
import org.eclipse.jface.viewers.IStructuredSelection;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.CTabFolder;
import org.eclipse.swt.dnd.Clipboard;
import org.eclipse.swt.dnd.TextTransfer;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swtchart.Chart;
import org.eclipse.ui.IPerspectiveDescriptor;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.keys.IBindingService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The real application in a real window, over services that show a busy market. Runs on the UI thread. */
class WorkbenchTest {
    private static final String JOBS = "org.zennet.workbench.jobs";
    private static final String MARKET = "org.zennet.workbench.market";
    private static final String WALLET = "org.zennet.workbench.wallet";
    private static final String LEASES = "org.zennet.workbench.leases";
    private static final String BLOCKCHAIN = "org.zennet.workbench.blockchain";
    private static final String CHARTS = "org.zennet.workbench.charts";
    private static final String PLUGINS = "org.zennet.workbench.plugins";
    private static final String PROGRESS = "org.eclipse.ui.views.ProgressView";
    private static final String ERROR_LOG = "org.eclipse.pde.runtime.LogView";
    private static final String PUBLISHER = "org.zennet.workbench.publisher";
    private static final List<String> PERSPECTIVES = List.of(PUBLISHER, "org.zennet.workbench.provider", "org.zennet.workbench.walletPerspective",
            "org.zennet.workbench.networkPerspective");
    private static final String DARK = "org.eclipse.e4.ui.css.theme.e4_dark";
    private static final String LIGHT = "org.eclipse.e4.ui.css.theme.e4_default";
    private static final double READABLE = 4.5;
    private final Fakes fakes = new Fakes();

    @BeforeEach
    void openPublisher() {
        Ui.perspective(PUBLISHER);
        Ui.page().resetPerspective();
    }

    @AfterEach
    void stop() {
        fakes.close();
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    /** What any of our bundles logged, and errors of any other, since the window opened. */
    @AfterAll
    static void nothingIsLogged() throws IOException {
        var log = Platform.getLogFileLocation().toPath();
        if (Files.exists(log)) {
            try (Stream<String> lines = Files.lines(log)) {
                List<String> bad = lines.filter(l -> l.startsWith("!ENTRY")).filter(l -> l.startsWith("!ENTRY org.zennet.") || l.matches("!ENTRY \\S+ 4 .*")).toList();
                assertTrue(bad.size() <= Fakes.EXPECTED_ERRORS.get(), () -> bad + ": see " + log);
            }
        }
    }

    @Test
    void everyPerspectiveOpensAndIsInTheBar() {
        Set<String> ids = Arrays.stream(PlatformUI.getWorkbench().getPerspectiveRegistry().getPerspectives()).map(IPerspectiveDescriptor::getId)
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(ids.containsAll(PERSPECTIVES), ids::toString);
        for (String id : PERSPECTIVES) {
            Ui.perspective(id);
            assertEquals(id, Ui.page().getPerspective().getId());
            assertTrue(Ui.page().getViewReferences().length >= 3, id);
        }
        assertEquals(new TreeSet<>(PERSPECTIVES), Arrays.stream(Ui.page().getOpenPerspectives()).map(IPerspectiveDescriptor::getId)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void jobsShowTheirProvidersTheirTasksAndWhoWasCaught() {
        Tree tree = Ui.tree(Ui.show(JOBS), 0);
        assertEquals("protein folding | running | 7 of 12 | 0.4215 XEN of 5 XEN | 0.0125 XEN | 12 tasks on 3 machines", Ui.row(tree, "protein folding"));
        assertEquals("crambin, 4 seeds | done | 4 of 4 | 0.0987 XEN of 1 XEN | nothing | /home/ada/results/crambin", Ui.row(tree, "crambin"));
        String caught = Ui.row(tree, "caught at seed-4").strip();
        assertTrue(caught.startsWith(Scene.brief("provider-c") + " | caught | 1 task | 0.02 XEN | 0.0045 XEN withheld"), caught);
        assertTrue(caught.contains("signed " + Scene.brief("lie") + ", 2 others " + Scene.brief("out4")), caught);
        assertTrue(Ui.row(tree, "settled by").contains("in block 57"));
        assertEquals(Scene.TASKS, Ui.rows(tree).stream().filter(r -> r.startsWith("    seed-")).count());
    }

    @Test
    void whatIsSelectedAndOpenStaysSoWhileTasksAreDone() {
        fakes.done = 6;
        Tree tree = Ui.tree(Ui.show(JOBS), 0);
        Ui.row(tree, "6 of 12");   // of no test before, whose rows go and come
        tree.select(tree.getItem(0).getItem(1).getItem(8));   // setSelection scrolls to it too, and later
        tree.setTopItem(tree.getItem(0).getItem(1));
        // GTK scrolls by and by, until the line is where the first one was
        int first = tree.getItem(0).getBounds().y + tree.getVerticalBar().getSelection();
        Ui.await(() -> Math.abs(tree.getItem(0).getItem(1).getBounds().y - first) <= 1, () -> "at " + tree.getVerticalBar().getSelection());
        int scrolled = tree.getVerticalBar().getSelection();
        fakes.done = 9;
        Ui.row(tree, "9 of 12");
        assertEquals("seed-9", tree.getSelection()[0].getText());
        assertEquals("verified", tree.getSelection()[0].getText(1));
        assertEquals(scrolled, tree.getVerticalBar().getSelection(), tree.getItemHeight(), "the view jumped");
        assertEquals(Scene.TASKS, Ui.rows(tree).stream().filter(r -> r.startsWith("    seed-")).count());
    }

    @Test
    void theMarketShowsAnnouncementsAndEveryRoundOfNegotiation() {
        Composite view = Ui.show(MARKET);
        String row = Ui.row(Ui.table(view, 0), "198.51.100.8:7331");
        assertEquals(Scene.brief("announcement1") + " | 59 | wasm | wasm32 | 1.0 | 512 MiB | 4 | 198.51.100.8:7331 | 241", row);
        assertTrue(Ui.row(Ui.table(view, 0), "wasm sandboxed").contains("1.5"));
        assertTrue(Ui.row(Ui.tree(view, 0), "counter").contains("publisher | counter | cpu 0.0000110 XEN/s at most"));
    }

    @Test
    void theWalletShowsBalanceHistoryAndChannels() {
        Composite view = Ui.show(WALLET);
        Ui.await(() -> Ui.labels(view).containsAll(List.of("Available", "12.345 XEN", "0.5 XEN", "1.5 XEN")), () -> Ui.labels(view).toString());
        assertTrue(Ui.row(Ui.tree(view, 0), "channel opened").contains("-0.5 XEN | waits | " + Scene.brief("tx0")));
        assertEquals(Scene.ENTRIES, Ui.tree(view, 0).getItemCount());
        assertTrue(Ui.row(Ui.tree(view, 1), "settled").contains("payer | settled | 0.5 XEN | 0.184 XEN | 55 | 340"));
    }

    @Test
    void leasesShowUsageInUnitsForPeople() {
        Composite view = Ui.show(LEASES);
        String row = Ui.row(Ui.tree(view, 0), "running");
        assertTrue(row.contains("0.125 XEN | 0.124 XEN | 0.001 XEN") && row.contains("cpu 125.0 s, memory 31 GiB·s"), row);
        assertTrue(Ui.labels(view).contains("Open for work, 2 leases, earned 3.21 XEN, priced by calibrated"), Ui.labels(view)::toString);
    }

    @Test
    void theBlockchainShowsBlocksTransactionsAndPeers() {
        Composite view = Ui.show(BLOCKCHAIN);
        String block = Ui.row(Ui.tree(view, 0), Scene.hash("block60").toHex());
        assertTrue(block.startsWith("60 | ") && block.contains(" | 1 | 460 | 50 XEN | 0.0000006 XEN | "), block);
        assertEquals(61, Ui.tree(view, 0).getItemCount());
        assertTrue(Ui.row(Ui.tree(view, 1), "tx:" + Scene.hash("waiting").toHex()).endsWith("300 | 0.000009 XEN | 3"));
        assertTrue(Ui.row(Ui.tree(view, 2), "198.51.100.0:7331").endsWith("this node"));
        assertTrue(Ui.labels(view).contains("Block 60 of dev network, waits for its peers' blocks, 3 peers"), Ui.labels(view)::toString);
    }

    @Test
    void plugInsShowWhatTheyOfferAndWhyOneIsNotAsked() {
        Tree tree = Ui.tree(Ui.show(PLUGINS), 0);
        assertEquals("Night rate | 1.2.0 | installed | Ada | Apache-2.0 |  |  | org.example.night", Ui.row(tree, "Night rate"));
        assertTrue(Ui.row(tree, "night-rate").strip().endsWith("quarantined |  |  | 7 | 1 | pricing, Cheaper at night: it took longer than 1000 ms"), Ui.row(tree, "night-rate"));
        assertTrue(Ui.row(tree, "org.zennet.pricing").contains("built in"));
    }

    @Test
    void chartsDrawTheNewestJobAndTheWallet() {
        Composite view = Ui.show(CHARTS);
        Chart chart = Ui.all(view, Chart.class).getFirst();
        Ui.await(() -> chart.getTitle().getText().equals("Spending of protein folding"), () -> chart.getTitle().getText());
        double[] spent = chart.getSeriesSet().getSeries("spent").getYSeries();
        assertEquals(0.4215, spent[spent.length - 1], 1e-9);
        Combo combo = Ui.all(view, Combo.class).getFirst();
        combo.select(combo.getItemCount() - 1);
        combo.notifyListeners(SWT.Selection, new Event());
        Ui.await(() -> chart.getTitle().getText().equals("Wallet"), () -> chart.getTitle().getText());
        double[] balance = chart.getSeriesSet().getSeries("balance").getYSeries();
        assertEquals(Scene.ENTRIES, balance.length);
        assertEquals(12.845, balance[balance.length - 1], 1e-9);
    }

    @Test
    void progressAndErrorLogOfThePlatformOpen() {
        assertNotNull(Ui.show(PROGRESS));
        assertTrue(!Ui.all(Ui.show(ERROR_LOG), Tree.class).isEmpty());
    }

    @Test
    void toolBarsStayBesideTheirTabsWhenPerspectivesChange() {
        for (String id : List.of(PERSPECTIVES.get(2), PUBLISHER, PERSPECTIVES.get(2), PUBLISHER)) {
            Ui.perspective(id);
            Ui.await(() -> Ui.all(Ui.window().getShell(), CTabFolder.class).stream().filter(CTabFolder::isVisible)
                    .allMatch(f -> f.getTopRight() == null || f.getTopRight().getLocation().y < f.getClientArea().y), () -> "a tool bar over its view in " + id);
        }
    }

    @Test
    void theStatusLineTellsPeersBlockAndBalance() {
        Ui.await(() -> Ui.labels(Ui.window().getShell()).containsAll(List.of("3 peers | block 60, catching up", "12.345 XEN")),
                () -> Ui.labels(Ui.window().getShell()).toString());
    }

    @Test
    void viewsEmptyWithoutErrorsWhenTheNodeStopsAndFillAgainWhenOneStarts() {
        Tree jobs = Ui.tree(Ui.show(JOBS), 0);
        Ui.row(jobs, "seed-12");
        fakes.close();
        Ui.await(() -> jobs.getItemCount() == 0, () -> Ui.rows(jobs).toString());
        Ui.await(() -> Ui.labels(Ui.window().getShell()).stream().anyMatch(l -> l.equals("no network") || l.equals("the node did not start")),
                () -> Ui.labels(Ui.window().getShell()).toString());
        Fakes again = new Fakes();
        try {
            Ui.row(jobs, "seed-12");
        } finally {
            again.close();
        }
    }

    @Test
    void aHeadingSortsNumbersAsNumbersAndAThirdClickGivesTheOrderBack() {
        Tree tree = Ui.tree(Ui.show(WALLET), 0);
        Ui.row(tree, "sent");
        List<String> before = Ui.rows(tree);
        var heading = tree.getColumn(2);
        heading.notifyListeners(SWT.Selection, new Event());
        List<Double> amounts = Arrays.stream(tree.getItems()).map(i -> Double.valueOf(i.getText(2).replace(" XEN", ""))).toList();
        assertEquals(amounts.stream().sorted().toList(), amounts);
        heading.notifyListeners(SWT.Selection, new Event());
        heading.notifyListeners(SWT.Selection, new Event());
        assertEquals(before, Ui.rows(tree));
    }

    @Test
    void copyTakesTheSelectedRowsAsText() throws Exception {
        Tree tree = Ui.tree(Ui.show(WALLET), 0);
        Ui.row(tree, "sent");
        tree.setFocus();
        tree.setSelection(tree.getItem(0));
        tree.notifyListeners(SWT.Selection, new Event());
        Ui.await(() -> Ui.page().getSelection() instanceof IStructuredSelection s && s.size() == 1, () -> String.valueOf(Ui.page().getSelection()));
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("org.eclipse.ui.edit.copy", null);
        Clipboard clipboard = new Clipboard(Display.getCurrent());
        try {
            String text = (String) clipboard.getContents(TextTransfer.getInstance());
            assertTrue(text != null && text.contains("channel opened\t-0.5 XEN\twaits"), text);
        } finally {
            clipboard.dispose();
        }
    }

    @Test
    void testCoinsAreTakenInTheBackground() throws Exception {
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("org.zennet.workbench.testCoins", null);
        Ui.await(() -> fakes.called.contains("WalletService.takeTestCoins"), fakes.called::toString);
    }

    @Test
    void theKeysOfTheHandbookAreBound() {
        IBindingService keys = PlatformUI.getWorkbench().getService(IBindingService.class);
        assertEquals("org.zennet.workbench.keys", keys.getActiveScheme().getId());
        assertEquals("Ctrl+R", keys.getBestActiveBindingFormattedFor("org.zennet.workbench.runJob"));
        assertEquals("Ctrl+J", keys.getBestActiveBindingFormattedFor("org.zennet.workbench.join"));
        assertEquals("Ctrl+3", keys.getBestActiveBindingFormattedFor("org.eclipse.ui.window.quickAccess"));
        assertEquals("Ctrl+Q", keys.getBestActiveBindingFormattedFor("org.eclipse.ui.file.exit"));
    }

    @Test
    void thePreferencesHaveAppearanceAndKeys() {
        // found by id: the test harness brings pages of its own, and other places for these
        Set<String> pages = PlatformUI.getWorkbench().getPreferenceManager().getElements(PreferenceManager.PRE_ORDER).stream()
                .map(IPreferenceNode::getId).collect(Collectors.toSet());
        assertTrue(pages.containsAll(Set.of("org.eclipse.ui.preferencePages.Views", "org.eclipse.ui.preferencePages.ColorsAndFonts",
                "org.eclipse.ui.preferencePages.Keys")), pages::toString);
    }

    @Test
    void everyViewIsReadableInBothThemes() throws Throwable {
        withTheme(LIGHT, () -> assertReadable(false));
        withTheme(DARK, () -> assertReadable(true));
    }

    private static void withTheme(String id, Executable then) throws Throwable {
        IThemeEngine themes = PlatformUI.getWorkbench().getService(IThemeEngine.class);
        themes.setTheme(id, false);
        try {
            Ui.await(() -> themes.getActiveTheme() != null && themes.getActiveTheme().getId().equals(id), () -> String.valueOf(themes.getActiveTheme()));
            then.execute();
        } finally {
            themes.setTheme(LIGHT, false);
        }
    }

    private static void assertReadable(boolean dark) {
        for (String id : List.of(JOBS, MARKET, WALLET, LEASES, BLOCKCHAIN, PLUGINS)) {
            Composite view = Ui.show(id);
            Ui.await(() -> Ui.tree(view, 0).getItemCount() > 0, () -> id + " is empty");
            for (Control c : Ui.all(view, Control.class).stream().filter(c -> c instanceof Tree || c instanceof Table || c instanceof Label).toList()) {
                double front = luminance(c.getForeground());
                double back = luminance(c.getBackground());
                double contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
                assertTrue(contrast >= READABLE, () -> id + ": " + c + " has a contrast of " + contrast);
                assertEquals(dark, back < front, () -> id + ": " + c + " is not of the theme");
            }
        }
    }

    /** Relative luminance as WCAG defines it. */
    private static double luminance(Color c) {
        return 0.2126 * linear(c.getRed()) + 0.7152 * linear(c.getGreen()) + 0.0722 * linear(c.getBlue());
    }

    private static double linear(int channel) {
        double v = channel / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
}
