package org.zennet.headless.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;

/**
 * The processes of a demo market in one temporary directory. Closing ends them all, keepers and children too; who closes while another
 * thread does waits for it, so that Ctrl-C never leaves before the processes are gone.
 */
final class DemoMarket implements AutoCloseable {
    private static final int UP_SECONDS = 120;
    private static final long STOP_NANOS = 10_000_000_000L;
    private final Path directory;
    private final Path launcher;
    private final boolean keep;
    private final List<DemoProcess> processes = new ArrayList<>();
    private JoinLine join;
    private DemoProcess node;
    private DemoProcess miner;
    private final List<DemoProcess> providers = new ArrayList<>();
    private boolean closed;

    DemoMarket(Path directory, Path launcher, boolean keep) {
        this.directory = directory;
        this.launcher = launcher;
        this.keep = keep;
    }

    /** {@code network new}: makes a network and reads the join line that it prints. */
    void makeNetwork() throws Rejected {
        DemoProcess p = new DemoProcess("network", launcher, directory.resolve("node"), List.of("network", "new"));
        Process process = p.startForOutput();
        try {
            String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!p.waitFor(UP_SECONDS) || process.exitValue() != 0) {
                throw new Rejected("'zennet network new' failed: " + p.lastLine());
            }
            join = JoinLine.parse(line);
        } catch (IOException | IllegalArgumentException e) {
            throw new Rejected("'zennet network new' printed no join line: " + e.getMessage(), e);
        }
    }

    Path directory() {
        return directory;
    }

    JoinLine join() {
        return join;
    }

    String network() {
        return DataDirectory.nameOf(join);
    }

    DemoProcess node() {
        return node;
    }

    DemoProcess miner() {
        return miner;
    }

    List<DemoProcess> providers() {
        return providers;
    }

    /** {@code node start} and {@code miner start}, at the same time. */
    void startChain() throws Rejected {
        node = start("node", List.of("node", "start"));
        miner = start("miner", List.of("miner", "start", "--join", join.toString()));
        node.awaitUp(network(), UP_SECONDS);
        miner.awaitUp(network(), UP_SECONDS);
    }

    /** {@code provider start} so many times. */
    void startProviders(int count, List<String> more) throws Rejected {
        for (int i = 1; i <= count; i++) {
            providers.add(startProvider(i, more));
        }
        for (DemoProcess p : providers) {
            p.awaitUp(network(), UP_SECONDS);
        }
    }

    private DemoProcess startProvider(int number, List<String> more) throws Rejected {
        // Three owners want three prices: so offers differ and each negotiation is its own.
        List<String> words = new ArrayList<>(List.of("provider", "start", "--join", join.toString(), "--target", 20 + 2 * number + " XEN"));
        words.addAll(more);
        return start("provider-" + number, words);
    }

    /** Starts a killed provider again over its own data. */
    void restart(DemoProcess provider) throws Rejected {
        provider.start();
        provider.awaitUp(network(), UP_SECONDS);
    }

    /** A process that is ended with the market but is not waited for. */
    DemoProcess prepare(String name, List<String> words) {
        DemoProcess p = new DemoProcess(name, launcher, directory.resolve(name), words);
        processes.add(p);
        return p;
    }

    private DemoProcess start(String name, List<String> words) throws Rejected {
        return prepare(name, words).start();
    }

    /** A request to a process. */
    JsonNode ask(DemoProcess process, String method, Object params) throws Rejected {
        return process.client(network()).call(method, Json.MAPPER.convertValue(params, java.util.Map.class));
    }

    /**
     * Ends all processes, newest first, and whatever they left that names the demo's directory in its command line. All of them together have
     * ten seconds to end by themselves, so that Ctrl-C ends on a busy machine too.
     *
     * @return the ids of processes that are still there; none, when all went well
     */
    synchronized List<Long> stop() {
        if (closed) {
            return List.of();
        }
        closed = true;
        List<DemoProcess> reversed = new ArrayList<>(processes);
        java.util.Collections.reverse(reversed);
        reversed.forEach(DemoProcess::terminate);
        long until = System.nanoTime() + STOP_NANOS;
        reversed.forEach(p -> {
            if (!p.waitUntil(until)) {
                p.kill();
            }
        });
        List<ProcessHandle> rest = strays();
        rest.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle h : rest) {
            try {
                h.onExit().get(5, java.util.concurrent.TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                continue;
            }
        }
        return strays().stream().map(ProcessHandle::pid).toList();
    }

    private List<ProcessHandle> strays() {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses().filter(h -> h.pid() != self && h.isAlive() && namesDirectory(h)).toList();
    }

    private boolean namesDirectory(ProcessHandle h) {
        return names(h, directory);
    }

    /** Whether the command line of a process names a directory. */
    static boolean names(ProcessHandle h, Path directory) {
        try {
            String line = Files.readString(Path.of("/proc", String.valueOf(h.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
            return line.contains(directory.toString());
        } catch (IOException e) {
            return h.info().commandLine().map(c -> c.contains(directory.toString())).orElse(false);
        }
    }

    @Override
    public synchronized void close() {
        stop();
        if (!keep) {
            for (DemoProcess p : processes) {
                delete(directory.resolve(p.name()));
            }
        }
    }

    /** Removes the logs too, once all is closed. */
    synchronized void forget() {
        if (!keep) {
            delete(directory);
        }
    }

    private static void delete(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            System.err.println("zennet: " + tree + " could not be removed: " + e.getMessage());
        }
    }
}
