package org.zennet.virtualization.wasm.internal.child;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.encoding.EncodingException;
import org.zennet.virtualization.keeper.Frames;
import org.zennet.virtualization.keeper.Wire;
import org.zennet.virtualization.wasm.internal.wire.ChildWire;

/**
 * The child JVM of one lease. It reads the module and tasks from its stdin and writes output and ends to its stdout;
 * when stdin closes, its keeper is gone and it ends at once. It opens no file and no socket.
 */
public final class ChildMain {
    private final InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private volatile Guest guest;
    private volatile int stackBytes;
    private volatile Thread running;
    private volatile long number = -1;
    /** What the running task waits for a piece of. */
    private volatile Input input;

    /** What an earlier child made of the module. */
    private final ByteArrayOutputStream compiled = new ByteArrayOutputStream();
    /** What came for the next task. */
    private final List<byte[]> files = new ArrayList<>();
    private long fileBytes;

    private ChildMain() { }

    /** Takes no arguments. */
    public static void main(String[] args) {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
        int code = 0;
        try {
            new ChildMain().serve();
        } catch (IOException | EncodingException e) {
            System.err.println("the child ends: " + e.getMessage());
            code = 1;
        }
        if (Boolean.getBoolean("zennet.train")) {
            System.exit(code);
        }
        Runtime.getRuntime().halt(code);
    }

    private void serve() throws IOException, EncodingException {
        while (true) {
            byte[] frame = Frames.read(in, ChildWire.LARGEST);
            if (frame == null) {
                return;
            }
            switch (ChildWire.decode(frame)) {
                case ChildWire.Compiled piece when guest == null && running == null -> compiled.writeBytes(piece.bytes());
                case ChildWire.Init init when guest == null && running == null -> start("compile", Guest.COMPILE_STACK,
                        () -> compile(init));
                case ChildWire.FilePiece piece when guest != null -> {
                    fileBytes += piece.bytes().length;
                    if (fileBytes > TaskSpec.MAX_FILES) {
                        throw new IOException("too many files");
                    }
                    files.add(piece.bytes());
                }
                case ChildWire.Task task when guest != null && number < task.number() -> {
                    Thread before = running;
                    if (before != null) {
                        join(before);
                    }
                    number = task.number();
                    byte[][] brought = files.toArray(byte[][]::new);
                    files.clear();
                    fileBytes = 0;
                    start("guest", stackBytes, () -> run(task, brought));
                }
                case ChildWire.In piece -> {
                    Input waiting = input;
                    if (waiting != null && number == piece.number()) {
                        waiting.give(piece.from(), piece.bytes());
                    }
                }
                case ChildWire.Interrupt interrupt -> {
                    Thread t = running;
                    if (t != null && number == interrupt.number()) {
                        stop(t);
                    }
                }
                default -> throw new IOException("an unexpected message");
            }
        }
    }

    private void start(String name, int stack, Runnable work) {
        Thread t = new Thread(null, work, name, stack);
        t.setDaemon(true);
        running = t;
        t.start();
    }

    private static void join(Thread t) throws IOException {
        try {
            if (!t.join(java.time.Duration.ofSeconds(10))) {
                throw new IOException("a task came before the last one ended");
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** Interrupts again and again, since a program may swallow one between two of its calls. */
    private static void stop(Thread t) {
        Thread again = new Thread(() -> {
            try {
                while (t.isAlive()) {
                    t.interrupt();
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "stop");
        again.setDaemon(true);
        t.interrupt();
        again.start();
    }

    private void compile(ChildWire.Init init) {
        Record answer;
        try {
            Guest made = Guest.compile(init.module(), init.maxPages(), init.metered(), compiled.toByteArray(), this::made);
            stackBytes = init.stackBytes();
            guest = made;
            compiled.reset();
            System.gc();
            answer = new ChildWire.Ready();
        } catch (ModuleCheck.RefusedException e) {
            answer = new ChildWire.Refused(Wire.line(e.getMessage()));
        } catch (Throwable e) {
            answer = new ChildWire.Refused(Wire.line("it can't be compiled: " + e));
        }
        send(answer);
    }

    private void made(byte[] all) {
        for (int at = 0; at < all.length; at += ChildWire.PIECE) {
            send(new ChildWire.Made(Arrays.copyOfRange(all, at, Math.min(all.length, at + ChildWire.PIECE))));
        }
    }

    private void run(ChildWire.Task task, byte[][] brought) {
        Output stdout = new Output(task.maxOutput(), true, b -> new ChildWire.Out(task.number(), b));
        Output stderr = new Output(Wire.MAX_STDERR, false, b -> new ChildWire.Err(task.number(), b));
        Output left = new Output(Integer.MAX_VALUE, true, b -> new ChildWire.FileOut(task.number(), b));
        ChildWire.Ended ended = guest.run(task, brought, new Guest.Listener() {
            @Override
            public void out(byte[] bytes) {
                stdout.write(bytes);
            }

            @Override
            public void err(byte[] bytes) {
                stderr.write(bytes);
            }

            @Override
            public void ask(Input asking, long from) {
                input = asking;
                send(new ChildWire.Read(task.number(), from));
            }

            @Override
            public void file(byte[] bytes) {
                left.write(bytes);
            }

            @Override
            public void counting(String why) {
                send(new ChildWire.Counting(task.number(), Wire.line(why)));
            }
        });
        Thread.interrupted();
        input = null;
        try {
            stdout.flush();
            stderr.flush();
            left.flush();
        } catch (OutOfMemoryError e) {
            ended = new ChildWire.Ended(task.number(), Outcome.Reason.OUT_OF_MEMORY, 0,
                    "the memory of its process ran out", Optional.empty());
        }
        send(ended);
    }

    private synchronized void send(Record message) {
        try {
            Frames.write(out, ChildWire.encode(message));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Gathers output into pieces; what goes beyond its limit ends the task or is dropped. */
    private final class Output {
        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        private final boolean ends;
        private final Function<byte[], Record> piece;
        private long left;

        Output(int limit, boolean ends, Function<byte[], Record> piece) {
            this.left = limit;
            this.ends = ends;
            this.piece = piece;
        }

        void write(byte[] bytes) {
            int n = (int) Math.min(left, bytes.length);
            if (buffer.size() + n > ChildWire.PIECE) {
                flush();
            }
            buffer.write(bytes, 0, n);
            left -= n;
            if (ends && n < bytes.length) {
                throw new Wasi.OutputLimitException();
            }
        }

        void flush() {
            if (buffer.size() > 0) {
                byte[] bytes = buffer.toByteArray();
                buffer.reset();
                send(piece.apply(bytes));
            }
        }
    }
}
