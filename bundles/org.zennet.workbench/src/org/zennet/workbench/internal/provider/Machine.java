package org.zennet.workbench.internal.provider;

import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.IStatus;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.zennet.services.Rejected;
import org.zennet.workbench.internal.Services;

/** Long work on this machine, as jobs of the platform: the Progress view shows them and cancels them, a refusal is told in a dialog. */
final class Machine {
    private Machine() { }

    /** What is done with a service. */
    interface Work<S> {
        void on(S service, IProgressMonitor monitor) throws Rejected, InterruptedException;
    }

    /** Does it in a job whose thread is interrupted when somebody cancels it. */
    static <S> Job interruptible(String name, Class<S> type, Work<S> work) {
        Job job = new Task<>(name, type, work, true);
        job.setUser(true);
        job.schedule();
        return job;
    }

    /** Does it in a job; whoever works asks the monitor whether somebody cancelled it. */
    static <S> Job job(String name, Class<S> type, Work<S> work) {
        Job job = new Task<>(name, type, work, false);
        job.setUser(true);
        job.schedule();
        return job;
    }

    private static final class Task<S> extends Job {
        private final Class<S> type;
        private final Work<S> work;
        private final boolean interruptible;
        private Thread working;

        Task(String name, Class<S> type, Work<S> work, boolean interruptible) {
            super(name);
            this.type = type;
            this.work = work;
            this.interruptible = interruptible;
        }

        @Override
        protected IStatus run(IProgressMonitor monitor) {
            synchronized (this) {
                working = Thread.currentThread();
            }
            try {
                if (monitor.isCanceled()) {
                    return Status.CANCEL_STATUS;
                }
                work.on(Services.find(type).orElseThrow(() -> new Rejected(Messages.noNode)), monitor);
                return Status.OK_STATUS;
            } catch (Rejected e) {
                return new Status(IStatus.ERROR, Machine.class, e.getMessage());
            } catch (InterruptedException e) {
                return Status.CANCEL_STATUS;
            } finally {
                synchronized (this) {
                    working = null;
                    if (interruptible) {
                        Thread.interrupted(); // the thread goes back to the platform
                    }
                }
            }
        }

        @Override
        protected synchronized void canceling() {
            if (interruptible && working != null) {
                working.interrupt();
            }
        }
    }
}
