package org.zennet.workbench.internal.handlers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.dnd.DND;
import org.eclipse.swt.dnd.DropTarget;
import org.eclipse.swt.dnd.DropTargetAdapter;
import org.eclipse.swt.dnd.DropTargetEvent;
import org.eclipse.swt.dnd.FileTransfer;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.ForecastService.Outline;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.JobOutline;
import org.zennet.workbench.internal.model.JobTemplates;
import org.zennet.workbench.internal.model.JobTemplates.Template;
import org.zennet.workbench.internal.views.Live;

/** Which job: one of those that come with the program, or a file, which can be dropped here. Tells all that is wrong with it. */
final class WhatPage extends WizardPage {
    private static final int PAUSE_MILLIS = 250;
    private static final int LINES = 5;
    private static final int WIDTH = 70;
    private final Optional<Path> first;
    private List<Template> templates = List.of();
    private org.eclipse.swt.widgets.List list;
    private Text file;
    private Label about;
    private int asked;

    /** What the file says, or what is wrong with it. */
    private record Answer(Optional<Outline> outline, String problem) { }

    WhatPage(Optional<Path> first) {
        super("what", Messages.whatToRun, null);
        this.first = first;
        setDescription(Messages.pickJob);
    }

    @Override
    public void createControl(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        area.setLayout(new GridLayout(3, false));
        Label label = new Label(area, SWT.NONE);
        label.setText(Messages.templates);
        label.setLayoutData(new GridData(SWT.LEFT, SWT.TOP, false, false));
        list = new org.eclipse.swt.widgets.List(area, SWT.BORDER | SWT.SINGLE | SWT.V_SCROLL);
        GridData tall = new GridData(SWT.FILL, SWT.FILL, true, true, 2, 1);
        tall.heightHint = convertHeightInCharsToPixels(LINES);
        list.setLayoutData(tall);
        list.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> {
            if (list.getSelectionIndex() >= 0) {
                file.setText(templates.get(list.getSelectionIndex()).file().toString());
            }
        }));
        new Label(area, SWT.NONE).setText(Messages.jobFile);
        file = new Text(area, SWT.BORDER);
        file.setMessage(Messages.jobFileHint);
        GridData wide = new GridData(SWT.FILL, SWT.CENTER, true, false);
        wide.widthHint = convertWidthInCharsToPixels(WIDTH);
        file.setLayoutData(wide);
        file.addModifyListener(e -> changed());
        Button browse = new Button(area, SWT.PUSH);
        browse.setText(Messages.browse);
        browse.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> browse()));
        new Label(area, SWT.NONE);
        Button template = new Button(area, SWT.PUSH);
        template.setText(Messages.fromTemplate);
        template.setLayoutData(new GridData(SWT.LEFT, SWT.CENTER, false, false, 2, 1));
        template.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> fromTemplate()));
        new Label(area, SWT.NONE);
        about = new Label(area, SWT.WRAP);
        GridData text = new GridData(SWT.FILL, SWT.FILL, true, true, 2, 1);
        text.heightHint = convertHeightInCharsToPixels(LINES);
        text.widthHint = convertWidthInCharsToPixels(WIDTH);
        about.setLayoutData(text);
        drop(area);
        setControl(area);
        setPageComplete(false);
        Live.compute(area, WhatPage::found, t -> {
            templates = t;
            list.setItems(t.stream().map(x -> x.name() + (x.what().isEmpty() ? "" : ": " + x.what())).toArray(String[]::new));
        });
        first.ifPresent(f -> file.setText(f.toString()));
    }

    @Override
    public void setVisible(boolean visible) {
        super.setVisible(visible);
        if (visible) {
            file.setFocus();
        }
    }

    private static List<Template> found() {
        String home = System.getProperty("zennet.home");
        return home == null ? List.of() : JobTemplates.in(Path.of(home, "examples"));
    }

    private void browse() {
        FileDialog dialog = new FileDialog(getShell(), SWT.OPEN);
        dialog.setText(Messages.jobFileTitle);
        dialog.setFilterExtensions(new String[] {"*.yaml;*.yml", "*.*"});
        dialog.setFilterNames(new String[] {Messages.jobFiles, Messages.allFiles});
        String chosen = dialog.open();
        if (chosen != null) {
            file.setText(chosen);
        }
    }

    private void fromTemplate() {
        TemplateDialog dialog = new TemplateDialog(getShell());
        if (dialog.open() == TemplateDialog.OK) {
            file.setText(dialog.written().toString());
        }
    }

    private void drop(Composite area) {
        DropTarget target = new DropTarget(area, DND.DROP_COPY | DND.DROP_DEFAULT);
        target.setTransfer(FileTransfer.getInstance());
        target.addDropListener(new DropTargetAdapter() {
            @Override
            public void dragEnter(DropTargetEvent e) {
                e.detail = DND.DROP_COPY;
            }

            @Override
            public void drop(DropTargetEvent e) {
                if (e.data instanceof String[] files && files.length > 0) {
                    file.setText(files[0]);
                }
            }
        });
    }

    private void changed() {
        int question = ++asked;
        done(Optional.empty(), null);
        about.setText("");
        String name = file.getText().strip();
        if (name.isEmpty()) {
            return;
        }
        file.getDisplay().timerExec(PAUSE_MILLIS, () -> {
            if (question == asked && !file.isDisposed()) {
                Path path = Path.of(name).toAbsolutePath().normalize();
                Live.compute(file, () -> read(path), a -> {
                    if (question == asked) {
                        done(a.outline().map(o -> new NewJobWizard.Checked(path, o)), a.problem());
                        a.outline().ifPresent(o -> about.setText(JobOutline.work(o)));
                    }
                });
            }
        });
    }

    private static Answer read(Path path) {
        if (!Files.isRegularFile(path)) {
            return new Answer(Optional.empty(), NLS.bind(Messages.noFile, path));
        }
        try {
            return new Answer(Optional.of(Services.find(ForecastService.class).orElseThrow(() -> new Rejected(Messages.noNode)).outline(path)), null);
        } catch (Rejected e) {
            return new Answer(Optional.empty(), e.getMessage());
        }
    }

    private void done(Optional<NewJobWizard.Checked> checked, String problem) {
        if (problem != null && problem.contains("\n")) {
            setErrorMessage(Messages.cannotRun);
            about.setText(problem);
        } else {
            setErrorMessage(problem);
        }
        ((NewJobWizard) getWizard()).checked(checked);
        setPageComplete(checked.isPresent());
    }
}
