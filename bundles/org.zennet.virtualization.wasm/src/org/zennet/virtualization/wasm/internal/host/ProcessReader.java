package org.zennet.virtualization.wasm.internal.host;

import java.util.OptionalLong;
import org.zennet.virtualization.cgroup.GroupReader;

/**
 * What a child's process has used, read from outside of it: as control groups tell it, where an ordinary user's node has none.
 * Processor time is that of all its threads, memory its resident set. Thread-safe.
 */
final class ProcessReader implements GroupReader {
    private final Posix posix;
    private final long pid;

    ProcessReader(Posix posix, long pid) {
        this.posix = posix;
        this.pid = pid;
    }

    @Override
    public OptionalLong cpuNanos() {
        return posix.cpuNanos(pid);
    }

    @Override
    public OptionalLong memoryBytes() {
        return posix.residentBytes(pid);
    }

    /** A module's files lie in its memory. */
    @Override
    public OptionalLong diskRead() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong diskWritten() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong pids() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong oomKills() {
        return OptionalLong.empty();
    }

    /** Keeps nothing open. */
    @Override
    public void close() { }
}
