package org.zennet.workbench.internal.help;

import org.eclipse.core.runtime.ILog;
import org.eclipse.help.IContext;
import org.eclipse.help.IHelpResource;
import org.eclipse.ui.IWorkbenchPage;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.help.AbstractHelpUI;

/** The platform's help in the {@link HelpView}: F1 opens the page of the context, without a web server. */
public final class HelpUi extends AbstractHelpUI {
    @Override
    public void displayHelp() {
        show("workbench.md");
    }

    @Override
    public void displayContext(IContext context, int x, int y) {
        IHelpResource[] topics = context.getRelatedTopics();
        show(topics == null || topics.length == 0 ? "workbench.md" : topics[0].getHref());
    }

    @Override
    public void displayHelpResource(String href) {
        show(href);
    }

    @Override
    public boolean isContextHelpDisplayed() {
        return false;
    }

    private static void show(String href) {
        IWorkbenchWindow window = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        IWorkbenchPage page = window == null ? null : window.getActivePage();
        if (page == null) {
            return;
        }
        try {
            // an href of a context is prefixed with its bundle
            ((HelpView) page.showView(HelpView.ID)).open(href.replaceFirst("^/[^/]+/", "").replaceFirst("^docs/", ""), "");
        } catch (PartInitException e) {
            ILog.of(HelpUi.class).error("the help can't be shown", e);
        }
    }
}
