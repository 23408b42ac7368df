package org.zennet.workbench.internal.handlers;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.zennet.api.template.TemplateParameter;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobTemplateService;
import org.zennet.services.publisher.JobTemplateService.Template;
import org.zennet.workbench.internal.Named;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.views.Live;

/**
 * A job file out of a template: its parameters become fields, whatever bundle the template is of. The file is written only when all
 * values fit, and never over another one.
 */
final class TemplateDialog extends TitleAreaDialog {
    private static final int WIDTH = 60;
    private static final int LINES = 3;
    private final Map<String, Supplier<String>> values = new LinkedHashMap<>();
    private List<Template> templates = List.of();
    private Combo choice;
    private Label about;
    private Composite fields;
    private Text target;
    private Path written;

    /** The file, or why there is none. */
    private record Answer(Path file, String problem) { }

    TemplateDialog(Shell parent) {
        super(parent);
        setHelpAvailable(false);
        setShellStyle(getShellStyle() | SWT.RESIZE);
    }

    /** The file that was written; null before the dialog was closed by OK. */
    Path written() {
        return written;
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText(Messages.templateTitle);
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle(Messages.templateTitle);
        setMessage(Messages.templateMessage);
        Composite area = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        area.setLayout(new GridLayout(3, false));
        new Label(area, SWT.NONE).setText(Messages.template);
        choice = Named.by(Messages.template, new Combo(area, SWT.READ_ONLY));
        choice.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 2, 1));
        choice.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> show(templates.get(choice.getSelectionIndex()))));
        new Label(area, SWT.NONE);
        about = new Label(area, SWT.WRAP);
        GridData text = new GridData(SWT.FILL, SWT.TOP, true, false, 2, 1);
        text.heightHint = convertHeightInCharsToPixels(LINES);
        text.widthHint = convertWidthInCharsToPixels(WIDTH);
        about.setLayoutData(text);
        fields = new Composite(area, SWT.NONE);
        fields.setLayout(new GridLayout(2, false));
        fields.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true, 3, 1));
        new Label(area, SWT.NONE).setText(Messages.templateTarget);
        target = Named.by(Messages.templateTarget, new Text(area, SWT.BORDER));
        target.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        target.addModifyListener(e -> allow());
        Button browse = new Button(area, SWT.PUSH);
        browse.setText(Messages.browse);
        browse.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> browse()));
        Live.compute(area, () -> Services.find(JobTemplateService.class).map(JobTemplateService::templates).orElse(List.of()), this::fill);
        return area;
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        createButton(parent, IDialogConstants.OK_ID, Messages.templateWrite, true);
        createButton(parent, IDialogConstants.CANCEL_ID, IDialogConstants.CANCEL_LABEL, false);
        allow();
    }

    private void allow() {
        Button ok = getButton(IDialogConstants.OK_ID);
        if (ok != null) {
            ok.setEnabled(choice.getSelectionIndex() >= 0 && !target.getText().isBlank());
        }
    }

    private void browse() {
        FileDialog dialog = new FileDialog(getShell(), SWT.SAVE);
        dialog.setText(Messages.templateTarget.replace(":", ""));
        dialog.setFilterExtensions(new String[] {"*.yaml"});
        dialog.setFileName("job.yaml");
        String chosen = dialog.open();
        if (chosen != null) {
            target.setText(chosen);
        }
    }

    private void fill(List<Template> all) {
        templates = all;
        choice.setItems(all.stream().map(Template::title).toArray(String[]::new));
        if (all.isEmpty()) {
            setErrorMessage(Messages.noTemplates);
        } else {
            choice.select(0);
            show(all.getFirst());
        }
    }

    private void show(Template template) {
        for (Control c : fields.getChildren()) {
            c.dispose();
        }
        values.clear();
        about.setText(template.description());
        template.parameters().forEach(this::field);
        fields.reskin(SWT.ALL);
        getShell().layout(true, true);
        getShell().pack();
        allow();
    }

    private void field(TemplateParameter p) {
        Label label = new Label(fields, SWT.NONE);
        label.setText(p.title() + (p.required() ? ":" : " " + Messages.templateOptional));
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, false);
        place.widthHint = convertWidthInCharsToPixels(WIDTH);
        Control control;
        if (p.type() == TemplateParameter.Type.CHOICE) {
            Combo combo = new Combo(fields, SWT.READ_ONLY);
            combo.setItems(p.choices().toArray(String[]::new));
            combo.select(Math.max(0, p.fallback().map(p.choices()::indexOf).orElse(0)));
            values.put(p.name(), combo::getText);
            control = combo;
        } else {
            Text text = new Text(fields, SWT.BORDER);
            text.setText(p.fallback().orElse(""));
            text.setMessage(p.description());
            values.put(p.name(), text::getText);
            control = text;
        }
        control.setToolTipText(p.description());
        control.setLayoutData(place);
        Named.by(p.title(), control);
    }

    @Override
    protected void okPressed() {
        String id = templates.get(choice.getSelectionIndex()).id();
        Path file = Path.of(target.getText().strip()).toAbsolutePath().normalize();
        Map<String, String> given = new LinkedHashMap<>();
        values.forEach((name, value) -> given.put(name, value.get()));
        getButton(IDialogConstants.OK_ID).setEnabled(false);
        Live.compute(fields, () -> write(id, given, file), answer -> {
            if (answer.problem() == null) {
                written = answer.file();
                super.okPressed();
            } else {
                setErrorMessage(Messages.templateRefused);
                about.setText(answer.problem());
                getShell().layout(true, true);
                allow();
            }
        });
    }

    private static Answer write(String id, Map<String, String> given, Path file) {
        try {
            JobTemplateService service = Services.find(JobTemplateService.class).orElseThrow(() -> new Rejected(Messages.noTemplates));
            Files.writeString(file, service.render(id, given), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new Answer(file, null);
        } catch (Rejected e) {
            return new Answer(null, e.getMessage());
        } catch (FileAlreadyExistsException e) {
            return new Answer(null, NLS.bind(Messages.templateThere, file));
        } catch (IOException e) {
            return new Answer(null, NLS.bind(Messages.templateNotWritten, file, Optional.ofNullable(e.getMessage()).orElse(e.toString())));
        }
    }
}
