package org.zennet.provider.internal.ssh;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;

/** The container that logins of one lease reach, with a bound on the programs that they start. Thread-safe. */
final class Guest {
    /** The most programs of all logins of a lease at a time. */
    static final int MAX_PROGRAMS = 64;
    private final Container container;
    private final Executor workers;
    private final Semaphore free = new Semaphore(MAX_PROGRAMS);

    Guest(Container container, Executor workers) {
        this.container = container;
        this.workers = workers;
    }

    Executor workers() {
        return workers;
    }

    GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        if (!free.tryAcquire()) {
            throw new ContainerException("at most " + MAX_PROGRAMS + " programs at a time are started by logins of one lease");
        }
        boolean started = false;
        try {
            GuestProcess p = container.exec(spec);
            started = true;
            p.exit().whenComplete((code, failure) -> free.release());
            return p;
        } finally {
            if (!started) {
                free.release();
            }
        }
    }
}
