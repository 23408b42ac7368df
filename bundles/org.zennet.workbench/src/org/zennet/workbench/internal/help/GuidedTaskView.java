package org.zennet.workbench.internal.help;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import org.eclipse.core.commands.common.CommandException;
import org.eclipse.core.runtime.FileLocator;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.Path;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.events.ControlListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.IMemento;
import org.eclipse.ui.IViewSite;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.part.ViewPart;
import org.osgi.framework.FrameworkUtil;
import org.zennet.workbench.internal.CheckBox;

/** A task step by step, with a button for each step and a mark for those that are done. Which task it was is remembered. */
public final class GuidedTaskView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.guidedTaskView";
    private static final String FIRST = "firstJob";
    private static final String TASK = "task";
    private static final int TEXT = 420;
    private ScrolledComposite scroll;
    private String task = FIRST;

    @Override
    public void init(IViewSite site, IMemento memento) throws PartInitException {
        super.init(site, memento);
        if (memento != null && memento.getString(TASK) != null) {
            task = memento.getString(TASK);
        }
    }

    @Override
    public void saveState(IMemento memento) {
        memento.putString(TASK, task);
    }

    @Override
    public void createPartControl(Composite parent) {
        scroll = new ScrolledComposite(parent, SWT.V_SCROLL | SWT.H_SCROLL);
        scroll.setExpandHorizontal(true);
        scroll.setExpandVertical(true);
        scroll.addControlListener(ControlListener.controlResizedAdapter(e -> measure()));
        PlatformUI.getWorkbench().getHelpSystem().setHelp(parent, ID);
        show(task);
    }

    /** Shows a task: {@code firstJob}, {@code offerMachine} or {@code rentAndLogIn}. */
    public void show(String name) {
        URL url = FileLocator.find(FrameworkUtil.getBundle(GuidedTaskView.class), new Path("$nl$/cheatsheets/" + name + ".xml"), null);
        if (url == null) {
            return;
        }
        try (InputStream in = url.openStream()) {
            fill(GuidedTask.read(in));
            task = name;
        } catch (IOException e) {
            ILog.of(GuidedTaskView.class).error("a guided task can't be read: " + name, e);
        }
    }

    private void fill(GuidedTask guided) {
        Control old = scroll.getContent();
        Composite area = new Composite(scroll, SWT.NONE);
        GridLayout layout = new GridLayout(2, false);
        layout.marginWidth = 12;
        layout.marginHeight = 10;
        area.setLayout(layout);
        text(area, guided.title(), 2).setFont(JFaceResources.getHeaderFont());
        text(area, guided.intro(), 2);
        int number = 1;
        for (GuidedTask.Step step : guided.steps()) {
            Button done = CheckBox.in(area);
            done.setText(NLS.bind(Messages.step, number++, step.title()));
            done.setFont(JFaceResources.getFontRegistry().getBold(JFaceResources.DEFAULT_FONT));
            done.setToolTipText(Messages.stepDone);
            done.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, step.command().isEmpty() ? 2 : 1, 1));
            if (!step.command().isEmpty()) {
                Button act = new Button(area, SWT.PUSH);
                act.setText(Messages.doIt);
                act.setToolTipText(step.title());
                act.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> run(step.command(), done)));
            }
            text(area, step.description(), 2);
        }
        scroll.setContent(area);
        if (old != null) {
            old.dispose();
        }
        area.reskin(SWT.ALL);
        measure();
    }

    private void measure() {
        if (scroll.getContent() != null) {
            scroll.setMinSize(scroll.getContent().computeSize(SWT.DEFAULT, SWT.DEFAULT));
        }
    }

    private static Label text(Composite area, String text, int span) {
        Label label = new Label(area, SWT.WRAP);
        label.setText(text);
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, false, span, 1);
        place.widthHint = TEXT;
        label.setLayoutData(place);
        return label;
    }

    private void run(String command, Button done) {
        try {
            getSite().getService(IHandlerService.class).executeCommand(getSite().getService(ICommandService.class).deserialize(command), null);
            if (!done.isDisposed()) {
                done.setSelection(true);
            }
        } catch (CommandException e) {
            ILog.of(GuidedTaskView.class).warn("a step can't be run now: " + command + ": " + e.getMessage());
        }
    }

    @Override
    public void setFocus() {
        scroll.setFocus();
    }
}
