package org.zennet.workbench.internal.provider;

import java.util.List;
import java.util.Optional;
import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.WorkbenchException;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.eclipse.ui.handlers.HandlerUtil;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;
import org.zennet.workbench.internal.Services;

/** Offers this machine for rent: shows on what terms, and starts the provider beside the window. */
public final class OfferHandler extends AbstractHandler {
    private static final String PERSPECTIVE = "org.zennet.workbench.provider";
    private static final int START = 0;
    private static final int SETTINGS = 1;

    /** On what terms, and whether it runs already. */
    private record Terms(boolean runs, String target, String strategy, String backends, String schedule, boolean idleOnly) { }

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        // the window's own: what is asked is asked later, when a dialog that is active now may be gone
        Shell shell = HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell();
        try {
            PlatformUI.getWorkbench().showPerspective(PERSPECTIVE, HandlerUtil.getActiveWorkbenchWindowChecked(event));
        } catch (WorkbenchException e) {
            throw new ExecutionException(e.getMessage(), e);
        }
        if (Services.find(ProviderProcess.class).isEmpty()) {
            MessageDialog.openInformation(shell, Messages.offer, Messages.noNode);
            return null;
        }
        Job.createSystem(Messages.offer, (ICoreRunnable) m -> {
            Optional<Terms> terms = Services.find(ProviderProcess.class).map(OfferHandler::terms);
            shell.getDisplay().asyncExec(() -> {
                if (!shell.isDisposed() && terms.isPresent()) {
                    ask(shell, terms.get());
                }
            });
        }).schedule();
        return null;
    }

    private static Terms terms(ProviderProcess process) {
        List<Section> all;
        try {
            all = process.settings();
        } catch (Rejected e) {
            all = List.of();
        }
        return new Terms(process.view().isPresent(), value(all, "provider.target"), value(all, "provider.strategy"), value(all, "provider.backends"),
                value(all, "provider.schedule"), value(all, "provider.idle-only").equals("true"));
    }

    private static String value(List<Section> all, String key) {
        return all.stream().flatMap(s -> s.settings().stream()).filter(s -> s.key().equals(key)).map(Setting::value).findFirst().orElse("");
    }

    private static void ask(Shell shell, Terms t) {
        if (t.runs()) {
            MessageDialog.openInformation(shell, Messages.offer, Messages.offeredAlready);
            return;
        }
        String what = NLS.bind(Messages.offerQuestion, new Object[] {t.target(), t.strategy(), t.backends(), t.schedule().isEmpty() ? Messages.always : t.schedule(),
            t.idleOnly() ? Messages.whenIdle : Messages.alsoBusy});
        int answer = MessageDialog.open(MessageDialog.QUESTION, shell, Messages.offer, what, org.eclipse.swt.SWT.NONE, Messages.offerNow, Messages.settings,
                org.eclipse.jface.dialogs.IDialogConstants.CANCEL_LABEL);
        if (answer == START) {
            start();
        } else if (answer == SETTINGS) {
            PreferencesUtil.createPreferenceDialogOn(shell, ProviderSettingsHandler.PAGE, null, null).open();
        }
    }

    /** Starts it. */
    static Job start() {
        return Machine.interruptible(Messages.starting, ProviderProcess.class, (process, monitor) -> {
            monitor.beginTask(Messages.starting, -1);
            process.start();
        });
    }
}
