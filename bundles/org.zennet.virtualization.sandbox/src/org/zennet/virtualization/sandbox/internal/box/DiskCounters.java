package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.zennet.virtualization.cgroup.GroupReader;
import org.zennet.virtualization.cgroup.KeptFile;

/**
 * The groups of a container, with the bytes of its work directory counted by the device that only it writes to: so what the
 * kernel writes back later is counted too, which version 1 of the control groups puts on nobody's account, and which
 * counts nothing at all where no limit is set. Reading the image is not counted: it is shared by all who run it. Nor is
 * the memory that the container itself holds before anything runs in it, some 300 KiB.
 */
final class DiskCounters implements GroupReader {
    /** Documentation/block/stat.rst: sectors of 512 bytes, in the third and the seventh field. */
    private static final int SECTOR = 512;
    private static final int READ = 2;
    private static final int WRITTEN = 6;

    private final GroupReader groups;
    private final Optional<KeptFile> statistics;
    private final long own;

    /** Of a container that is ready, before its first task. */
    DiskCounters(GroupReader groups, Optional<Path> statistics) throws IOException {
        this.groups = groups;
        this.own = groups.memoryBytes().orElse(0);
        this.statistics = statistics.isEmpty() ? Optional.empty()
                : Optional.of(KeptFile.open(statistics.get())
                        .orElseThrow(() -> new IOException(statistics.get() + " can't be read")));
    }

    private OptionalLong bytes(int index) {
        if (statistics.isEmpty()) {
            return OptionalLong.of(0);
        }
        OptionalLong sectors = statistics.get().word(index);
        return sectors.isPresent() ? OptionalLong.of(sectors.getAsLong() * SECTOR) : sectors;
    }

    @Override
    public OptionalLong cpuNanos() {
        return groups.cpuNanos();
    }

    @Override
    public OptionalLong memoryBytes() {
        OptionalLong held = groups.memoryBytes();
        return held.isPresent() ? OptionalLong.of(Math.max(0, held.getAsLong() - own)) : held;
    }

    @Override
    public OptionalLong diskRead() {
        return bytes(READ);
    }

    @Override
    public OptionalLong diskWritten() {
        return bytes(WRITTEN);
    }

    @Override
    public OptionalLong pids() {
        return groups.pids();
    }

    @Override
    public OptionalLong oomKills() {
        return groups.oomKills();
    }

    @Override
    public void close() {
        groups.close();
        statistics.ifPresent(KeptFile::close);
    }
}
