package org.zennet.workbench.internal;

import java.util.Optional;
import org.eclipse.core.runtime.ILog;
import org.eclipse.e4.core.contexts.IEclipseContext;
import org.eclipse.swt.graphics.Point;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.application.ActionBarAdvisor;
import org.eclipse.ui.application.IActionBarConfigurer;
import org.eclipse.ui.application.IWorkbenchConfigurer;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;
import org.zennet.services.network.JoinLine;

/** How the workbench looks, and that a node runs while it is open. */
final class ZennetAdvisor extends WorkbenchAdvisor {
    private static final Point SIZE = new Point(1200, 800);
    private final EmbeddedNode node;
    private final Optional<String> join;

    ZennetAdvisor(EmbeddedNode node, Optional<String> join) {
        this.node = node;
        this.join = join;
    }

    @Override
    public void initialize(IWorkbenchConfigurer configurer) {
        super.initialize(configurer);
        configurer.setSaveAndRestore(true);
    }

    @Override
    public void preStartup() {
        PlatformUI.getWorkbench().getService(IEclipseContext.class).set(EmbeddedNode.class, node);
    }

    @Override
    public void postStartup() {
        try {
            Optional<JoinLine> line = join.map(JoinLine::parse);
            if (line.isPresent() || node.hasNetwork()) {
                node.start(line);
            }
        } catch (IllegalArgumentException e) {
            ILog.of(ZennetAdvisor.class).warn(e.getMessage());
        }
    }

    @Override
    public boolean preShutdown() {
        node.stop();
        return super.preShutdown();
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
            }

            @Override
            public ActionBarAdvisor createActionBarAdvisor(IActionBarConfigurer bars) {
                return new ActionBarAdvisor(bars);
            }
        };
    }
}
