package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Version 2: one tree. */
final class UnifiedReader extends KeptGroup {
    UnifiedReader(Path above, Path leaf) throws IOException {
        super(new Files(need(above.resolve("cpu.stat")), need(leaf.resolve("memory.current")), KeptFile.open(leaf.resolve("memory.stat")),
                KeptFile.open(leaf.resolve("memory.events")), KeptFile.open(above.resolve("io.stat")), KeptFile.open(leaf.resolve("pids.current"))));
    }

    @Override
    public OptionalLong cpuNanos() {
        OptionalLong micros = cpu().field("usage_usec");
        return micros.isPresent() ? OptionalLong.of(micros.getAsLong() * 1000) : micros;
    }

    @Override
    public OptionalLong memoryBytes() {
        return held("anon", "shmem");
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
        Optional<String> text = io();
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
}
