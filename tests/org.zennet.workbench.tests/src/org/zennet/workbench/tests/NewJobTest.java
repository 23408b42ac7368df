package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.handlers.IHandlerService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person who makes a job file out of a template, in the wizard that runs it. */
class NewJobTest {
    private final Fakes fakes = new Fakes();
    private Path directory;

    @BeforeEach
    void openPublisher() throws Exception {
        directory = Files.createTempDirectory("new-job-");
        Ui.perspective("org.zennet.workbench.publisher");
    }

    @AfterEach
    void stop() throws Exception {
        fakes.close();
        for (String name : List.of("mine.yaml", "there.yaml", "")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    private static Button button(Composite in, String text) {
        Ui.await(() -> Ui.all(in, Button.class).stream().anyMatch(b -> b.getText().equals(text)), () -> "no button " + text);
        return Ui.all(in, Button.class).stream().filter(b -> b.getText().equals(text)).findFirst().orElseThrow();
    }

    private static void press(Button button) {
        assertTrue(button.isEnabled(), button.getText());
        button.notifyListeners(SWT.Selection, new Event());
    }

    /** The fields that can be typed into, in order. */
    private static Text field(Composite in, int index) {
        return Ui.all(in, Text.class).stream().filter(t -> (t.getStyle() & SWT.READ_ONLY) == 0).toList().get(index);
    }

    @Test
    void aTemplatesParametersBecomeFieldsAndItsFileIsTheJobThatRuns() throws Exception {
        Path target = directory.resolve("mine.yaml");
        Path there = Files.writeString(directory.resolve("there.yaml"), "name: old");
        Ui.later(() -> {
            Shell wizard = Ui.shell("New Job");
            Ui.later(() -> fill(target, there));
            press(button(wizard, "&From a Template\u2026"));
            Ui.await(() -> Ui.all(wizard, Text.class).stream().anyMatch(t -> t.getText().equals(target.toString())), () -> Ui.texts(wizard).toString());
            Button next = button(wizard, "&Next >");
            Ui.await(next::isEnabled, () -> Ui.labels(wizard).toString());
            assertTrue(Ui.labels(wizard).stream().anyMatch(l -> l.contains("my sweep")), () -> Ui.labels(wizard).toString());
            press(next);
            Ui.await(() -> Ui.labels(wizard).stream().anyMatch(l -> l.contains("5 XEN")), () -> Ui.labels(wizard).toString());
            wizard.close();
        });
        PlatformUI.getWorkbench().getService(IHandlerService.class).executeCommand("org.zennet.workbench.runJob", null);
        Ui.rethrow();
        assertEquals(List.of("name: my sweep", "# {backend=sandbox, name=my sweep, note=}"), Files.readAllLines(target));
        assertEquals("name: old", Files.readString(there), "nothing is written over");
    }

    private static void fill(Path target, Path there) {
        Shell dialog = Ui.shell("A Job File from a Template");
        Combo choice = Ui.all(dialog, Combo.class).getFirst();
        Ui.await(() -> choice.getItemCount() == 2, () -> choice.getItemCount() + " templates");
        choice.select(1);
        choice.notifyListeners(SWT.Selection, new Event());
        Button write = button(dialog, "Write");
        assertFalse(write.isEnabled(), "without a file to write to");
        field(dialog, 2).setText(there.toString());
        press(write);
        Ui.await(() -> Ui.labels(dialog).stream().anyMatch(l -> l.contains("name: is missing (Name)")), () -> Ui.labels(dialog).toString());
        field(dialog, 0).setText("my sweep");
        Combo backend = Ui.all(dialog, Combo.class).get(1);
        assertEquals("wasm", backend.getText(), "its default");
        backend.select(1);
        press(write);
        Ui.await(() -> Ui.labels(dialog).stream().anyMatch(l -> l.contains("is there already")), () -> Ui.labels(dialog).toString());
        field(dialog, 2).setText(target.toString());
        press(write);
        Ui.await(dialog::isDisposed, () -> Ui.labels(dialog).toString());
    }
}
