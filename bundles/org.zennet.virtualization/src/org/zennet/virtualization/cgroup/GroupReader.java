package org.zennet.virtualization.cgroup;

import java.util.OptionalLong;

/** Reads one container's control groups. Empty where the kernel does not tell, or no longer. Thread-safe. */
public interface GroupReader extends AutoCloseable {
    /** Processor time in nanoseconds. */
    OptionalLong cpuNanos();

    /**
     * Bytes of memory that processes hold now, and of files in memory; not the cache of files on disk, which the kernel takes
     * and gives back as it likes. Where the kernel does not tell them apart, all together.
     */
    OptionalLong memoryBytes();

    /** Bytes read from block devices. */
    OptionalLong diskRead();

    /** Bytes written to block devices. */
    OptionalLong diskWritten();

    /** Bytes received from the network; nothing where the container has none. */
    default OptionalLong networkIn() {
        return OptionalLong.empty();
    }

    /** Bytes sent to the network. */
    default OptionalLong networkOut() {
        return OptionalLong.empty();
    }

    /** How many processes and threads there are. */
    OptionalLong pids();

    /** How many processes were killed because the memory limit was reached. */
    OptionalLong oomKills();

    @Override
    void close();
}
