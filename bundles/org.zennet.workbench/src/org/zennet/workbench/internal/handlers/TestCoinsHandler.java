package org.zennet.workbench.internal.handlers;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.zennet.services.Rejected;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.Services;

/** On a development network: takes a genesis coin of the published test key. */
public final class TestCoinsHandler extends AbstractHandler {
    @Override
    public Object execute(ExecutionEvent event) {
        Job.create(Messages.takingCoins, (ICoreRunnable) m -> {
            try {
                Services.find(WalletService.class).orElseThrow(() -> new Rejected(Messages.noNode))
                        .takeTestCoins();
            } catch (Rejected e) {
                throw new CoreException(Status.error(e.getMessage()));
            }
        }).schedule();
        return null;
    }
}
