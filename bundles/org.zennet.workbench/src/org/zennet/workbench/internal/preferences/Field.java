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

/** One setting as a label and a field of the kind that its type asks for. */
final class Field {
    private final Control control;
    private Setting setting;
    private boolean toDefault;

    Field(Composite parent, Setting setting) {
        this.setting = setting;
        String tip = tip(setting);
        if (setting.type() == Setting.Type.BOOLEAN || isYesOrNo(setting)) {
            Button check = new Button(parent, SWT.CHECK);
            check.setText(setting.label());
            check.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 2, 1));
            check.addListener(SWT.Selection, e -> toDefault = false);
            control = check;
        } else {
            Label label = new Label(parent, SWT.NONE);
            label.setText(setting.label() + ":");
            label.setToolTipText(tip);
            if (setting.options().isEmpty() || setting.list()) {
                Text text = new Text(parent, SWT.BORDER | SWT.SINGLE | (setting.type() == Setting.Type.SECRET ? SWT.PASSWORD : SWT.NONE));
                text.setMessage(setting.defaultValue().isEmpty() ? setting.range() : setting.defaultValue());
                text.addModifyListener(e -> toDefault = false);
                control = text;
            } else {
                Combo combo = new Combo(parent, SWT.READ_ONLY);
                combo.setItems(setting.options().stream().map(Setting.Option::label).toArray(String[]::new));
                combo.addListener(SWT.Selection, e -> toDefault = false);
                control = combo;
            }
            control.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        }
        control.setToolTipText(tip);
        if (!(control instanceof Button)) {
            Named.by(setting.label(), control);
        }
        control.getAccessible().addAccessibleListener(AccessibleListener.getDescriptionAdapter(e -> e.result = tip));
        boolean fixed = setting.source() == Setting.Source.ENVIRONMENT || setting.source() == Setting.Source.COMMAND_LINE;
        control.setEnabled(!fixed);
        show(setting.type() == Setting.Type.SECRET ? "" : setting.value());
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
        tip.append(tip.isEmpty() ? "" : "\n").append(NLS.bind(Messages.defaultIs, s.defaultValue().isEmpty() ? Messages.empty : s.defaultValue()));
        tip.append('\n').append(switch (s.source()) {
            case ENVIRONMENT -> NLS.bind(Messages.fromEnvironment, s.variable());
            case COMMAND_LINE -> Messages.fromCommandLine;
            default -> s.live() ? Messages.atOnce : Messages.nextStart;
        });
        return tip.toString();
    }

    private void show(String value) {
        switch (control) {
            case Button b -> b.setSelection(value.equals("true"));
            case Combo c -> c.select(Math.max(0, setting.options().stream().map(Setting.Option::value).toList().indexOf(value)));
            case Text t -> t.setText(value);
            default -> throw new IllegalStateException(control.toString());
        }
    }

    private String shown() {
        return switch (control) {
            case Button b -> String.valueOf(b.getSelection());
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
