package org.zennet.provider.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.SerialExecutor;

/** Runs tasks one at a time, in order, on threads of others, until these are gone. Thread-safe. */
public final class Mailbox implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private final SerialExecutor tasks;

    /** A mailbox that borrows threads. */
    public Mailbox(Executor threads) {
        this.tasks = new SerialExecutor(task -> {
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.debug("the provider is gone; a late message is left out");
            }
        }, e -> LOG.error("unexpected failure in the provider", e));
    }

    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }
}
