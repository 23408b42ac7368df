package org.zennet.benchmark.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** One TCP stream from this process to itself, as iperf3 (ESnet) does it between two: what the stack of the system can do without a wire. */
final class Loopback implements Kernel {
    private static final int BYTES = 16 << 20;
    private static final int CHUNK = 128 << 10;
    private final SocketChannel in;
    private final SocketChannel out;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);

    Loopback() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            in = SocketChannel.open(server.getLocalAddress());
            out = server.accept();
            if (!out.getRemoteAddress().equals(in.getLocalAddress())) {
                close();
                throw new IOException("somebody else connected first");
            }
        }
        Thread.ofPlatform().daemon().name("zennet-loopback").start(this::send);
    }

    private void send() {
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
        try {
            while (out.write(zeros.clear()) >= 0) {
                // until the other end closes
            }
        } catch (IOException e) {
            // closed: the end
        }
    }

    @Override
    public String id() {
        return "loopback/1";
    }

    @Override
    public String unit() {
        return "MB/s";
    }

    @Override
    public long countPerBatch() {
        return BYTES;
    }

    @Override
    public long batch(long seed) {
        try {
            long got = 0;
            while (got < BYTES) {
                int n = in.read(buffer.clear().limit((int) Math.min(CHUNK, BYTES - got)));
                if (n < 0) {
                    throw new IOException("the stream ended");
                }
                got += n;
            }
            return got;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (in; out) {
            // both, whatever the first says
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
