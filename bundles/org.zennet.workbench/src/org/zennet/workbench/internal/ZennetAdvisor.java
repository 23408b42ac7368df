package org.zennet.workbench.internal;

import java.util.List;
import java.util.Optional;
import org.eclipse.core.runtime.ILog;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.graphics.Point;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IViewPart;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.application.IWorkbenchConfigurer;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;
import org.osgi.framework.FrameworkUtil;
import org.zennet.services.network.JoinLine;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.setup.DemoRun;
import org.zennet.workbench.internal.setup.PassphraseDialog;
import org.zennet.workbench.internal.setup.WelcomeView;
import org.zennet.workbench.internal.software.AddedSoftware;
import org.zennet.workbench.internal.views.MachinesView;

/** How the workbench looks, and that a node runs while it is open. */
final class ZennetAdvisor extends WorkbenchAdvisor {
    private static final Point SIZE = new Point(1200, 800);
    private final EmbeddedNode node;
    private final Optional<JoinLine> join;
    private final boolean demo;
    private final List<String> connect;

    ZennetAdvisor(EmbeddedNode node, Optional<JoinLine> join, boolean demo, List<String> connect) {
        this.node = node;
        this.join = join;
        this.demo = demo;
        this.connect = connect;
    }

    @Override
    public void initialize(IWorkbenchConfigurer configurer) {
        super.initialize(configurer);
        configurer.setSaveAndRestore(true);
    }

    @Override
    public void postStartup() {
        Display display = getWorkbenchConfigurer().getWorkbench().getDisplay();
        node.ask(wrong -> PassphraseDialog.ask(display, wrong));
        if (demo) {
            DemoRun.start(node, display);
        } else if (join.isPresent() || node.hasNetwork()) {
            node.start(join);
        }
        Thread.ofVirtual().start(() -> WatchedMachines.restore(connect));
        Thread.ofVirtual().start(() -> AddedSoftware.start(FrameworkUtil.getBundle(ZennetAdvisor.class).getBundleContext()));
        IWorkbenchWindow window = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        if (!connect.isEmpty() && window != null) {
            try {
                window.getActivePage().showView(MachinesView.ID);
            } catch (PartInitException e) {
                ILog.of(ZennetAdvisor.class).warn("the machines can't be shown: " + e.getMessage());
            }
        }
    }

    /** Asks once when jobs run; never when the system ends the process. */
    @Override
    public boolean preShutdown() {
        if (getWorkbenchConfigurer().emergencyClosing()) {
            return true;
        }
        long open = Services.ask(JobService.class, s -> s.jobs().stream().filter(j -> j.ended().isEmpty()).count(), 0L);
        return open == 0 || MessageDialog.openConfirm(null, Messages.quit, open == 1 ? Messages.quitWithJob
                : NLS.bind(Messages.quitWithJobs, open));
    }

    @Override
    public String getInitialWindowPerspectiveId() {
        return Perspectives.PUBLISHER;
    }

    @Override
    public WorkbenchWindowAdvisor createWorkbenchWindowAdvisor(IWorkbenchWindowConfigurer configurer) {
        return new WorkbenchWindowAdvisor(configurer) {
            @Override
            public void preWindowOpen() {
                IWorkbenchWindowConfigurer c = getWindowConfigurer();
                c.setInitialSize(SIZE);
                c.setTitle("Zennet");
                c.setShowCoolBar(true);
                c.setShowPerspectiveBar(true);
                c.setShowStatusLine(true);
                c.setShowProgressIndicator(true);
                c.getWindow().addPerspectiveListener(new ToolBars());
            }

            @Override
            public void postWindowOpen() {
                IWorkbenchPage page = getWindowConfigurer().getWindow().getActivePage();
                if (page == null || demo) {
                    return;
                }
                IViewPart welcome = page.findView(WelcomeView.ID);
                if (welcome == null && WelcomeView.opens() && !node.hasNetwork()) {
                    try {
                        page.showView(WelcomeView.ID);
                    } catch (PartInitException e) {
                        ILog.of(ZennetAdvisor.class).warn("the welcome does not open: " + e.getMessage());
                    }
                }
            }
        };
    }
}
