package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** A file of a control group that stays open: reading it from its start makes the kernel write it anew. Thread-safe. */
final class KeptFile implements AutoCloseable {
    private static final int LARGEST = 1 << 16;

    private final FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(512);

    private KeptFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a file, or nothing where there is none. */
    static Optional<KeptFile> open(Path file) {
        try {
            return Optional.of(new KeptFile(FileChannel.open(file, StandardOpenOption.READ)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** All of it; empty once the group is gone. */
    synchronized Optional<String> text() {
        try {
            buffer.clear();
            int n = channel.read(buffer, 0);
            while (n > 0 && !buffer.hasRemaining() && buffer.capacity() < LARGEST) {
                buffer = ByteBuffer.allocate(buffer.capacity() * 4);
                n = channel.read(buffer, 0);
            }
            return n < 0 ? Optional.of("") : Optional.of(new String(buffer.array(), 0, buffer.position(),
                    StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Its only number. */
    OptionalLong number() {
        return text().map(t -> parse(t.strip())).orElse(OptionalLong.empty());
    }

    /** The number after a word at the start of a line. */
    OptionalLong field(String name) {
        return text().map(t -> field(t, name)).orElse(OptionalLong.empty());
    }

    static OptionalLong field(String text, String name) {
        for (String line : text.split("\n")) {
            if (line.startsWith(name + " ")) {
                return parse(line.substring(name.length() + 1).strip());
            }
        }
        return OptionalLong.empty();
    }

    static OptionalLong parse(String digits) {
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is only read
        }
    }
}
