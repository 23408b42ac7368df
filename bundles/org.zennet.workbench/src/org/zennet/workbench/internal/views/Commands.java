package org.zennet.workbench.internal.views;

import org.eclipse.core.commands.NotEnabledException;
import org.eclipse.core.commands.NotHandledException;
import org.eclipse.core.commands.common.CommandException;

import org.eclipse.core.runtime.ILog;
import org.eclipse.ui.IWorkbenchPartSite;
import org.eclipse.ui.handlers.IHandlerService;

/** Runs commands as a menu would. */
final class Commands {
    private Commands() { }

    /** Runs one where it can be now; else nothing happens. */
    static void run(IWorkbenchPartSite site, String id) {
        try {
            site.getService(IHandlerService.class).executeCommand(id, null);
        } catch (NotEnabledException | NotHandledException e) {
            // not for what is selected
        } catch (CommandException e) {
            ILog.of(Commands.class).error(id + " failed", e);
        }
    }
}
