package org.zennet.virtualization.docker.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.zennet.virtualization.Texts;

/**
 * One request to the engine over its socket, whose connection then carries a program's three streams. Made with the
 * JDK alone, because docker-java never tells the end of the input to the other side.
 */
final class RawStream implements AutoCloseable {
    private static final int LARGEST_HEAD = 1 << 16;
    private static final int FRAME = 8;

    /** Takes what the program writes. */
    interface Sink {
        /** Some bytes of stdout (1) or stderr (2). */
        void accept(int stream, byte[] buffer, int length) throws IOException;
    }

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).flip();

    private RawStream(SocketChannel channel) {
        this.channel = channel;
    }

    /** Asks for something and gives its answer's body, at most 1 MiB: for what must be known before docker-java is. */
    static String get(Path socket, String path) throws IOException {
        try (RawStream s = connect(socket)) {
            s.write(("GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String status = s.head();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while ((s.in.hasRemaining() || s.fill()) && body.size() < 1 << 20) {
                body.write(s.in.array(), s.in.position(), s.in.remaining());
                s.in.position(s.in.limit());
            }
            if (!status.contains(" 200 ")) {
                throw new IOException("the engine answers '" + status + "'");
            }
            return body.toString(StandardCharsets.UTF_8);
        }
    }

    /** Posts and takes the connection over. */
    static RawStream hijack(Path socket, String path, String json) throws IOException {
        RawStream s = connect(socket);
        try {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            s.write(("POST " + path + " HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length + "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            s.write(body);
            String status = s.head();
            if (!status.contains(" 101 ") && !status.contains(" 200 ")) {
                byte[] why = new byte[Math.min(2000, s.in.remaining())];
                s.in.get(why);
                throw new IOException("the engine answers '" + status + "' " + Texts.line(new String(why, StandardCharsets.UTF_8)));
            }
            return s;
        } catch (IOException | RuntimeException e) {
            s.close();
            throw e;
        }
    }

    private static RawStream connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new RawStream(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private boolean fill() throws IOException {
        in.clear();
        int n = channel.read(in);
        in.flip();
        return n > 0;
    }

    /** Reads the answer's head and returns its first line. */
    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            if (!in.hasRemaining() && !fill() || head.length() > LARGEST_HEAD) {
                throw new IOException("the engine hung up");
            }
            head.append((char) (in.get() & 0xFF));
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** Writes to the program's stdin. */
    void write(byte[] bytes) throws IOException {
        synchronized (channel) {
            ByteBuffer b = ByteBuffer.wrap(bytes);
            while (b.hasRemaining()) {
                channel.write(b);
            }
        }
    }

    /** The program's stdin is at its end. */
    void end() throws IOException {
        channel.shutdownOutput();
    }

    /** Reads all that the program writes until it has ended. */
    void read(Sink sink) throws IOException {
        byte[] head = new byte[FRAME];
        byte[] buffer = new byte[1 << 16];
        while (take(head, FRAME)) {
            long left = ByteBuffer.wrap(head).getInt(4) & 0xFFFFFFFFL;
            if (head[1] != 0 || head[2] != 0 || head[3] != 0 || head[0] < 0 || head[0] > 3) {
                throw new IOException("the engine's stream is not one of frames");
            }
            while (left > 0) {
                int n = (int) Math.min(left, buffer.length);
                if (!take(buffer, n)) {
                    throw new IOException("the engine's stream is cut off");
                }
                sink.accept(head[0], buffer, n);
                left -= n;
            }
        }
    }

    /** Reads all that a program with a terminal writes, which comes without frames. */
    void readPlain(Sink sink) throws IOException {
        while (in.hasRemaining() || fill()) {
            byte[] some = new byte[in.remaining()];
            in.get(some);
            sink.accept(1, some, some.length);
        }
    }

    private boolean take(byte[] to, int length) throws IOException {
        int at = 0;
        while (at < length) {
            if (!in.hasRemaining() && !fill()) {
                if (at == 0) {
                    return false;
                }
                throw new IOException("the engine's stream is cut off");
            }
            int n = Math.min(in.remaining(), length - at);
            in.get(to, at, n);
            at += n;
        }
        return true;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }
}
