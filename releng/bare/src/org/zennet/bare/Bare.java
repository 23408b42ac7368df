package org.zennet.bare;

import org.eclipse.equinox.app.IApplication;
import org.eclipse.equinox.app.IApplicationContext;
import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.application.IWorkbenchWindowConfigurer;
import org.eclipse.ui.application.WorkbenchAdvisor;
import org.eclipse.ui.application.WorkbenchWindowAdvisor;
import org.eclipse.ui.part.ViewPart;

/** The least that the platform can be: a window with one view. What the start of the workbench is compared with. */
public final class Bare implements IApplication {
    @Override
    public Object start(IApplicationContext context) {
        var display = PlatformUI.createDisplay();
        try {
            PlatformUI.createAndRunWorkbench(display, new WorkbenchAdvisor() {
                @Override
                public String getInitialWindowPerspectiveId() {
                    return "org.zennet.bare.perspective";
                }

                @Override
                public WorkbenchWindowAdvisor createWorkbenchWindowAdvisor(IWorkbenchWindowConfigurer configurer) {
                    configurer.setTitle("Bare");
                    return new WorkbenchWindowAdvisor(configurer);
                }
            });
            return EXIT_OK;
        } finally {
            display.dispose();
        }
    }

    @Override
    public void stop() { }

    /** One view. */
    public static final class Layout implements IPerspectiveFactory {
        @Override
        public void createInitialLayout(IPageLayout layout) {
            layout.setEditorAreaVisible(false);
            layout.addView("org.zennet.bare.view", IPageLayout.LEFT, 1f, layout.getEditorArea());
        }
    }

    /** One label. */
    public static final class View extends ViewPart {
        @Override
        public void createPartControl(Composite parent) {
            new Label(parent, SWT.NONE).setText("bare");
        }

        @Override
        public void setFocus() { }
    }
}
