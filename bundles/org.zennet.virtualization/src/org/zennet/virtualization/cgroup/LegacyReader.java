package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Version 1: one tree for each controller. */
final class LegacyReader extends KeptGroup {
    /** The group above a container's, which outlives it, and its own. */
    record Place(Path above, Path leaf) { }

    LegacyReader(Function<String, Place> places) throws IOException {
        super(new Files(need(places.apply("cpuacct").above().resolve("cpuacct.usage")),
                need(places.apply("memory").leaf().resolve("memory.usage_in_bytes")),
                KeptFile.open(places.apply("memory").leaf().resolve("memory.stat")),
                KeptFile.open(places.apply("memory").leaf().resolve("memory.oom_control")),
                // counts only where some throttle is set on the device
                KeptFile.open(places.apply("blkio").above().resolve("blkio.throttle.io_service_bytes_recursive")),
                KeptFile.open(places.apply("pids").leaf().resolve("pids.current"))));
    }

    @Override
    public OptionalLong cpuNanos() {
        return cpu().number();
    }

    @Override
    public OptionalLong memoryBytes() {
        return held("total_rss", "total_shmem");
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
        Optional<String> text = io();
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
}
