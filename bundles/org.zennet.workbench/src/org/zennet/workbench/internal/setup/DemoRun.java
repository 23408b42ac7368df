package org.zennet.workbench.internal.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.core.runtime.ILog;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.widgets.Display;
import org.eclipse.ui.IWorkbenchWindow;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.node.DemoMarkets;
import org.zennet.services.node.DemoMarkets.Market;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.handlers.JobRun;
import org.zennet.workbench.internal.views.JobsView;

/** The demo from nothing to a running job: processes, this window's node, coins, the example. Cancelled, it leaves nothing behind. */
public final class DemoRun {
    private static final int PROVIDERS = 3;
    private static final int STEPS = 6;
    private static final long LEVEL_SECONDS = 60;

    private DemoRun() { }

    /** Begins in a job that the Progress view shows. */
    public static Job start(EmbeddedNode node, Display display) {
        Job job = Job.create(Messages.demo, (IProgressMonitor monitor) -> run(node, display, SubMonitor.convert(monitor, STEPS)));
        job.setUser(true);
        job.schedule();
        return job;
    }

    private static IStatus run(EmbeddedNode node, Display display, SubMonitor monitor) {
        Market market = null;
        boolean joined = false;
        try {
            market = Services.find(DemoMarkets.class).orElseThrow(() -> new Rejected(Messages.noLauncher)).start(PROVIDERS, step -> {
                monitor.subTask(step);
                monitor.worked(1);
            }, monitor::isCanceled);
            monitor.subTask(Messages.demoJoining);
            IStatus status = node.join(market);
            monitor.worked(1);
            if (!status.isOK()) {
                return status;
            }
            joined = true;
            monitor.subTask(Messages.demoCoins);
            Services.find(ChainService.class).orElseThrow(() -> new Rejected(Messages.nodeStarts)).synced().get(LEVEL_SECONDS, TimeUnit.SECONDS);
            takeCoins(Services.find(WalletService.class).orElseThrow(() -> new Rejected(Messages.nodeStarts)), monitor);
            monitor.worked(1);
            Path example = market.job().toAbsolutePath();
            Path copy = copy(example.getParent(), market.directory().resolve("example"));
            JobRun.run(copy.resolve(example.getFileName()));
            display.asyncExec(DemoRun::showJobs);
            return Status.OK_STATUS;
        } catch (Rejected | IOException | ExecutionException e) {
            return Status.error(NLS.bind(Messages.demoFailed, e.getMessage()));
        } catch (TimeoutException e) {
            return Status.error(NLS.bind(Messages.demoFailed, NLS.bind(Messages.demoNotLevel, LEVEL_SECONDS)));
        } catch (InterruptedException e) {
            return Status.CANCEL_STATUS;
        } finally {
            if (market != null && !joined) {
                market.close();
            }
        }
    }

    /** Takes a coin and waits until it can be spent. */
    private static void takeCoins(WalletService wallet, SubMonitor monitor) throws Rejected, InterruptedException, TimeoutException {
        Semaphore changed = new Semaphore(1);
        try (Registration watch = wallet.watch(changed::release)) {
            wallet.takeTestCoins();
            for (int i = 0; wallet.balance().available().isZero(); i++) {
                if (monitor.isCanceled()) {
                    throw new InterruptedException("cancelled");
                }
                if (i > LEVEL_SECONDS) {
                    throw new TimeoutException();
                }
                changed.tryAcquire(1, TimeUnit.SECONDS);
            }
        }
    }

    private static void showJobs() {
        IWorkbenchWindow window = PlatformUI.getWorkbench().getActiveWorkbenchWindow();
        try {
            if (window != null && window.getActivePage() != null) {
                window.getActivePage().showView(JobsView.ID);
            }
        } catch (PartInitException e) {
            ILog.of(DemoRun.class).warn("the jobs can't be shown: " + e.getMessage());
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path p : all.toList()) {
                Path target = to.resolve(from.relativize(p).toString());
                if (Files.isDirectory(p)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(p, target);
                }
            }
        }
        return to;
    }
}
