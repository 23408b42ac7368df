package org.zennet.virtualization.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The bytes that went through the device of a container's network, as its kernel counts them ({@code /proc/PID/net/dev}),
 * less {@value #HEADERS} for each packet: into how many the other end of the device cuts a stream depends on the host's load
 * and not on what the container asked for. The file stays open and with it the counters stay there, after the last process
 * too. Thread-safe.
 */
public final class LinkCounters implements AutoCloseable {
    private static final int LARGEST = 1 << 14;
    private static final int OUT = 8;
    /**
     * The least that each packet has: 14 bytes of Ethernet, 20 of IPv4 (RFC 791), 8 of UDP (RFC 768). Of a segment of TCP
     * (20, RFC 9293) 12 remain.
     */
    private static final int HEADERS = 42;

    private final FileChannel file;
    private final String device;
    private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST);

    /**
     * Bytes.
     *
     * @param in  that came to the container
     * @param out that it sent
     */
    public record Moved(long in, long out) { }

    /** Of a device in the network namespace of a process. */
    public LinkCounters(long pid, String device) throws IOException {
        this.file = FileChannel.open(Path.of("/proc/" + pid + "/net/dev"), StandardOpenOption.READ);
        this.device = device;
    }

    /** What moved until now; empty where the kernel does not tell. */
    public synchronized Optional<Moved> read() {
        try {
            buffer.clear();
            int n = file.read(buffer, 0);
            return n <= 0 ? Optional.empty() : parse(new String(buffer.array(), 0, n, StandardCharsets.US_ASCII), device);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Finds the line of a device: name, colon, eight numbers received, eight sent. */
    static Optional<Moved> parse(String text, String device) {
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(device)) {
                String[] f = line.substring(colon + 1).strip().split(" +");
                try {
                    return f.length > OUT + 1 ? Optional.of(new Moved(content(f, 0), content(f, OUT))) : Optional.empty();
                } catch (NumberFormatException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static long content(String[] fields, int at) {
        return Math.max(0, Long.parseLong(fields[at]) - HEADERS * Long.parseLong(fields[at + 1]));
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // it is only read
        }
    }
}
