package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.IViewReference;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person who comes with a wallet's words, and one who calibrates a machine. */
class SetupTest {
    private static final String WORDS = String.join(" ", ProviderScene.WORDS);
    private final Fakes fakes = new Fakes();

    @BeforeEach
    void openPublisher() {
        Ui.perspective("org.zennet.workbench.publisher");
        Ui.page().resetPerspective();
    }

    @AfterEach
    void stop() {
        fakes.calibrationDone.countDown();
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

    private static List<Text> writable(Composite parent) {
        return Ui.all(parent, Text.class).stream().filter(t -> (t.getStyle() & SWT.READ_ONLY) == 0).toList();
    }

    @Test
    void aWalletIsRestoredFromItsWordsAndAMistakeInThemIsToldInTheDialog() {
        Fakes.EXPECTED_ERRORS.incrementAndGet();
        Person person = new Person().in("Wallet", wizard -> {
            Button finish = button(wizard, "Finish");
            List<Text> fields = writable(wizard);
            fields.get(0).setText("zennet:dev:" + "ab".repeat(32) + "@127.0.0.1:7331#" + "cd".repeat(32));
            assertFalse(fields.get(1).isEnabled(), "words are for a wallet that is there already");
            Button create = Ui.all(wizard, Button.class).stream().filter(b -> (b.getStyle() & SWT.RADIO) != 0).findFirst().orElseThrow();
            Button restore = Ui.all(wizard, Button.class).stream().filter(b -> (b.getStyle() & SWT.RADIO) != 0).toList().get(1);
            create.setSelection(false);
            restore.setSelection(true);
            restore.notifyListeners(SWT.Selection, new Event());
            assertTrue(fields.get(1).isEnabled());
            assertFalse(finish.isEnabled(), "there are no words yet");
            fields.get(1).setText("word1 word2 word3");
            assertFalse(finish.isEnabled(), "three words are no wallet");
            fields.get(1).setText(WORDS.replace("word7", "wrong"));
            fields.get(2).setText("secret");
            fields.get(3).setText("secret");
            press(finish);
        }).when("what is wrong with the words", () -> Person.shell("Wallet").map(w -> told(w).contains("'wrong' is no word of the list")).orElse(false), () -> {
            Shell wizard = Person.shell("Wallet").orElseThrow();
            assertEquals(List.of(), fakes.restored);
            writable(wizard).get(1).setText("  " + WORDS.replace(" ", "\n") + "  ");
            press(button(wizard, "Finish"));
        }).begin();
        run("org.zennet.workbench.walletSetup");
        person.end();
        assertEquals(List.of(WORDS + " sealed by secret"), fakes.restored);
        Ui.await(() -> fakes.called.contains("NodeLauncher.start"), fakes.called::toString);
        // that the node did not start is told in a dialog, where the harness lets dialogs open
        Display.getCurrent().timerExec(1000, () -> Person.shell("Problem Occurred").ifPresent(Shell::close));
    }

    /** All that a wizard's head says. */
    private static String told(Shell wizard) {
        return String.join("\n", Ui.texts(wizard)) + "\n" + String.join("\n", Ui.labels(wizard));
    }

    @Test
    void pricesAreCalibratedForWhatTheMachineShallEarnAndTheViewOpens() {
        calibrate("12 XEN");
        Ui.await(() -> fakes.calibrated.equals(List.of("wasm for 12 XEN")), fakes.calibrated::toString);
        assertTrue(Arrays.stream(Ui.page().getViewReferences()).map(IViewReference::getId).anyMatch("org.zennet.workbench.calibration"::equals));
        Job job = running("Calibrating prices");
        fakes.calibrationDone.countDown();
        Ui.await(() -> job.getState() == Job.NONE, () -> "the calibration goes on");
        assertTrue(job.getResult().isOK(), () -> job.getResult().toString());
    }

    @Test
    void aCalibrationEndsWhenItIsCancelled() {
        calibrate("20 XEN");
        Ui.await(() -> !fakes.calibrated.isEmpty(), () -> "nothing runs");
        Job job = running("Calibrating prices");
        job.cancel();
        Ui.await(() -> job.getState() == Job.NONE, () -> "the calibration goes on");
        assertTrue(fakes.calibrationCancelled);
    }

    @Test
    void startingToOfferThisMachineEndsAtOnceWhenItIsCancelled() throws Exception {
        fakes.providing = false;
        Person person = new Person().in("Offer This Machine", question -> press(button(question, "Offer Now"))).begin();
        run("org.zennet.workbench.offer");
        person.end();
        Ui.await(() -> fakes.called.contains("ProviderProcess.start"), fakes.called::toString);
        Job job = running("Starting to offer this machine");
        job.cancel();
        Ui.await(() -> job.getState() == Job.NONE, () -> "it goes on to start");
        assertEquals(0, fakes.givenUp.getCount());
        assertEquals(IStatus.CANCEL, job.getResult().getSeverity());
    }

    private static Job running(String name) {
        return Arrays.stream(Job.getJobManager().find(null)).filter(j -> j.getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " is none of " + Arrays.toString(Job.getJobManager().find(null))));
    }

    private void calibrate(String target) {
        Person person = new Person().in("Calibrate Prices", dialog -> {
            Text amount = writable(dialog).getFirst();
            assertEquals("20 XEN", amount.getText());
            amount.setText("a lot");
            assertFalse(button(dialog, "OK").isEnabled(), "that is no amount");
            amount.setText("0 XEN");
            assertFalse(button(dialog, "OK").isEnabled(), "nothing is no target");
            amount.setText(target);
            press(button(dialog, "OK"));
        }).begin();
        run("org.zennet.workbench.calibrate");
        person.end();
    }
}
