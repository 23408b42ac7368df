package org.zennet.workbench.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jface.preference.PreferenceDialog;
import org.eclipse.jface.preference.PreferencePage;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person in the preferences of the provider, which know no setting by name. */
class SettingsPagesTest {
    private static final String NOT_THERE = "night-rate is not installed now: another one answers in its place until it is.";
    private final Fakes fakes = new Fakes();
    private PreferenceDialog dialog;
    private PreferencePage page;
    private Composite area;

    @BeforeEach
    void open() {
        dialog = PreferencesUtil.createPreferenceDialogOn(Ui.window().getShell(), "org.zennet.workbench.preferences.provider", null, null);
        dialog.setBlockOnOpen(false);
        dialog.open();
        page = (PreferencePage) dialog.getSelectedPage();
        area = (Composite) page.getControl();
        Ui.await(() -> !Ui.all(area, Combo.class).isEmpty(), () -> Ui.labels(area).toString());
    }

    @AfterEach
    void close() {
        dialog.close();
        fakes.close();
        assertEquals(Set.of(), Fakes.ON_UI_THREAD, "services that were called on the UI thread");
    }

    private Combo strategy() {
        return Ui.all(area, Combo.class).getFirst();
    }

    private Button button(Composite parent, String label) {
        return Ui.all(parent, Button.class).stream().filter(b -> b.getText().replace("&", "").equals(label)).findFirst().orElseThrow(() -> new AssertionError(label));
    }

    /** Lines under the fields that a person sees. */
    private List<String> told() {
        return Ui.all(area, Label.class).stream().filter(Label::isVisible).map(Label::getText).filter(t -> !t.isEmpty() && !t.endsWith(":")).toList();
    }

    @Test
    void aStrategyIsChosenFromWhatIsInstalledAndTakesEffectAtOnce() {
        assertEquals(List.of("calibrated", "fixed"), Arrays.asList(strategy().getItems()));
        assertEquals("calibrated", strategy().getText());
        strategy().select(1);
        strategy().notifyListeners(SWT.Selection, new Event());
        button(area, "Idle only").setSelection(true);
        assertTrue(page.performOk());
        assertEquals(Map.of("provider.strategy", "fixed", "provider.idle-only", "true"), fakes.set);
        assertTrue(page.getMessage() == null || page.getMessage().isEmpty(), () -> "nothing waits for a start: " + page.getMessage());
    }

    @Test
    void whatWaitsForTheNextStartIsMarkedAndSaidAgainWhenItIsKept() {
        assertTrue(Ui.labels(area).contains("Listen on *:"), () -> Ui.labels(area).toString());
        assertTrue(Ui.labels(area).contains("Strategy:"), () -> Ui.labels(area).toString());
        assertEquals(List.of("* takes effect when the node is started again"), told());
        Text listen = Ui.all(area, Text.class).getLast();
        listen.setText("0.0.0.0:7331");
        assertTrue(page.performOk());
        assertEquals(Map.of("provider.listen", "0.0.0.0:7331"), fakes.set);
        assertEquals("Kept. From the next start on: Listen on", page.getMessage());
    }

    @Test
    void aStrategyThatIsNotInstalledIsTakenWithAWarningThatGoesWhenItComes() {
        strategy().setText("night-rate");
        assertTrue(told().contains(NOT_THERE), told()::toString);
        fakes.strategies = List.of("calibrated", "fixed", "night-rate");
        Ui.await(() -> strategy().getItemCount() == 3, () -> Arrays.toString(strategy().getItems()));
        assertEquals("night-rate", strategy().getText(), "what was typed stays");
        assertFalse(told().contains(NOT_THERE), told()::toString);
        fakes.strategies = List.of("calibrated", "fixed");
        Ui.await(() -> told().contains(NOT_THERE), () -> told().toString());
        assertTrue(page.performOk());
        assertEquals(Map.of("provider.strategy", "night-rate"), fakes.set);
    }

    @Test
    void whatIsSetElsewhereIsSeenInTheOpenPageUnlessSomebodyTypesThere() {
        Text target = Ui.all(area, Text.class).getFirst();
        strategy().setText("fixed");
        fakes.set.put("provider.target", "9 XEN");
        fakes.set.put("provider.strategy", "night-rate");
        Ui.await(() -> target.getText().equals("9 XEN"), target::getText);
        assertEquals("fixed", strategy().getText());
    }

    @Test
    void restoredDefaultsAreShownAndTakeBackWhatWasSetOnlyOnceTheyAreApplied() {
        fakes.set.putAll(Map.of("provider.strategy", "fixed", "provider.target", "7 XEN", "provider.idle-only", "true"));
        Text target = Ui.all(area, Text.class).getFirst();
        Ui.await(() -> target.getText().equals("7 XEN"), target::getText);
        Button defaults = button((Composite) page.getControl().getParent(), "Restore Defaults");
        defaults.notifyListeners(SWT.Selection, new Event());
        assertEquals("calibrated", strategy().getText());
        assertEquals("20 XEN", target.getText());
        assertFalse(button(area, "Idle only").getSelection());
        assertEquals(3, fakes.set.size(), "nothing is taken back before it is applied");
        target.setText("8 XEN");
        assertTrue(page.performOk());
        assertEquals(Map.of("provider.target", "8 XEN"), fakes.set);
    }
}
