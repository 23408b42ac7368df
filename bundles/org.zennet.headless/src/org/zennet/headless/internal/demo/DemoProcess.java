package org.zennet.headless.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.services.Rejected;

/** One process of the demo: a {@code zennet} command with its own data directory and log. */
final class DemoProcess {
    private final String name;
    private final List<String> command;
    private final Path data;
    private final Path log;
    private Process process;

    /**
     * A command that is not started yet.
     *
     * @param name     for people, such as {@code provider-1}
     * @param launcher the {@code zennet} script
     * @param data     its {@code --data}
     * @param words    of the command line
     */
    DemoProcess(String name, Path launcher, Path data, List<String> words) {
        this.name = name;
        this.data = data;
        this.log = data.resolveSibling(name + ".log");
        this.command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        command.addAll(List.of("--data", data.toString()));
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Starts it, with its output to a log beside its data. */
    DemoProcess start() throws Rejected {
        ProcessBuilder b = builder();
        b.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        b.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            process = b.start();
            process.getOutputStream().close();
            return this;
        } catch (IOException e) {
            throw new Rejected(name + " can't be started: " + e.getMessage(), e);
        }
    }

    /** Starts it and hands out its output; its messages go to a file. */
    Process startForOutput() throws Rejected {
        ProcessBuilder b = builder();
        b.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            process = b.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new Rejected(name + " can't be started: " + e.getMessage(), e);
        }
    }

    private ProcessBuilder builder() {
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().put("ZENNET_NO_BUILD", "1");
        String install = System.getProperty("zennet.install");
        if (install != null) {
            b.environment().put("ZENNET_PRODUCT", install);
        }
        return b;
    }

    Path log() {
        return log;
    }

    /** Its control socket. */
    ControlClient client(String network) {
        return new ControlClient(data.resolve(network));
    }

    /** Waits until it answers, at most a number of seconds. */
    JsonNode awaitUp(String network, int seconds) throws Rejected {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ControlClient client = client(network);
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new Rejected(name + " ended with exit code " + process.exitValue() + ": " + lastLine());
            }
            if (client.answers()) {
                return client.call("status", Map.of());
            }
            pause();
        }
        throw new Rejected(name + " did not come up within " + seconds + " s: " + lastLine());
    }

    /** The last line that it said. */
    String lastLine() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "its log can't be read";
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        waitFor(5);
    }

    /** As {@code kill}. */
    void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for its end. */
    boolean waitFor(int seconds) {
        return waitUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Waits for its end until a moment of {@link System#nanoTime}. */
    boolean waitUntil(long nanoTime) {
        try {
            return process == null || process.waitFor(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A short wait between two looks at another process. */
    static void pause() throws Rejected {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }
}
