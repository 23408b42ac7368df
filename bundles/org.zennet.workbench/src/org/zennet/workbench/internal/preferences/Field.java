package org.zennet.workbench.internal.preferences;

import java.util.Optional;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.zennet.services.settings.Setting;
import org.zennet.workbench.internal.Named;

/**
 * One setting as a label and a field of the kind that its type asks for. What names something that may be installed is a list of what
 * is, which takes other names too and then warns below.
 */
final class Field {
    private final Control control;
    private final Optional<Label> label;
    private final Optional<Label> warning;
    private Setting setting;
    private boolean toDefault;
    private boolean showing;
    private final Runnable resized;

    /**
     * In a grid of two columns.
     *
     * @param marks   whether it is marked when it waits for the next start
     * @param resized is told when it takes more or less room
     */
    Field(Composite parent, Setting setting, boolean marks, Runnable resized) {
        this.setting = setting;
        this.resized = resized;
        if (setting.type() == Setting.Type.BOOLEAN || isYesOrNo(setting)) {
            Button check = new Button(parent, SWT.CHECK);
            check.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 2, 1));
            check.addListener(SWT.Selection, e -> toDefault = false);
            control = check;
            label = Optional.empty();
        } else {
            label = Optional.of(new Label(parent, SWT.NONE));
            if (isNamed(setting)) {
                Combo combo = new Combo(parent, SWT.DROP_DOWN);
                combo.setItems(setting.choices().stream().map(Setting.Option::value).toArray(String[]::new));
                combo.addModifyListener(e -> changed());
                control = combo;
            } else if (setting.options().isEmpty() || setting.list()) {
                Text text = new Text(parent, SWT.BORDER | SWT.SINGLE | (setting.type() == Setting.Type.SECRET ? SWT.PASSWORD : SWT.NONE));
                text.setMessage(setting.defaultValue().isEmpty() ? setting.range() : setting.defaultValue());
                text.addModifyListener(e -> changed());
                control = text;
            } else {
                Combo combo = new Combo(parent, SWT.READ_ONLY);
                combo.setItems(setting.options().stream().map(Setting.Option::label).toArray(String[]::new));
                combo.addListener(SWT.Selection, e -> toDefault = false);
                control = combo;
            }
            control.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        }
        warning = isNamed(setting) ? Optional.of(new Label(parent, SWT.WRAP)) : Optional.empty();
        warning.ifPresent(w -> {
            GridData place = new GridData(SWT.FILL, SWT.TOP, true, false, 2, 1);
            place.exclude = true;
            w.setLayoutData(place);
            w.setVisible(false);
        });
        if (!(control instanceof Button)) {
            Named.by(setting.label(), control);
        }
        control.getAccessible().addAccessibleListener(AccessibleListener.getDescriptionAdapter(e -> e.result = tip(this.setting)));
        describe(marks);
        show(setting.type() == Setting.Type.SECRET ? "" : setting.value());
    }

    private static boolean isNamed(Setting s) {
        return !s.choices().isEmpty() && !s.list() && s.options().isEmpty() && s.type() == Setting.Type.TEXT;
    }

    /** What a field stands for: another setting, or one that is shown otherwise, needs another field. */
    static String shape(Setting s) {
        return s.key() + (isNamed(s) ? " of what is installed" : ""); //$NON-NLS
    }

    String shape() {
        return shape(setting);
    }

    /** Somebody typed or chose. */
    private void changed() {
        if (!showing) {
            toDefault = false;
        }
        warn();
    }

    private void describe(boolean marks) {
        String name = setting.label() + (marks && !setting.live() ? Messages.mark : "");
        label.ifPresent(l -> {
            l.setText(name + ":");
            l.setToolTipText(tip(setting));
        });
        if (control instanceof Button b) {
            b.setText(name);
        }
        control.setToolTipText(tip(setting));
        boolean fixed = setting.source() == Setting.Source.ENVIRONMENT || setting.source() == Setting.Source.COMMAND_LINE;
        control.setEnabled(!fixed);
    }

    /** Whether what is named is there. */
    private void warn() {
        warning.ifPresent(w -> {
            boolean absent = !shown().isEmpty() && setting.isAbsent(shown());
            String text = absent ? NLS.bind(Messages.notInstalled, shown()) : "";
            if (!w.getText().equals(text)) {
                w.setText(text);
                w.setVisible(absent);
                ((GridData) w.getLayoutData()).exclude = !absent;
                w.requestLayout();
                resized.run();
            }
        });
    }

    /** The setting as it is now: what somebody typed meanwhile stays. */
    void refresh(Setting now, boolean marks) {
        boolean touched = isChanged();
        String typed = shown();
        if (control instanceof Combo c && isNamed(now) && !now.choices().equals(setting.choices())) {
            showing = true;
            c.setItems(now.choices().stream().map(Setting.Option::value).toArray(String[]::new));
            showing = false;
            show(typed);
        }
        setting = now;
        describe(marks);
        if (!touched) {
            show(now.type() == Setting.Type.SECRET ? "" : now.value());
        }
        warn();
    }

    /** A text that is one of two words, from bundles whose settings are all texts. */
    private static boolean isYesOrNo(Setting s) {
        return s.type() == Setting.Type.TEXT && (s.defaultValue().equals("true") || s.defaultValue().equals("false"));
    }

    private static String tip(Setting s) {
        StringBuilder tip = new StringBuilder(s.description());
        if (!s.range().isEmpty()) {
            tip.append(tip.isEmpty() ? "" : "\n").append(s.range());
        }
        s.choices().forEach(c -> tip.append(tip.isEmpty() ? "" : "\n").append(c.value()).append(c.label().equals(c.value()) ? "" : ": " + c.label()));
        tip.append(tip.isEmpty() ? "" : "\n").append(NLS.bind(Messages.defaultIs, s.defaultValue().isEmpty() ? Messages.empty : s.defaultValue()));
        tip.append('\n').append(switch (s.source()) {
            case ENVIRONMENT -> NLS.bind(Messages.fromEnvironment, s.variable());
            case COMMAND_LINE -> Messages.fromCommandLine;
            default -> s.live() ? Messages.atOnce : Messages.nextStart;
        });
        return tip.toString();
    }

    private void show(String value) {
        if (!value.isEmpty() && value.equals(shown())) {
            return;
        }
        showing = true;
        switch (control) {
            case Button b -> b.setSelection(value.equals("true"));
            case Combo c when warning.isPresent() -> c.setText(value);
            case Combo c -> c.select(Math.max(0, setting.options().stream().map(Setting.Option::value).toList().indexOf(value)));
            case Text t -> t.setText(value);
            default -> throw new IllegalStateException(control.toString());
        }
        showing = false;
    }

    private String shown() {
        return switch (control) {
            case Button b -> String.valueOf(b.getSelection());
            case Combo c when warning.isPresent() -> c.getText().strip();
            case Combo c -> c.getSelectionIndex() < 0 ? "" : setting.options().get(c.getSelectionIndex()).value();
            case Text t -> t.getText().strip();
            default -> throw new IllegalStateException(control.toString());
        };
    }

    String key() {
        return setting.key();
    }

    void takeDefault() {
        show(setting.defaultValue());
        toDefault = true;
    }

    boolean isChanged() {
        if (toDefault) {
            return setting.source() == Setting.Source.FILE;
        }
        return setting.type() == Setting.Type.SECRET ? !shown().isEmpty() : !shown().equals(setting.value());
    }

    /** What to write: nothing takes the default back. */
    Optional<String> change() {
        return toDefault || shown().isEmpty() || shown().equals(setting.defaultValue()) && setting.type() != Setting.Type.SECRET ? Optional.empty() : Optional.of(shown());
    }

    /** It was written, and stands like this now. */
    void taken(Setting now) {
        setting = now;
        toDefault = false;
    }
}
