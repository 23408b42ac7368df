package org.zennet.virtualization.cgroup;

import java.util.OptionalLong;

/** Reads one container's control groups. Empty where the kernel does not tell, or no longer. Thread-safe. */
public interface GroupReader extends AutoCloseable {
    /** Processor time in nanoseconds. */
    OptionalLong cpuNanos();

    /** Bytes of memory held now, page cache included. */
    OptionalLong memoryBytes();

    /** Bytes read from block devices. */
    OptionalLong diskRead();

    /** Bytes written to block devices. */
    OptionalLong diskWritten();

    /** How many processes and threads there are. */
    OptionalLong pids();

    /** How many processes were killed because the memory limit was reached. */
    OptionalLong oomKills();

    @Override
    void close();
}
