package org.zennet.virtualization.docker.internal;

import com.github.dockerjava.api.command.InspectExecResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.GuestProcess;
import org.zennet.virtualization.Texts;

/** A program that the engine started beside the task. Its streams are those of one connection to the engine. */
final class ExecProcess implements GuestProcess {
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "USR1", 10, "USR2", 12,
            "TERM", 15);
    private static final long LOOK_MILLIS = 1_000;
    private static final int LOOKS_AT_ONCE = 20;
    private static final int HANG_UPS = 3;
    private static final int KILLED = 137;
    private static final long END_MILLIS = 300;

    private final Engine engine;
    private final DockerContainer container;
    private final String id;
    private final boolean terminal;
    private final RawStream stream;
    private final Optional<TellsPid> inside;
    private final Flow out = new Flow();
    private final Flow err = new Flow();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final ScheduledFuture<?> look;
    private final AtomicInteger hangUps = new AtomicInteger();

    private final OutputStream in = new OutputStream() {
        private boolean closed;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] from, int at, int length) throws IOException {
            stream.write(Arrays.copyOfRange(from, at, at + length));
        }

        @Override
        public void close() throws IOException {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            if (terminal) {
                hangUps.set(HANG_UPS);
                hangUp();
            } else {
                try {
                    stream.end();
                } catch (IOException e) {
                    // it has ended
                }
            }
        }
    };

    /**
     * Takes over what the engine has started.
     *
     * @param inside hears its number inside from its output; empty where the host knows it
     */
    ExecProcess(Engine engine, DockerContainer container, String id, boolean terminal, RawStream stream, Optional<TellsPid> inside,
            ScheduledExecutorService scheduler) {
        this.inside = inside;
        this.engine = engine;
        this.container = container;
        this.id = id;
        this.terminal = terminal;
        this.stream = stream;
        if (terminal) {
            err.end();
        }
        Thread.ofVirtual().name("docker-exec-" + container.leaseId()).start(this::listen);
        // something that it started may hold its streams open after its end
        look = scheduler.scheduleWithFixedDelay(() -> Thread.ofVirtual().start(this::look), LOOK_MILLIS, LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void listen() {
        try {
            if (terminal) {
                stream.readPlain((which, bytes, length) -> output(bytes, length));
            } else {
                stream.read((which, bytes, length) -> {
                    if (which == 2) {
                        err.put(bytes, length);
                    } else {
                        output(bytes, length);
                    }
                });
            }
        } catch (IOException e) {
            // the same as its end
        }
        out.end();
        err.end();
        for (int i = 0; i < LOOKS_AT_ONCE && !exit.isDone(); i++) {
            look();
            try {
                TimeUnit.MILLISECONDS.sleep(i < LOOKS_AT_ONCE / 2 ? 5 : 50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void output(byte[] bytes, int length) throws IOException {
        int own = inside.map(i -> i.take(bytes, length)).orElse(0);
        out.put(own == 0 ? bytes : Arrays.copyOfRange(bytes, own, length), length - own);
    }

    /** Tells that the terminal is gone. More than once: a shell that hears it just before it begins to read waits for a key. */
    private void hangUp() {
        if (hangUps.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            try {
                signal("HUP");
            } catch (ContainerException e) {
                // it has ended
            }
        }
    }

    private void look() {
        if (exit.isDone()) {
            return;
        }
        try {
            InspectExecResponse state = engine.inspectProgram(id);
            if (!Boolean.TRUE.equals(state.isRunning()) && state.getExitCodeLong() != null) {
                done(state.getExitCodeLong().intValue());
            } else {
                hangUp();
            }
        } catch (ContainerException e) {
            if (container.over()) {
                ended("the container ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void done(int code) throws ContainerException, InterruptedException {
        look.cancel(false);
        if (code == KILLED && (container.goneWithin(END_MILLIS) || !container.stillRuns())) {
            // what killed it was the end of the container
            ended(container.ended().orElse("it is being ended"));
        } else {
            exit.complete(code);
        }
        container.forget(this);
    }

    /** The container ended under it. */
    void ended(String why) {
        look.cancel(false);
        exit.completeExceptionally(new ContainerException("the container ended: " + why));
        out.end();
        err.end();
        stream.close();
    }

    @Override
    public OutputStream stdin() {
        return in;
    }

    @Override
    public InputStream stdout() {
        return out;
    }

    @Override
    public InputStream stderr() {
        return err;
    }

    @Override
    public void resize(int columns, int rows) throws ContainerException {
        if (terminal && !exit.isDone()) {
            try {
                engine.resize(id, columns, rows);
            } catch (ContainerException e) {
                if (Boolean.TRUE.equals(engine.inspectProgram(id).isRunning())) {
                    throw e;
                } // else it has ended meanwhile
            }
        }
    }

    /** As processes in the container know it; empty once it has ended. */
    private OptionalInt pid() throws ContainerException {
        try {
            if (inside.isPresent()) {
                return exit.isDone() ? OptionalInt.empty() : inside.get().await();
            }
            for (int i = 0; i < 100 && !exit.isDone(); i++) {
                Long pid = engine.inspectProgram(id).getPidLong();
                if (pid != null && pid > 0) {
                    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                        if (line.startsWith("NSpid:")) {
                            String[] all = line.substring("NSpid:".length()).strip().split("\\s+");
                            return all.length < 2 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(all[all.length - 1]));
                        }
                    }
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            return OptionalInt.empty();
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    @Override
    public void signal(String name) throws ContainerException {
        Integer number = SIGNALS.get(name);
        if (number == null) {
            throw new ContainerException("no such signal: " + Texts.line(name));
        }
        OptionalInt pid = pid();
        if (pid.isPresent()) {
            container.tell('s', number << 24 | pid.getAsInt());
        }
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    @Override
    public void close() {
        if (!exit.isDone()) {
            try {
                OptionalInt pid = pid();
                if (pid.isPresent()) {
                    container.tell('z', pid.getAsInt());
                }
            } catch (ContainerException e) {
                // the container is ending
            }
        }
        out.close();
        err.close();
        stream.close();
        look();
    }
}
