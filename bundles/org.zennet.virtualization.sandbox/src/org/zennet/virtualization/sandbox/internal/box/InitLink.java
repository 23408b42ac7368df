package org.zennet.virtualization.sandbox.internal.box;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.zennet.virtualization.keeper.Program;

/**
 * Talks to the first process of a container, see {@code init/init.c}. What it says is not trusted: lengths are checked
 * first, nothing is taken beyond what was granted, and whoever breaks the rules is cut off. Listeners are called on the
 * one reading thread and must not block. Thread-safe.
 */
final class InitLink implements AutoCloseable {
    /** Bytes of one stream that may be on their way. */
    static final int WINDOW = Program.WINDOW;
    /** The most bytes of a program's directory, arguments and environment. */
    static final int MESSAGE = (1 << 20) - 64;
    private static final int MOST_WORDS = 4000;
    private static final int TERMINAL = 1;
    private static final int BESIDE = 2;

    /** A program to start. */
    record Order(List<String> command, List<String> environment, String directory, boolean beside, boolean terminal,
            int columns, int rows) { }

    /** How a program ended: by itself, by a signal, or not even started. */
    record Exit(Kind kind, int value) {
        enum Kind { CODE, SIGNAL, ERRNO }

        private static final int ENOENT = 2;
        private static final int ENOTDIR = 20;

        /** As a shell tells it. */
        int code() {
            return switch (kind) {
                case CODE -> value;
                case SIGNAL -> 128 + value;
                case ERRNO -> value == ENOENT || value == ENOTDIR ? 127 : 126;
            };
        }

        /** Why it could not be started; empty where it was. */
        String why() {
            return kind != Kind.ERRNO ? "" : switch (value) {
                case ENOENT, ENOTDIR -> "there is no such program or directory";
                case 7 -> "its arguments and environment are too large";
                case 8 -> "it is no program for this processor";
                case 11 -> "there are too many processes";
                case 12 -> "there is not enough memory";
                case 13, 1 -> "it may not be executed";
                case 40 -> "its name leads in circles";
                default -> "the system refuses with error " + value;
            };
        }
    }

    /** What a program does. */
    interface Listener {
        /** Bytes of stream 1 or 2; they must be {@link Channel#taken} at some time. */
        void data(int stream, byte[] bytes);

        /** A stream's end. */
        void end(int stream);

        /** The program took so many bytes of its input. */
        void took(int bytes);

        /** The program's end; streams may follow that others hold open. */
        void exited(Exit exit);

        /** The container ended under it; nothing follows. */
        void gone();
    }

    /** The way to one program. */
    final class Channel implements Program {
        private final int id;
        private final boolean terminal;
        private final Listener listener;
        private final int[] window = {WINDOW, WINDOW};
        private final boolean[] over = new boolean[2];
        private int given;
        private boolean exited;
        private boolean inputOver;

        private Channel(int id, boolean terminal, Listener listener) {
            this.id = id;
            this.terminal = terminal;
            this.listener = listener;
        }

        @Override
        public void input(byte[] bytes) throws IOException {
            synchronized (InitLink.this) {
                if (inputOver) {
                    return;
                }
                if (given + bytes.length > WINDOW) {
                    throw new IOException("more input than was granted");
                }
                given += bytes.length;
            }
            if (bytes.length > 0) {
                send('D', 0, this, bytes);
            }
        }

        @Override
        public void endInput() {
            synchronized (InitLink.this) {
                if (inputOver) {
                    return;
                }
                inputOver = true;
            }
            send('E', 0, this, new byte[0]);
        }

        @Override
        public void taken(int stream, int bytes) {
            synchronized (InitLink.this) {
                window[stream - 1] += bytes;
            }
            send('C', stream, this, four(bytes));
        }

        @Override
        public void signal(int number) {
            send('G', number, this, new byte[0]);
        }

        @Override
        public void resize(int columns, int rows) {
            send('W', 0, this, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putShort((short) columns)
                    .putShort((short) rows).array());
        }

        @Override
        public void kill() {
            send('X', 0, this, new byte[0]);
        }
    }

    private final OutputStream out;
    private final InputStream in;
    private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>();
    private final Map<Integer, Channel> channels = new HashMap<>();
    private final List<CompletableFuture<Void>> kills = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Thread writer;
    private int lastId;
    private boolean closed;

    InitLink(Process process, String name) {
        out = process.getOutputStream();
        in = process.getInputStream();
        writer = Thread.ofVirtual().name("to-" + name).start(this::write);
    }

    /** Done when the first process says that it is ready; fails when the link ends before. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    private void write() {
        try {
            while (true) {
                byte[] frame = queue.take();
                if (frame.length == 0) {
                    break;
                }
                out.write(frame);
                if (queue.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            // the reader sees the end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            out.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private void send(char kind, int flags, Channel channel, byte[] body) {
        synchronized (this) {
            if (channels.get(channel.id) != channel) {
                return;
            }
        }
        send(kind, flags, channel.id, body);
    }

    private void send(char kind, int flags, int channel, byte[] body) {
        queue.add(ByteBuffer.allocate(8 + body.length).order(ByteOrder.LITTLE_ENDIAN).put((byte) kind).put((byte) flags)
                .putShort((short) channel).putInt(body.length).put(body).array());
    }

    private static byte[] four(int n) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(n).array();
    }

    /** Whether the first process is gone, or no longer talked to. */
    synchronized boolean closed() {
        return closed;
    }

    /** Starts a program. That it could not be started is told as its end. */
    Channel start(Order order, Listener listener) throws IOException {
        if (order.command().isEmpty() || order.command().size() + order.environment().size() > MOST_WORDS) {
            throw new IOException("a program has 1 to " + MOST_WORDS + " arguments and variables");
        }
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        words.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putShort((short) order.columns())
                .putShort((short) order.rows()).putShort((short) order.command().size())
                .putShort((short) order.environment().size()).array());
        List<String> all = new ArrayList<>(List.of(order.directory()));
        all.addAll(order.command());
        all.addAll(order.environment());
        for (String w : all) {
            if (w.indexOf('\0') >= 0) {
                throw new IOException("an argument or a variable with a zero in it");
            }
            words.writeBytes(w.getBytes(StandardCharsets.UTF_8));
            words.write(0);
        }
        if (words.size() > MESSAGE) {
            throw new IOException("arguments and environment have more than " + MESSAGE + " bytes");
        }
        Channel c;
        synchronized (this) {
            if (closed) {
                throw new IOException("the container has ended");
            }
            do {
                lastId = lastId % 65535 + 1;
            } while (channels.containsKey(lastId));
            c = new Channel(lastId, order.terminal(), listener);
            channels.put(c.id, c);
        }
        send('S', (order.terminal() ? TERMINAL : 0) | (order.beside() ? BESIDE : 0), c.id, words.toByteArray());
        return c;
    }

    /** Kills everything but the programs beside the task; done when nothing is left of it. */
    CompletableFuture<Void> killRest() {
        CompletableFuture<Void> killed = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                killed.complete(null);
                return killed;
            }
            kills.add(killed);
        }
        send('K', 0, 0, new byte[0]);
        return killed;
    }

    /** Reads until the end; to be called once, on a thread of its own. Tells all listeners their end then. */
    void read() throws IOException {
        try (DataInputStream data = new DataInputStream(new BufferedInputStream(in, 1 << 16))) {
            byte[] head = new byte[8];
            while (data.readNBytes(head, 0, 8) == 8) {
                ByteBuffer h = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
                int length = h.getInt(4);
                if (length < 0 || length > WINDOW) {
                    throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
                }
                byte[] body = data.readNBytes(length);
                if (body.length < length) {
                    return;
                }
                take((char) (head[0] & 0xFF), head[1] & 0xFF, h.getShort(2) & 0xFFFF, body);
            }
        } finally {
            end();
        }
    }

    private void take(char kind, int flags, int id, byte[] body) throws IOException {
        if (kind == 'R') {
            ready.complete(null);
            return;
        }
        if (kind == 'K') {
            CompletableFuture<Void> k;
            synchronized (this) {
                k = kills.isEmpty() ? null : kills.removeFirst();
            }
            if (k != null) {
                k.complete(null);
            }
            return;
        }
        Channel c;
        synchronized (this) {
            c = channels.get(id);
        }
        if (c == null) {
            throw new IOException("a frame for nobody");
        }
        switch (kind) {
            case 'D' -> {
                int stream = stream(c, flags);
                synchronized (this) {
                    c.window[stream - 1] -= body.length;
                    if (c.window[stream - 1] < 0) {
                        throw new IOException("more output than was granted");
                    }
                }
                c.listener.data(stream, body);
            }
            case 'E' -> {
                int stream = stream(c, flags);
                c.over[stream - 1] = true;
                c.listener.end(stream);
                forgetIfDone(c);
            }
            case 'C' -> {
                int n = number(body);
                synchronized (this) {
                    if (n < 0 || n > c.given) {
                        throw new IOException("more input taken than given");
                    }
                    c.given -= n;
                }
                c.listener.took(n);
            }
            case 'X' -> {
                if (c.exited || flags > 2) {
                    throw new IOException("a program ended twice");
                }
                c.exited = true;
                c.listener.exited(new Exit(Exit.Kind.values()[flags], number(body) & 0xFF));
                forgetIfDone(c);
            }
            default -> throw new IOException("an unknown frame");
        }
    }

    private static int stream(Channel c, int flags) throws IOException {
        if (flags < 1 || flags > 2 || c.over[flags - 1]) {
            throw new IOException("bytes of a stream that there is not");
        }
        return flags;
    }

    private static int number(byte[] body) throws IOException {
        if (body.length != 4) {
            throw new IOException("a number of " + body.length + " bytes");
        }
        return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    private synchronized void forgetIfDone(Channel c) {
        if (c.exited && c.over[0] && (c.terminal || c.over[1])) {
            channels.remove(c.id);
        }
    }

    private void end() {
        List<Channel> left;
        List<CompletableFuture<Void>> waiting;
        synchronized (this) {
            closed = true;
            left = List.copyOf(channels.values());
            channels.clear();
            waiting = List.copyOf(kills);
            kills.clear();
        }
        queue.add(new byte[0]);
        ready.completeExceptionally(new IOException("its first process ended"));
        waiting.forEach(k -> k.complete(null));
        left.forEach(c -> c.listener.gone());
    }

    /** Hangs up: the container ends. */
    @Override
    public void close() {
        queue.add(new byte[0]);
    }
}
