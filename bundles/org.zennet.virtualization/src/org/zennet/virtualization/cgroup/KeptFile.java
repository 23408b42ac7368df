package org.zennet.virtualization.cgroup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** A file of a control group or a device that stays open: reading it from its start makes the kernel write it anew. Thread-safe. */
public final class KeptFile implements AutoCloseable {
    private static final int LARGEST = 1 << 16;
    private static final int MOST_DIGITS = 18;

    private final FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(512);

    private KeptFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a file, or nothing where there is none. */
    public static Optional<KeptFile> open(Path file) {
        try {
            return Optional.of(new KeptFile(FileChannel.open(file, StandardOpenOption.READ)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads it into the buffer and tells how many bytes there are; -1 once the group is gone. Under the lock. */
    private int load() {
        try {
            buffer.clear();
            int n = channel.read(buffer, 0);
            while (n > 0 && !buffer.hasRemaining() && buffer.capacity() < LARGEST) {
                buffer = ByteBuffer.allocate(buffer.capacity() * 4);
                n = channel.read(buffer, 0);
            }
            return buffer.position();
        } catch (IOException e) {
            return -1;
        }
    }

    /** All of it; empty once the group is gone. */
    synchronized Optional<String> text() {
        int n = load();
        return n < 0 ? Optional.empty() : Optional.of(new String(buffer.array(), 0, n, StandardCharsets.ISO_8859_1));
    }

    /** Its only number. */
    synchronized OptionalLong number() {
        int n = load();
        return n < 0 ? OptionalLong.empty() : number(buffer.array(), 0, n);
    }

    /** The number after a word at the start of a line. */
    synchronized OptionalLong field(String name) {
        int n = load();
        return n < 0 ? OptionalLong.empty() : field(buffer.array(), n, name);
    }

    /** The sum of two fields of one reading, where both are told. */
    synchronized OptionalLong sum(String first, String second) {
        int n = load();
        OptionalLong a = n < 0 ? OptionalLong.empty() : field(buffer.array(), n, first);
        OptionalLong b = n < 0 ? OptionalLong.empty() : field(buffer.array(), n, second);
        return a.isPresent() && b.isPresent() ? OptionalLong.of(a.getAsLong() + b.getAsLong()) : OptionalLong.empty();
    }

    /** The word at a place of its only line, counted from 0, as a number. */
    public synchronized OptionalLong word(int index) {
        int n = load();
        byte[] b = buffer.array();
        int at = 0;
        for (int word = 0; at < n; word++) {
            while (at < n && b[at] == ' ') {
                at++;
            }
            int end = at;
            while (end < n && b[end] > ' ') {
                end++;
            }
            if (word == index) {
                return number(b, at, end);
            }
            at = end == at ? n : end;
        }
        return OptionalLong.empty();
    }

    private static OptionalLong field(byte[] b, int n, String name) {
        for (int line = 0; line < n;) {
            int end = line;
            while (end < n && b[end] != '\n') {
                end++;
            }
            int i = 0;
            while (i < name.length() && line + i < end && b[line + i] == name.charAt(i)) {
                i++;
            }
            if (i == name.length() && line + i < end && b[line + i] == ' ') {
                return number(b, line + i, end);
            }
            line = end + 1;
        }
        return OptionalLong.empty();
    }

    /** Digits with white space around, at most 18 of them. */
    private static OptionalLong number(byte[] b, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && b[start] <= ' ') {
            start++;
        }
        while (end > start && b[end - 1] <= ' ') {
            end--;
        }
        if (start == end || end - start > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + b[i] - '0';
        }
        return OptionalLong.of(value);
    }

    static OptionalLong parse(String digits) {
        byte[] b = digits.getBytes(StandardCharsets.ISO_8859_1);
        return digits.isBlank() || digits.length() != digits.strip().length() ? OptionalLong.empty() : number(b, 0, b.length);
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
