package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Version 2: one tree. */
final class UnifiedReader implements GroupReader {
    private final KeptFile cpu;
    private final KeptFile memory;
    private final Optional<KeptFile> parts;
    private final Optional<KeptFile> events;
    private final Optional<KeptFile> io;
    private final Optional<KeptFile> pids;

    UnifiedReader(Path above, Path leaf) throws IOException {
        cpu = LegacyReader.need(above.resolve("cpu.stat"));
        memory = LegacyReader.need(leaf.resolve("memory.current"));
        parts = KeptFile.open(leaf.resolve("memory.stat"));
        events = KeptFile.open(leaf.resolve("memory.events"));
        io = KeptFile.open(above.resolve("io.stat"));
        pids = KeptFile.open(leaf.resolve("pids.current"));
    }

    @Override
    public OptionalLong cpuNanos() {
        OptionalLong micros = cpu.field("usage_usec");
        return micros.isPresent() ? OptionalLong.of(micros.getAsLong() * 1000) : micros;
    }

    @Override
    public OptionalLong memoryBytes() {
        OptionalLong held = LegacyReader.held(parts, "anon", "shmem");
        return held.isPresent() ? held : memory.number();
    }

    @Override
    public OptionalLong diskRead() {
        return disk("rbytes=");
    }

    @Override
    public OptionalLong diskWritten() {
        return disk("wbytes=");
    }

    private OptionalLong disk(String what) {
        Optional<String> text = io.flatMap(KeptFile::text);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (String word : text.get().split("[ \n]")) {
            if (word.startsWith(what)) {
                sum += KeptFile.parse(word.substring(what.length())).orElse(0);
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
        return events.map(f -> f.field("oom_kill")).orElse(OptionalLong.empty());
    }

    @Override
    public void close() {
        cpu.close();
        memory.close();
        parts.ifPresent(KeptFile::close);
        events.ifPresent(KeptFile::close);
        io.ifPresent(KeptFile::close);
        pids.ifPresent(KeptFile::close);
    }
}
