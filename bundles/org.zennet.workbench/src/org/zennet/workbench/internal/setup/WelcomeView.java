package org.zennet.workbench.internal.setup;

import org.eclipse.core.commands.common.CommandException;
import org.eclipse.core.commands.Command;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.preferences.InstanceScope;
import org.eclipse.jface.resource.ImageDescriptor;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.resource.LocalResourceManager;
import org.eclipse.jface.resource.ResourceLocator;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.events.ControlListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Link;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.commands.ICommandService;
import org.eclipse.ui.handlers.IHandlerService;
import org.eclipse.ui.part.ViewPart;
import org.osgi.service.prefs.BackingStoreException;
import org.zennet.workbench.internal.CheckBox;

/** What people do first: four actions, and where to learn more. */
public final class WelcomeView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.welcome";
    private static final String BUNDLE = "org.zennet.workbench";
    private static final String SHOW = "welcome";
    private static final int TEXT = 560;
    private Button first;
    private LocalResourceManager resources;

    /** Whether it opens with the window. */
    public static boolean opens() {
        return InstanceScope.INSTANCE.getNode(BUNDLE).getBoolean(SHOW, true);
    }

    @Override
    public void createPartControl(Composite parent) {
        resources = new LocalResourceManager(JFaceResources.getResources(), parent);
        ScrolledComposite scroll = new ScrolledComposite(parent, SWT.V_SCROLL | SWT.H_SCROLL);
        Composite area = new Composite(scroll, SWT.NONE);
        GridLayout layout = new GridLayout(2, false);
        layout.marginWidth = 24;
        layout.marginHeight = 16;
        layout.horizontalSpacing = 16;
        layout.verticalSpacing = 6;
        area.setLayout(layout);
        Label title = text(area, Messages.welcome, 2);
        title.setFont(JFaceResources.getHeaderFont());
        text(area, Messages.welcomeWhat, 2);
        first = action(area, "org.zennet.workbench.demo", "icons/market.svg", Messages.demo, Messages.demoWhat);
        action(area, "org.zennet.workbench.walletSetup", "icons/wallet.svg", Messages.walletAction, Messages.walletWhat);
        action(area, "org.zennet.workbench.offer", "icons/provider.svg", Messages.offerAction, Messages.offerWhat);
        action(area, isDefined("org.zennet.workbench.rent") ? "org.zennet.workbench.rent" : "org.zennet.workbench.runJob", "icons/leases.svg",
                Messages.rentAction, Messages.rentWhat);
        Link more = new Link(area, SWT.WRAP);
        more.setText(Messages.welcomeMore);
        more.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false, 2, 1));
        more.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> run(e.text)));
        Button show = CheckBox.in(area);
        show.setText(Messages.welcomeShow);
        show.setSelection(opens());
        show.setLayoutData(new GridData(SWT.BEGINNING, SWT.TOP, false, false, 2, 1));
        show.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> remember(show.getSelection())));
        PlatformUI.getWorkbench().getHelpSystem().setHelp(parent, ID);
        scroll.setContent(area);
        scroll.setExpandHorizontal(true);
        scroll.setExpandVertical(true);
        scroll.addControlListener(ControlListener.controlResizedAdapter(e -> scroll.setMinSize(area.computeSize(SWT.DEFAULT, SWT.DEFAULT))));
    }

    private Button action(Composite area, String command, String icon, String label, String what) {
        Button button = new Button(area, SWT.PUSH);
        ImageDescriptor image = ResourceLocator.imageDescriptorFromBundle(BUNDLE, icon).orElse(ImageDescriptor.getMissingImageDescriptor());
        button.setImage(resources.create(image));
        button.setText(label);
        button.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, false, false));
        button.getAccessible().addAccessibleListener(AccessibleListener.getDescriptionAdapter(e -> e.result = what));
        button.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> run(command)));
        text(area, what, 1);
        return button;
    }

    private static Label text(Composite area, String text, int span) {
        Label label = new Label(area, SWT.WRAP);
        label.setText(text);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, false, span, 1);
        place.widthHint = TEXT;
        label.setLayoutData(place);
        return label;
    }

    private boolean isDefined(String command) {
        Command c = getSite().getService(ICommandService.class).getCommand(command);
        return c.isDefined();
    }

    private void run(String command) {
        try {
            if (command.startsWith("task:")) {
                getSite().getService(IHandlerService.class).executeCommand(getSite().getService(ICommandService.class).deserialize(
                        "org.zennet.workbench.guidedTask(org.zennet.workbench.task=" + command.substring("task:".length()) + ")"), null);
            } else {
                getSite().getService(IHandlerService.class).executeCommand(command, null);
            }
        } catch (CommandException e) {
            ILog.of(WelcomeView.class).error("an action of the welcome can't be run: " + command, e);
        }
    }

    private static void remember(boolean show) {
        var preferences = InstanceScope.INSTANCE.getNode(BUNDLE);
        preferences.putBoolean(SHOW, show);
        try {
            preferences.flush();
        } catch (BackingStoreException e) {
            ILog.of(WelcomeView.class).warn("whether the welcome opens is not remembered: " + e.getMessage());
        }
    }

    @Override
    public void setFocus() {
        first.setFocus();
    }
}
