package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The disk of one container: a file of a fixed size with an empty file system in it, which ends where the file does. It
 * holds neither a journal nor anything that outlives its container. Since making a file system takes longer than all else
 * that a start needs, the blocks of an empty one are kept for each size and written again.
 */
final class WorkDisk {
    /** Below it there would be more file system than disk. */
    static final long SMALLEST = 4L << 20;
    private static final int BLOCK = 4096;
    private static final int TEMPLATES = 16;
    private static final int LARGEST_TEMPLATE = 16 << 20;

    /** A piece of an empty file system that is not all zero. */
    private record Extent(long offset, byte[] bytes) { }

    private static final Map<Long, List<Extent>> KNOWN = new HashMap<>();

    private final Path file;

    WorkDisk(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** Makes the file. Takes room on the host only for what will be written. */
    void make(long size) throws IOException, InterruptedException {
        Optional<List<Extent>> template;
        synchronized (KNOWN) {
            template = Optional.ofNullable(KNOWN.get(size));
        }
        if (template.isEmpty()) {
            format(size);
            remember(size);
            return;
        }
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Extent e : template.get()) {
                out.write(ByteBuffer.wrap(e.bytes()), e.offset());
            }
            if (out.size() < size) {
                out.write(ByteBuffer.wrap(new byte[1]), size - 1);
            }
        }
    }

    private void format(long size) throws IOException, InterruptedException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(new byte[1]), size - 1);
        }
        Process p = new ProcessBuilder(Host.tool("mkfs.ext4").orElseThrow(() -> new IOException("mkfs.ext4 is missing (install e2fsprogs)")),
                "-q", "-F", "-b", Integer.toString(BLOCK), "-m", "0", "-O", "^has_journal,^resize_inode", "-E",
                "nodiscard,lazy_itable_init=1", file.toString()).redirectErrorStream(true).start();
        p.getOutputStream().close();
        String said = new String(p.getInputStream().readNBytes(1000), java.nio.charset.StandardCharsets.UTF_8).strip();
        if (!p.waitFor(30, TimeUnit.SECONDS) || p.exitValue() != 0) {
            p.destroyForcibly();
            throw new IOException("mkfs.ext4 failed: " + said);
        }
    }

    private void remember(long size) throws IOException {
        List<Extent> extents = new ArrayList<>();
        long kept = 0;
        // reading the holes of a sparse file would take as long as reading a full one: metadata lies at the start of groups
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            if (size > 256L << 20) {
                return;
            }
            ByteBuffer block = ByteBuffer.allocate(1 << 16);
            for (long at = 0; at < size; at += block.capacity()) {
                block.clear();
                int n = in.read(block, at);
                for (int b = 0; b < n; b += BLOCK) {
                    int end = Math.min(n, b + BLOCK);
                    boolean empty = true;
                    for (int i = b; i < end && empty; i++) {
                        empty = block.get(i) == 0;
                    }
                    if (!empty) {
                        byte[] bytes = new byte[end - b];
                        block.get(b, bytes);
                        extents.add(new Extent(at + b, bytes));
                        kept += bytes.length;
                        if (kept > LARGEST_TEMPLATE) {
                            return;
                        }
                    }
                }
            }
        }
        synchronized (KNOWN) {
            if (KNOWN.size() >= TEMPLATES) {
                KNOWN.clear();
            }
            KNOWN.put(size, List.copyOf(extents));
        }
    }

    /** Where the kernel counts what is read from and written to the device over the file; empty while there is none. */
    Optional<Path> statistics() {
        try (Stream<Path> devices = Files.list(Path.of("/sys/block"))) {
            for (Path d : devices.filter(p -> p.getFileName().toString().startsWith("loop")).toList()) {
                Path backing = d.resolve("loop/backing_file");
                try {
                    if (Files.exists(backing) && Files.readString(backing).strip().equals(file.toString())) {
                        return Optional.of(d.resolve("stat"));
                    }
                } catch (IOException e) {
                    // that one was just let go
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Removes the file; its room is free when its container has let it go. */
    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
