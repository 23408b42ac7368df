package org.zennet.virtualization.docker.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the whole disk under a directory: on control groups of version 1 its use counts only with a throttle on it. */
final class Disks {
    private Disks() { }

    /** Such as {@code /dev/vda}; empty where there is none of its own, as with network and memory file systems. */
    static Optional<String> under(Path directory) {
        try {
            long dev = (Long) Files.getAttribute(directory, "unix:dev");
            long major = dev >> 8 & 0xFFF | dev >> 32 & ~0xFFFL;
            long minor = dev & 0xFF | dev >> 12 & ~0xFFL;
            Path block = Path.of("/sys/dev/block/" + major + ":" + minor).toRealPath();
            if (Files.exists(block.resolve("partition"))) {
                block = block.getParent();
            }
            Path device = Path.of("/dev", block.getFileName().toString());
            return Files.exists(device) ? Optional.of(device.toString()) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
