package org.zennet.provider.internal.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;

/** A program in the container as an SSH channel: its three streams, its terminal, signals and exit code. */
final class GuestCommand implements Command {
    /** What a shell says when a program can't be run. */
    private static final int CANNOT_RUN = 126;
    private static final int LOST = 255;
    private static final int BUFFER = 1 << 15;
    private static final long HANG_UP_SECONDS = 2;
    private static final Set<String> SIGNALS = Set.of("HUP", "INT", "QUIT", "TERM", "KILL", "USR1", "USR2");
    private static final Logger LOG = LoggerFactory.getLogger(GuestCommand.class);

    private final Guest guest;
    private final List<String> words;
    private InputStream in;
    private OutputStream out;
    private OutputStream err;
    private ExitCallback callback;
    private GuestProcess process;
    private boolean destroyed;

    /** @param words the program and its arguments; none for a login shell */
    GuestCommand(Guest guest, List<String> words) {
        this.guest = guest;
        this.words = words;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback exit) {
        callback = exit;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        guest.workers().execute(() -> run(environment));
    }

    private void run(Environment environment) {
        Optional<ExecSpec.Terminal> terminal = terminal(environment.getEnv());
        GuestProcess started;
        try {
            started = guest.exec(new ExecSpec(words, variables(environment.getEnv()), terminal));
        } catch (ContainerException | IllegalArgumentException e) {
            fail(e.getMessage());
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            process = started;
            if (destroyed) {
                started.close();
                return;
            }
        }
        environment.addSignalListener((channel, signal) -> signalled(channel, signal, environment));
        if (!terminal(environment.getEnv()).equals(terminal)) {
            resize(environment); // while it was started nobody listened
        }
        CountDownLatch outputs = new CountDownLatch(2);
        guest.workers().execute(() -> pump(started.stdout(), out, outputs));
        guest.workers().execute(() -> pump(started.stderr(), err, outputs));
        guest.workers().execute(() -> feed(started, terminal.isPresent()));
        int code = LOST;
        try {
            code = started.exit().get();
            if (terminal.isPresent()) {
                outputs.await(HANG_UP_SECONDS, TimeUnit.SECONDS); // what stays behind has lost its terminal
            } else {
                outputs.await();
            }
        } catch (ExecutionException e) {
            complain(String.valueOf(e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.close();
        callback.onExit(code);
    }

    private void fail(String why) {
        complain(why);
        callback.onExit(CANNOT_RUN);
    }

    private void complain(String why) {
        try {
            err.write(("zennet: " + why + "\n").getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            LOG.debug("nobody hears of it: {}", why);
        }
    }

    /** A terminal was asked for when its size is known: clients can't set these variables otherwise. */
    private static Optional<ExecSpec.Terminal> terminal(Map<String, String> env) {
        String columns = env.get(Environment.ENV_COLUMNS);
        String rows = env.get(Environment.ENV_LINES);
        if (columns == null || rows == null) {
            return Optional.empty();
        }
        String type = env.getOrDefault(Environment.ENV_TERM, "");
        return Optional.of(new ExecSpec.Terminal(type.matches("[A-Za-z0-9._+-]{1,64}") ? type : "dumb", size(columns, 80), size(rows, 24)));
    }

    private static int size(String text, int otherwise) {
        int n = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
        return n == 0 ? otherwise : Math.min(n, 1000);
    }

    private static Map<String, String> variables(Map<String, String> env) {
        Map<String, String> kept = new TreeMap<>();
        env.forEach((k, v) -> {
            if (LoginChannel.passes(k)) {
                kept.put(k, v);
            }
        });
        return kept;
    }

    private void resize(Environment environment) {
        Optional<ExecSpec.Terminal> t = terminal(environment.getEnv());
        try {
            if (t.isPresent()) {
                process.resize(t.get().columns(), t.get().rows());
            }
        } catch (ContainerException e) {
            LOG.debug("{}: {}", t, e.getMessage());
        }
    }

    private void signalled(Channel channel, Signal signal, Environment environment) {
        try {
            if (signal == Signal.WINCH) {
                resize(environment);
            } else if (SIGNALS.contains(signal.name())) {
                process.signal(signal.name());
            }
        } catch (ContainerException e) {
            LOG.debug("{} on {}: {}", signal, channel, e.getMessage());
        }
    }

    private static void pump(InputStream from, OutputStream to, CountDownLatch done) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
            }
        } catch (IOException e) {
            LOG.debug("an output ends: {}", e.getMessage());
        } finally {
            done.countDown();
        }
    }

    private void feed(GuestProcess started, boolean terminal) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream from = in) {
            OutputStream to = started.stdin();
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
            }
            if (!terminal) { // the end of a terminal's input is no hang-up: what was typed is still to be worked
                to.close();
            }
        } catch (IOException e) {
            LOG.debug("an input ends: {}", e.getMessage());
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        GuestProcess running;
        synchronized (this) {
            destroyed = true;
            running = process;
        }
        if (running != null) {
            guest.workers().execute(running::close);
        }
    }
}
