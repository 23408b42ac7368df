package org.zennet.workbench.internal;

import java.util.Optional;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.swt.graphics.Point;
import org.eclipse.ui.application.IWorkbenchConfigurer;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;
import org.zennet.services.network.JoinLine;
import org.zennet.services.publisher.JobService;

/** How the workbench looks, and that a node runs while it is open. */
final class ZennetAdvisor extends WorkbenchAdvisor {
    private static final Point SIZE = new Point(1200, 800);
    private final EmbeddedNode node;
    private final Optional<JoinLine> join;

    ZennetAdvisor(EmbeddedNode node, Optional<JoinLine> join) {
        this.node = node;
        this.join = join;
    }

    @Override
    public void initialize(IWorkbenchConfigurer configurer) {
        super.initialize(configurer);
        configurer.setSaveAndRestore(true);
    }

    @Override
    public void postStartup() {
        if (join.isPresent() || node.hasNetwork()) {
            node.start(join);
        }
    }

    /** Asks once when jobs run; never when the system ends the process. */
    @Override
    public boolean preShutdown() {
        if (getWorkbenchConfigurer().emergencyClosing()) {
            return true;
        }
        long open = Services.ask(JobService.class, s -> s.jobs().stream().filter(j -> j.ended().isEmpty()).count(), 0L);
        return open == 0 || MessageDialog.openConfirm(null, "Quit Zennet", (open == 1 ? "A job is" : open + " jobs are")
                + " running. Quitting stops the node of this window: providers stop the work and settle what was used.");
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
        };
    }
}
