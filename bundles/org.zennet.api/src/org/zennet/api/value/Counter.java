package org.zennet.api.value;

/**
 * What is metered. The order is part of the canonical encoding: counters are only ever added at the end.
 */
public enum Counter {
    /** Processor time of all threads together, in microseconds. */
    CPU("cpu", "µs"),
    /** Memory held, integrated over time, in byte-seconds. */
    MEMORY("memory", "B·s"),
    /** Bytes read from disks. */
    DISK_READ("disk-read", "B"),
    /** Bytes written to disks. */
    DISK_WRITTEN("disk-written", "B"),
    /** Bytes received from the network. */
    NETWORK_IN("network-in", "B"),
    /** Bytes sent to the network. */
    NETWORK_OUT("network-out", "B"),
    /** Time that passed while the container was held, in milliseconds. */
    WALL("wall", "ms");

    private final String id;
    private final String unit;

    Counter(String id, String unit) {
        this.id = id;
        this.unit = unit;
    }

    /** The name in files and {@code --json}. */
    public String id() {
        return id;
    }

    /** The unit of one count. */
    public String unit() {
        return unit;
    }
}
