package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The files of a container's group, kept open; what they say differs between the versions of control groups. */
abstract class KeptGroup implements GroupReader {
    private final Files files;

    /**
     * The files.
     *
     * @param memory all that is held
     * @param parts  of the memory, by name
     * @param events what the memory limit did
     * @param io     bytes of disks
     */
    record Files(KeptFile cpu, KeptFile memory, Optional<KeptFile> parts, Optional<KeptFile> events, Optional<KeptFile> io, Optional<KeptFile> pids) { }

    KeptGroup(Files files) {
        this.files = files;
    }

    static KeptFile need(Path file) throws IOException {
        return KeptFile.open(file).orElseThrow(() -> new IOException(file + " can't be read"));
    }

    /** What programs hold themselves and what they share, by the names of these parts; all that is held where they are not told. */
    final OptionalLong held(String anonymous, String shared) {
        OptionalLong held = files.parts.isPresent() ? files.parts.get().sum(anonymous, shared) : OptionalLong.empty();
        return held.isPresent() ? held : files.memory.number();
    }

    final KeptFile cpu() {
        return files.cpu;
    }

    /** What is told of disks, where something is. */
    final Optional<String> io() {
        return files.io.flatMap(KeptFile::text);
    }

    @Override
    public final OptionalLong pids() {
        return files.pids.map(KeptFile::number).orElse(OptionalLong.empty());
    }

    @Override
    public final OptionalLong oomKills() {
        return files.events.map(f -> f.field("oom_kill")).orElse(OptionalLong.empty());
    }

    @Override
    public final void close() {
        files.cpu.close();
        files.memory.close();
        files.parts.ifPresent(KeptFile::close);
        files.events.ifPresent(KeptFile::close);
        files.io.ifPresent(KeptFile::close);
        files.pids.ifPresent(KeptFile::close);
    }
}
