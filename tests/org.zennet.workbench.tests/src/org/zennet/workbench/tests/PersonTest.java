package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.e4.ui.css.swt.theme.IThemeEngine;
import org.eclipse.help.HelpSystem;
import org.eclipse.help.IContext;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.ACC;
import org.eclipse.swt.accessibility.AccessibleEvent;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.graphics.Color;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Table;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.swtchart.Chart;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person does in the real window: first steps, a wallet, settings, help, the provider's views. Runs on the UI thread. */
class PersonTest {
    private static final String CONTRAST = "org.zennet.workbench.theme.dark.contrast";
    private static final String LIGHT = "org.eclipse.e4.ui.css.theme.e4_default";
    /** What the highest level of WCAG asks of text. */
    private static final double CLEAR = 7;
    private final Fakes fakes = new Fakes();

    @BeforeEach
    void openPublisher() {
        Ui.perspective("org.zennet.workbench.publisher");
        Ui.page().resetPerspective();
    }

    @AfterEach
    void stop() {
        fakes.close();
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    private static void run(String command) {
        try {
            PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(command, null);
        } catch (Exception e) {
            throw new AssertionError(command, e);
        }
    }

    private static Button button(Composite parent, String label) {
        List<Button> all = Ui.all(parent, Button.class);
        return all.stream().filter(b -> b.getText().replace("&", "").equals(label)).findFirst()
                .orElseThrow(() -> new AssertionError(label + " is none of " + all.stream().map(Button::getText).toList()));
    }

    private static void press(Button b) {
        assertTrue(b.isEnabled(), () -> b.getText() + " can't be pressed");
        b.notifyListeners(SWT.Selection, new Event());
    }

    @Test
    void theWelcomeOffersFourActionsThatRunCommands() {
        Composite view = Ui.show("org.zennet.workbench.welcome");
        List<String> actions = Ui.all(view, Button.class).stream().filter(b -> (b.getStyle() & SWT.PUSH) != 0).map(Button::getText).toList();
        assertEquals(List.of("Demo Market", "Create or Restore a Wallet…", "Offer This Machine", "Rent Machines…"), actions);
        ICommandService commands = PlatformUI.getWorkbench().getService(ICommandService.class);
        for (String id : List.of("demo", "walletSetup", "offer")) {
            assertTrue(commands.getCommand("org.zennet.workbench." + id).isHandled(), id);
        }
    }

    @Test
    void aWalletIsCreatedAndItsWordsMustBeWrittenDown() {
        Fakes.EXPECTED_ERRORS.incrementAndGet();
        Person person = new Person().in("Wallet", wizard -> {
            Button finish = button(wizard, "Finish");
            List<Text> fields = writable(wizard);
            assertFalse(finish.isEnabled(), "there is no network yet");
            fields.get(0).setText("zennet:dev:" + "ab".repeat(32) + "@127.0.0.1:7331#" + "cd".repeat(32));
            assertTrue(finish.isEnabled(), () -> Ui.labels(wizard).toString());
            fields.get(2).setText("secret");
            assertFalse(finish.isEnabled(), "the passphrase was typed once only");
            fields.get(3).setText("secret");
            press(finish);
        }).in("Words of the Wallet", words -> {
            Button wrote = button(words, "I Wrote Them Down");
            assertFalse(wrote.isEnabled());
            List<String> questions = Ui.labels(words).stream().filter(l -> l.matches("Word [0-9]+:")).toList();
            for (int i = 0; i < 2; i++) {
                String number = questions.get(i).replaceAll("[^0-9]", "");
                writable(words).get(i).setText(Ui.labels(words).stream().filter(l -> l.startsWith(number + " ")).findFirst().orElseThrow().substring(number.length() + 1));
            }
            press(wrote);
        }).begin();
        run("org.zennet.workbench.walletSetup");
        person.end();
        assertTrue(fakes.called.contains("NodeLauncher.keystore"), fakes.called::toString);
        Ui.await(() -> fakes.called.contains("NodeLauncher.start"), fakes.called::toString);
        // that the node did not start is told in a dialog, where the harness lets dialogs open
        Display.getCurrent().timerExec(1000, () -> Person.shell("Problem Occurred").ifPresent(Shell::close));
    }

    private static List<Text> writable(Composite parent) {
        return Ui.all(parent, Text.class).stream().filter(t -> (t.getStyle() & SWT.READ_ONLY) == 0).toList();
    }

    @Test
    void theProvidersViewsShowOfferMeasurementsAndEarnings() {
        Tree offer = Ui.tree(Ui.show("org.zennet.workbench.offerView"), 0);
        assertTrue(Ui.row(offer, "Process").contains("4711, beside this window"));
        Composite benchmarks = Ui.show("org.zennet.workbench.benchmarks");
        assertEquals("suite-integer/1 | 1 | 524.0 | Mop/s | 0.4 % | 1.05", Ui.row(Ui.tree(benchmarks, 0), "suite-integer/1"));
        Chart bars = Ui.all(benchmarks, Chart.class).getFirst();
        Ui.await(() -> bars.getSeriesSet().getSeries().length == 1, () -> "no bars");
        assertEquals(3, bars.getSeriesSet().getSeries()[0].getYSeries().length);
        Composite calibration = Ui.show("org.zennet.workbench.calibration");
        assertTrue(Ui.row(Ui.tree(calibration, 0), "cpu").contains("0.000036 XEN | core hour | 0.000032 XEN to 0.000040 XEN"));
        assertTrue(Ui.row(Ui.tree(calibration, 1), "mix-3").endsWith("-50.0 %"));
        Composite earnings = Ui.show("org.zennet.workbench.earnings");
        assertTrue(Ui.row(Ui.tree(earnings, 0), "2026-03-01").contains("1 | 12 | 3.085 XEN"), () -> Ui.rows(Ui.tree(earnings, 0)).toString());
        assertTrue(Ui.row(Ui.tree(earnings, 0), "2026-03-02").contains("1 | 19 | 0.124 XEN"), "what runs counts for the clock's day");
    }

    @Test
    void f1LeadsToThePageOfTheViewAndASearchFindsWithoutANetwork() {
        Ui.show("org.zennet.workbench.jobs");
        IContext context = HelpSystem.getContext("org.zennet.workbench.jobs");
        assertTrue(context != null && context.getRelatedTopics().length == 1, "no context");
        PlatformUI.getWorkbench().getHelpSystem().displayHelp(context);
        Composite help = Ui.show("org.zennet.workbench.helpView");
        StyledText page = Ui.all(help, StyledText.class).getFirst();
        Ui.await(() -> page.getText().startsWith("Jobs"), () -> page.getText().lines().findFirst().orElse("nothing"));
        Tree found = Ui.tree(help, 0);
        Text search = Ui.all(help, Text.class).getFirst();
        search.setText("calibrated strategy");
        TreeItem pricing = Arrays.stream(found.getItems()).filter(i -> i.getText().startsWith("Pricing")).findFirst().orElseThrow();
        found.setSelection(pricing);
        Event e = new Event();
        e.item = pricing;
        found.notifyListeners(SWT.Selection, e);
        assertTrue(page.getText().startsWith("Pricing"), page.getText().substring(0, 30));
        search.setText("xyzzy");
        assertEquals(List.of("Nothing holds xyzzy."), Arrays.stream(found.getItems()).map(i -> i.getText()).toList());
        search.setText("");
        assertTrue(found.getItemCount() > 10);
    }

    @Test
    void guidedTasksOpenWithStepsThatRun() throws Exception {
        ICommandService commands = PlatformUI.getWorkbench().getService(ICommandService.class);
        for (Map.Entry<String, String> task : List.of(Map.entry("firstJob", "1. Join a market"), Map.entry("offerMachine", "3. Calibrate prices"),
                Map.entry("rentAndLogIn", "2. Rent machines"))) {
            PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand(commands.deserialize(
                    "org.zennet.workbench.guidedTask(org.zennet.workbench.task=" + task.getKey() + ")"), null);
            Composite view = Ui.show("org.zennet.workbench.guidedTaskView");
            assertTrue(Ui.all(view, Button.class).stream().anyMatch(b -> b.getText().equals(task.getValue())),
                    () -> task + " is none of " + Ui.all(view, Button.class).stream().map(Button::getText).toList());
        }
        Composite view = Ui.show("org.zennet.workbench.guidedTaskView");
        Button coins = button(view, "1. Have coins");
        assertFalse(coins.getSelection());
        press(button(view, "Do It"));
        assertTrue(coins.getSelection());
        Ui.await(() -> fakes.called.contains("WalletService.takeTestCoins"), fakes.called::toString);
    }

    @Test
    void highContrastIsClearInEveryView() {
        IThemeEngine themes = PlatformUI.getWorkbench().getService(IThemeEngine.class);
        themes.setTheme(CONTRAST, false);
        try {
            Ui.await(() -> themes.getActiveTheme().getId().equals(CONTRAST), () -> String.valueOf(themes.getActiveTheme()));
            for (String id : List.of("jobs", "market", "wallet", "leases", "offerView", "benchmarks", "calibration", "earnings", "blockchain", "plugins", "welcome", "helpView")) {
                Composite view = Ui.show("org.zennet.workbench." + id);
                Ui.await(() -> !Ui.all(view, Control.class).isEmpty(), () -> id);
                for (Control c : Ui.all(view, Control.class)) {
                    if (c instanceof Tree || c instanceof Table || c instanceof Label || c instanceof StyledText || c instanceof Text) {
                        double front = luminance(c.getForeground());
                        double back = luminance(c.getBackground());
                        double contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
                        assertTrue(contrast >= CLEAR, () -> id + ": " + c + " has a contrast of " + contrast);
                    }
                }
            }
        } finally {
            themes.setTheme(LIGHT, false);
        }
    }

    @Test
    void aScreenReaderIsToldWhatEachFieldListAndChartIs() {
        for (String id : List.of("jobs", "market", "wallet", "leases", "offerView", "benchmarks", "calibration", "earnings", "blockchain", "plugins", "charts", "helpView")) {
            Composite view = Ui.show("org.zennet.workbench." + id);
            for (Control c : Ui.all(view, Control.class)) {
                if (c instanceof Tree || c instanceof Table || c instanceof Combo || c instanceof Text t && (t.getStyle() & SWT.READ_ONLY) == 0 || c instanceof Chart) {
                    assertFalse(name(c).isBlank(), () -> id + ": " + c + " has no name");
                }
            }
        }
    }

    /** What its listeners answer; SWT asks them and has no question of its own for it. */
    private static String name(Control c) {
        try {
            java.lang.reflect.Field listeners = org.eclipse.swt.accessibility.Accessible.class.getDeclaredField("accessibleListeners");
            listeners.setAccessible(true);
            AccessibleEvent e = new AccessibleEvent(c);
            e.childID = ACC.CHILDID_SELF;
            for (Object l : (List<?>) listeners.get(c.getAccessible())) {
                ((AccessibleListener) l).getName(e);
            }
            return e.result == null ? "" : e.result;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("this SWT keeps its listeners elsewhere", e);
        }
    }

    private static double luminance(Color c) {
        return 0.2126 * linear(c.getRed()) + 0.7152 * linear(c.getGreen()) + 0.0722 * linear(c.getBlue());
    }

    private static double linear(int channel) {
        double v = channel / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
}
