package org.zennet.workbench.internal.handlers;

import java.nio.file.Path;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.program.Program;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.zennet.workbench.internal.model.Detail;
import org.zennet.workbench.internal.model.JobOutline;

/** How many machines and how much money the job file allows, and where the results go. */
final class LimitsPage extends WizardPage {
    private Composite area;
    private NewJobWizard.Checked shown;

    LimitsPage() {
        super("limits", Messages.limits, null);
        setDescription(Messages.limitsHold);
    }

    @Override
    public void createControl(Composite parent) {
        area = new Composite(parent, SWT.NONE);
        area.setLayout(new GridLayout(2, false));
        setControl(area);
        fill();
    }

    @Override
    public void setVisible(boolean visible) {
        super.setVisible(visible);
        if (visible) {
            NewJobWizard.focusDefault(this);
        }
    }

    /** Shows those of a file. */
    void show(NewJobWizard.Checked checked) {
        shown = checked;
        fill();
    }

    private void fill() {
        if (area == null || shown == null) {
            return;
        }
        for (var c : area.getChildren()) {
            c.dispose();
        }
        for (Detail d : JobOutline.limits(shown.outline())) {
            line(d.name() + ":", d.value());
        }
        Path file = shown.file();
        line(Messages.results, JobRun.results(file).toString());
        new Label(area, SWT.NONE);
        Button edit = new Button(area, SWT.PUSH);
        edit.setText(Messages.editFile);
        edit.setToolTipText(NLS.bind(Messages.editHint, file));
        edit.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> {
            if (!Program.launch(file.toString())) {
                setErrorMessage(NLS.bind(Messages.noEditor, file));
            }
        }));
        area.layout();
    }

    private void line(String name, String value) {
        new Label(area, SWT.NONE).setText(name);
        Label text = new Label(area, SWT.WRAP);
        text.setText(value);
        text.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
    }
}
