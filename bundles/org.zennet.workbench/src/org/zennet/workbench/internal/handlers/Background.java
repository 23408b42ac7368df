package org.zennet.workbench.internal.handlers;

import java.util.function.Consumer;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Shell;
import org.zennet.services.Rejected;
import org.zennet.workbench.internal.Services;

/** Calls services away from the UI thread, as jobs of the platform: the Progress view shows them, a refusal is told in a dialog. */
final class Background {
    private Background() { }

    /** What is asked of a service. */
    interface Call<S, T> {
        T of(S service) throws Rejected;
    }

    /**
     * Calls a service and goes on with its answer.
     *
     * @param name of the job, for people
     * @param shell whose life the answer depends on
     * @param then  gets the answer on the UI thread
     */
    static <S, T> void call(String name, Class<S> type, Call<S, T> call, Shell shell, Consumer<T> then) {
        Display display = shell.getDisplay();
        Job job = Job.create(name, (ICoreRunnable) m -> {
            try {
                T answer = call.of(Services.find(type).orElseThrow(() -> new Rejected(Messages.noNode)));
                display.asyncExec(() -> {
                    if (!shell.isDisposed()) {
                        then.accept(answer);
                    }
                });
            } catch (Rejected e) {
                throw new CoreException(Status.error(e.getMessage()));
            }
        });
        job.setUser(true);
        job.schedule();
    }
}
