package org.zennet.virtualization.keeper;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.encoding.EncodingException;

/** The node's end of a program beside a task. */
final class KeptProcess implements GuestProcess {
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "USR1", 10,
            "USR2", 12, "TERM", 15);
    private static final int MOST = 1000;

    private final KeeperClient.Line line;
    private final boolean terminal;
    private final Received stdout = new Received(1);
    private final Received stderr = new Received(2);
    private final Sent stdin = new Sent();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final Object writing = new Object();

    /** What comes; its reader says how much may follow. */
    private final class Received extends InputStream {
        private final int stream;
        private final Deque<byte[]> pieces = new ArrayDeque<>();
        private int at;
        private int untold;
        private boolean over;

        Received(int stream) {
            this.stream = stream;
        }

        synchronized void add(byte[] bytes) {
            pieces.add(bytes);
            notifyAll();
        }

        synchronized void end() {
            over = true;
            notifyAll();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            int told = 0;
            int n;
            synchronized (this) {
                while (pieces.isEmpty() && !over && length > 0) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new InterruptedIOException("interrupted");
                    }
                }
                if (length == 0) {
                    return 0;
                }
                if (pieces.isEmpty()) {
                    return -1;
                }
                byte[] piece = pieces.peek();
                n = Math.min(length, piece.length - at);
                System.arraycopy(piece, at, to, from, n);
                at += n;
                if (at == piece.length) {
                    pieces.remove();
                    at = 0;
                }
                untold += n;
                if (!over && (pieces.isEmpty() || untold >= Program.WINDOW / 4)) {
                    told = untold;
                    untold = 0;
                }
            }
            if (told > 0) {
                try {
                    send(new Wire.Taken(stream, told));
                } catch (IOException e) {
                    // the end is told by the other direction
                }
            }
            return n;
        }

        @Override
        public synchronized int available() {
            return pieces.stream().mapToInt(p -> p.length).sum() - at;
        }
    }

    /** What goes, as far as the program takes it. */
    private final class Sent extends OutputStream {
        private int room = Program.WINDOW;
        private boolean closed;
        private boolean broken;

        synchronized void took(int bytes) {
            room += bytes;
            notifyAll();
        }

        synchronized void end() {
            broken = true;
            notifyAll();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            int at = from;
            while (at < from + length) {
                int n;
                synchronized (this) {
                    while (room == 0 && !broken && !closed) {
                        try {
                            wait();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new InterruptedIOException("interrupted");
                        }
                    }
                    if (broken || closed) {
                        throw new IOException(closed ? "its input is closed" : "the program has ended");
                    }
                    n = Math.min(room, from + length - at);
                    room -= n;
                }
                send(new Wire.Input(java.util.Arrays.copyOfRange(bytes, at, at + n)));
                at += n;
            }
        }

        @Override
        public void close() throws IOException {
            synchronized (this) {
                if (closed || broken) {
                    return;
                }
                closed = true;
                notifyAll();
            }
            send(new Wire.InputEnd());
        }
    }

    KeptProcess(KeeperClient.Line line, ExecSpec spec, String name) {
        this.line = line;
        this.terminal = spec.terminal().isPresent();
        if (terminal) {
            stderr.end();
        }
        Thread.ofVirtual().name("from-" + name).start(this::listen);
    }

    /** The request for it. */
    static Wire.Exec order(String leaseId, ExecSpec spec) {
        Optional<ExecSpec.Terminal> t = spec.terminal();
        return new Wire.Exec(leaseId, spec.command(), Wire.variables(spec.environment()), t.map(ExecSpec.Terminal::type)
                .orElse(""), t.map(ExecSpec.Terminal::columns).orElse(0), t.map(ExecSpec.Terminal::rows).orElse(0));
    }

    private void listen() {
        try {
            for (Record r = KeeperClient.next(line.in()); !(r instanceof Wire.Done); r = KeeperClient.next(line.in())) {
                switch (r) {
                    case Wire.Output o -> (o.stream() == 1 ? stdout : stderr).add(o.bytes());
                    case Wire.OutputEnd e -> (e.stream() == 1 ? stdout : stderr).end();
                    case Wire.Taken t -> stdin.took(t.bytes());
                    case Wire.Exited e -> {
                        stdin.end();
                        exit.complete(e.code());
                    }
                    default -> throw new IOException("an unexpected frame");
                }
            }
        } catch (IOException | EncodingException e) {
            // told below
        }
        exit.completeExceptionally(new ContainerException("the container ended under the program"));
        stdin.end();
        stdout.end();
        stderr.end();
        hangUp();
    }

    private void send(Record message) throws IOException {
        synchronized (writing) {
            Frames.write(line.out(), Wire.encode(message));
        }
    }

    private void tell(Record message) throws ContainerException {
        try {
            send(message);
        } catch (IOException e) {
            if (!exit.isDone()) {
                throw new ContainerException("the program can't be reached: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public void resize(int columns, int rows) throws ContainerException {
        if (columns < 1 || rows < 1 || columns > MOST || rows > MOST) {
            throw new ContainerException("no size of a terminal: " + columns + "x" + rows);
        }
        if (terminal) {
            tell(new Wire.Resize(columns, rows));
        }
    }

    @Override
    public void signal(String name) throws ContainerException {
        Integer number = SIGNALS.get(name);
        if (number == null) {
            throw new ContainerException("no signal for programs: " + Wire.line(name));
        }
        tell(new Wire.Signal(number));
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    private void hangUp() {
        try {
            line.channel().close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() {
        hangUp();
    }
}
