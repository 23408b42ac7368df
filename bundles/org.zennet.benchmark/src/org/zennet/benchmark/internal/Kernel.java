package org.zennet.benchmark.internal;

/** A piece of work that can be repeated and counted. */
interface Kernel extends AutoCloseable {
    /** The id of its result, with the version of the kernel: a change of the work is a new version. */
    String id();

    /** The unit of its score: millions of {@link #countPerBatch} units in a second, or nanoseconds for one with {@link #timed}. */
    String unit();

    /** Whether the score is the time of one unit, in nanoseconds, so that less is better. */
    default boolean timed() {
        return false;
    }

    /** How much one batch counts, in the unit's base: operations or bytes. */
    long countPerBatch();

    /** Does one batch, some milliseconds of work, and returns a value that depends on all of it. */
    long batch(long seed);

    /** Gives back what it holds. */
    @Override
    default void close() { }
}
