package org.zennet.api.container;

import java.util.Optional;
import org.zennet.api.value.UsageVector;

/** One running container. Thread-safe. Runs one task at a time. */
public interface Container {
    /** The lease that it belongs to. */
    String leaseId();

    /**
     * Runs a task and waits for its end, at most the task's time-out and a few seconds. Running an id again that
     * already ran or is running waits for and returns that run's outcome: so a task is never done or billed twice.
     *
     * @throws ContainerException when the container has ended or the backend failed
     */
    Outcome run(TaskSpec task) throws ContainerException, InterruptedException;

    /** Ends the running task with reason {@link Outcome.Reason#CANCELLED}; nothing happens when none runs. */
    void cancel() throws ContainerException;

    /**
     * What the container has used since it was ready, cumulative and never falling. Costs below 1 ms. After the end
     * it stays at the last reading.
     */
    UsageVector usage() throws ContainerException;

    /**
     * Starts a further program beside the task, under the same limits and on the same meter: a shell, a file transfer.
     * At most 10 s. Where the backend lacks the feature {@link Capabilities#SHELL} it always throws.
     *
     * @throws ContainerException when the container has ended, or has too many of them, or can't do it
     */
    default GuestProcess exec(ExecSpec spec) throws ContainerException, InterruptedException {
        throw new ContainerException("this kind of container runs no programs beside its task");
    }

    /** Puts off the idle stop. */
    void keepAlive() throws ContainerException;

    /**
     * Freezes or thaws all of its threads. Frozen time counts as wall time only: what else passes from the moment at which a freeze has
     * taken hold to the thaw, processor time of the backend's own included, is never in {@link #usage}.
     */
    void freeze(boolean frozen) throws ContainerException;

    /** Ends it and removes all that it left, at most 10 s. Ending twice is no error. */
    void stop();

    /** Why it ended, or empty while it runs. */
    Optional<String> ended();
}
