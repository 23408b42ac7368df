package org.zennet.network.internal.transport;

/** All that this package knows about time. */
interface Timing {
    /** A clock that only goes forward, in nanoseconds from somewhere. */
    long nanos();

    /** Calls something again and again, at most every quarter of a second, until the handle is run. */
    Runnable repeat(Runnable tick);
}
