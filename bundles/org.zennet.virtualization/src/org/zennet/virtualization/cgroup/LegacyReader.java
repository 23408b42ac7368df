package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Version 1: one tree for each controller. */
final class LegacyReader implements GroupReader {
    /** The group above a container's, which outlives it, and its own. */
    record Place(Path above, Path leaf) { }

    private final KeptFile cpu;
    private final KeptFile memory;
    private final Optional<KeptFile> parts;
    private final Optional<KeptFile> oom;
    private final Optional<KeptFile> io;
    private final Optional<KeptFile> pids;

    LegacyReader(Function<String, Place> places) throws IOException {
        cpu = need(places.apply("cpuacct").above().resolve("cpuacct.usage"));
        memory = need(places.apply("memory").leaf().resolve("memory.usage_in_bytes"));
        parts = KeptFile.open(places.apply("memory").leaf().resolve("memory.stat"));
        oom = KeptFile.open(places.apply("memory").leaf().resolve("memory.oom_control"));
        // counts only where some throttle is set on the device
        io = KeptFile.open(places.apply("blkio").above().resolve("blkio.throttle.io_service_bytes_recursive"));
        pids = KeptFile.open(places.apply("pids").leaf().resolve("pids.current"));
    }

    static KeptFile need(Path file) throws IOException {
        return KeptFile.open(file).orElseThrow(() -> new IOException(file + " can't be read"));
    }

    @Override
    public OptionalLong cpuNanos() {
        return cpu.number();
    }

    @Override
    public OptionalLong memoryBytes() {
        OptionalLong held = held(parts, "total_rss", "total_shmem");
        return held.isPresent() ? held : memory.number();
    }

    /** The sum of two parts of the memory, where both are told. */
    static OptionalLong held(Optional<KeptFile> parts, String anonymous, String shared) {
        return parts.isPresent() ? parts.get().sum(anonymous, shared) : OptionalLong.empty();
    }

    @Override
    public OptionalLong diskRead() {
        return disk("Read");
    }

    @Override
    public OptionalLong diskWritten() {
        return disk("Write");
    }

    private OptionalLong disk(String what) {
        Optional<String> text = io.flatMap(KeptFile::text);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (String line : text.get().split("\n")) {
            String[] p = line.split(" ");
            if (p.length == 3 && p[1].equals(what)) {
                sum += KeptFile.parse(p[2]).orElse(0);
            }
        }
        return OptionalLong.of(sum);
    }

    @Override
    public OptionalLong pids() {
        return pids.map(KeptFile::number).orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong oomKills() {
        return oom.map(f -> f.field("oom_kill")).orElse(OptionalLong.empty());
    }

    @Override
    public void close() {
        cpu.close();
        memory.close();
        parts.ifPresent(KeptFile::close);
        oom.ifPresent(KeptFile::close);
        io.ifPresent(KeptFile::close);
        pids.ifPresent(KeptFile::close);
    }
}
