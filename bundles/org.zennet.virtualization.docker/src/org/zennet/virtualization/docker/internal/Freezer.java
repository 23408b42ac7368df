package org.zennet.virtualization.docker.internal;

import java.util.function.BooleanSupplier;
import org.zennet.api.container.ContainerException;

/**
 * Whether a container is frozen. An engine neither kills what is frozen nor starts programs in it, so whatever asks it for
 * such a thing goes through here, one at a time. Thread-safe; calls the engine under its lock.
 */
final class Freezer {
    private final Engine engine;
    private final String id;
    private final String lease;
    private final Usage usage;
    private final BooleanSupplier over;
    private boolean frozen;

    /** Something that only works on what is not frozen. */
    interface Action<T> {
        T run() throws ContainerException;
    }

    /**
     * For a container.
     *
     * @param over tells whether it has ended; nothing is asked of the engine then
     */
    Freezer(Engine engine, String id, String lease, Usage usage, BooleanSupplier over) {
        this.engine = engine;
        this.id = id;
        this.lease = lease;
        this.usage = usage;
        this.over = over;
    }

    /** It was found so; its meter was told already. */
    synchronized void found(boolean isFrozen) {
        frozen = isFrozen;
    }

    /** Freezes or thaws. */
    synchronized void set(boolean to) throws ContainerException {
        if (over.getAsBoolean() || frozen == to) {
            return;
        }
        if (to) {
            stop();
        } else {
            start();
        }
        frozen = to;
    }

    private void stop() throws ContainerException {
        engine.pause(id, true);
        usage.frozen(true);
    }

    /** It is metered from before it can do anything. */
    private void start() throws ContainerException {
        usage.frozen(false);
        try {
            engine.pause(id, false);
        } catch (ContainerException e) {
            usage.frozen(true);
            throw e;
        }
    }

    /** Thaws for good, before it is ended: what it does until then is not metered. */
    synchronized void thaw() throws ContainerException {
        if (frozen && !over.getAsBoolean()) {
            frozen = false;
            engine.pause(id, false);
        }
    }

    /** Lets it work for a moment though it is frozen, and meters that; whether it was frozen. */
    synchronized boolean lend() throws ContainerException {
        if (!frozen || over.getAsBoolean()) {
            return false;
        }
        start();
        return true;
    }

    /** The moment is over. */
    synchronized void takeBack() throws ContainerException {
        if (frozen && !over.getAsBoolean()) {
            stop();
        }
    }

    /** Does something that is refused while it is frozen, and keeps it from being frozen meanwhile. */
    synchronized <T> T whileThawed(Action<T> action) throws ContainerException {
        if (frozen) {
            throw new ContainerException("the container of " + lease + " is frozen");
        }
        return action.run();
    }
}
