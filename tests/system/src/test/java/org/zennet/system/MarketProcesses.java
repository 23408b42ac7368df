package org.zennet.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A market of real processes in a directory, each a {@code zennet} command; ends with all of them gone. */
final class MarketProcesses implements AutoCloseable {
    private static final Duration UP = Duration.ofMinutes(3);
    private final Path directory;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private String join;

    MarketProcesses(Path directory) {
        this.directory = directory;
    }

    void network() throws Exception {
        Zennet.Result r = Zennet.run(UP, "network", "new", "--network", "net", "--data", data("node").toString());
        if (r.code() != 0) {
            throw new AssertionError(r.err());
        }
        join = r.out().strip();
    }

    String join() {
        return join;
    }

    Path data(String name) {
        return directory.resolve(name);
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** Starts a process under a name; {@code --data} is added, and {@code --join} unless it is the first node. */
    Process start(String name, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", data(name).toString(), "--network", "net"));
        if (!name.equals("node")) {
            all.addAll(List.of("--join", join));
        }
        Process p = Zennet.start(log(name), List.of(), all.toArray(String[]::new));
        running.put(name, p);
        return p;
    }

    void awaitUp(String name) throws Exception {
        Zennet.await(name + " is up", UP, () -> {
            if (!running.get(name).isAlive()) {
                throw new AssertionError(name + " ended: " + text(log(name)));
            }
            return text(log(name)).contains(" is up: ");
        });
    }

    Process process(String name) {
        return running.get(name);
    }

    /** Asks a running process by a command. */
    JsonNode ask(String name, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--json", "--data", data(name).toString(), "--network", "net"));
        Zennet.Result r = Zennet.run(UP, all.toArray(String[]::new));
        if (r.code() != 0) {
            throw new AssertionError(name + " " + String.join(" ", words) + ": " + r.err());
        }
        return r.json();
    }

    static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws Exception {
        List<Process> reversed = new ArrayList<>(running.values());
        java.util.Collections.reverse(reversed);
        reversed.forEach(Process::destroy);
        for (Process p : reversed) {
            if (!p.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
        endStrays(directory);
    }

    /** Ends whatever still names a directory in its command line: keepers and their children. */
    static void endStrays(Path directory) throws Exception {
        List<ProcessHandle> strays;
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            strays = all.filter(h -> h.pid() != ProcessHandle.current().pid() && commandLine(h).contains(directory.toString())).toList();
        }
        strays.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle h : strays) {
            h.onExit().get(10, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    static String commandLine(ProcessHandle h) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(h.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
