package org.zennet.provider.internal;

import org.zennet.services.Registration;

/** Runs things later. A port, so that tests rule time. */
public interface Timers {
    /** Runs a task on a worker thread after so many milliseconds, unless it is taken back before. */
    Registration after(long millis, Runnable task);
}
