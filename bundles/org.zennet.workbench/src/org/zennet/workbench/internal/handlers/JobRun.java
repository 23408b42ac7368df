package org.zennet.workbench.internal.handlers;

import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.SubMonitor;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.osgi.util.NLS;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Figures;

/** Runs a job file; the Progress view shows it and can cancel it. */
public final class JobRun {
    private JobRun() { }

    /** The directory for the results of a job file. */
    static Path results(Path file) {
        return file.resolveSibling("results").resolve(file.getFileName().toString().replaceFirst("\\.ya?ml$", ""));
    }

    /** Submits a job and follows it in a job of the platform. */
    public static Job run(Path file) {
        String name = file.getFileName().toString();
        Job job = Job.create(NLS.bind(Messages.running, name), (IProgressMonitor monitor) -> follow(file, monitor));
        job.schedule();
        return job;
    }

    private static IStatus follow(Path file, IProgressMonitor monitor) {
        JobService jobs = Services.find(JobService.class).orElse(null);
        if (jobs == null) {
            return Status.error(Messages.noNode);
        }
        Semaphore changed = new Semaphore(1);
        try (Registration watch = jobs.watch(changed::release)) {
            String id = jobs.submit(file, results(file));
            SubMonitor progress = null;
            int done = 0;
            while (true) {
                changed.tryAcquire(1, TimeUnit.SECONDS);
                changed.drainPermits();
                JobInfo info = jobs.job(id).orElseThrow(() -> new Rejected(NLS.bind(Messages.jobGone, id)));
                if (progress == null) {
                    progress = SubMonitor.convert(monitor, info.tasksTotal());
                }
                progress.subTask(info.phase());
                progress.worked(info.tasksDone() - done);
                done = info.tasksDone();
                if (info.ended().isPresent()) {
                    return info.state() == JobState.DONE ? Status.OK_STATUS
                            : Status.error(NLS.bind(Messages.jobEnded, info.name(), Figures.word(info.state())) + info.problem().map(p -> ": " + p).orElse(""));
                }
                if (monitor.isCanceled()) {
                    jobs.cancel(id);
                    return Status.CANCEL_STATUS;
                }
            }
        } catch (Rejected e) {
            return new Status(IStatus.ERROR, JobRun.class, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Status.CANCEL_STATUS;
        }
    }
}
