package org.zennet.api.value;

/**
 * The limits of a container.
 *
 * @param cores  processor cores, in thousandths of a core, 1 to 1,024,000
 * @param memory bytes of memory, 1 MiB to 2^48
 * @param disk   bytes of work directory, 0 to 2^50; 0 where the backend has none
 */
public record Resources(int cores, long memory, long disk) {
    /** Refuses what lies outside the ranges. */
    public Resources {
        if (cores < 1 || cores > 1_024_000) {
            throw new IllegalArgumentException("cores lie between 0.001 and 1024: " + cores + "/1000");
        }
        if (memory < 1 << 20 || memory > 1L << 48) {
            throw new IllegalArgumentException("memory lies between 1 MiB and 256 TiB: " + memory + " B");
        }
        if (disk < 0 || disk > 1L << 50) {
            throw new IllegalArgumentException("disk lies between 0 and 1 PiB: " + disk + " B");
        }
    }

    /** Whether this is enough for a need. */
    public boolean covers(Resources need) {
        return cores >= need.cores && memory >= need.memory && disk >= need.disk;
    }

    /**
     * The most that a container of this size can use in a time: what bounds every bill.
     *
     * @param wallMillis the time on the buyer's own clock, in milliseconds
     * @param bytesPerSecond the most that disk and network counters may grow, each, per second
     */
    public UsageVector envelope(long wallMillis, long bytesPerSecond) {
        long bytes = Math.multiplyExact(bytesPerSecond, wallMillis) / 1000;
        return UsageVector.of(
                Math.multiplyExact(wallMillis, (long) cores),
                Math.multiplyExact(memory / 1024, wallMillis) / 1000 * 1024 + 1024,
                bytes, bytes, bytes, bytes, wallMillis);
    }
}
