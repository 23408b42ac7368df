package org.zennet.headless.internal.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zennet.services.Rejected;

/**
 * The container engine of a demo: the one that this machine has, or one of its own, on a private socket and with private
 * data, which ends with it. Thread-safe.
 */
final class DemoEngine implements AutoCloseable {
    private static final Path USUAL = Path.of("/var/run/docker.sock");
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;
    private final EngineSocket socket;
    private final Set<String> before;
    private final Optional<Own> own;
    private boolean closed;

    /** An engine that the demo started. */
    private record Own(Process process, Path directory) { }

    private DemoEngine(EngineSocket socket, Set<String> before, Optional<Own> own) {
        this.socket = socket;
        this.before = before;
        this.own = own;
    }

    /**
     * Finds an engine, or starts one as root.
     *
     * @param wanted where it listens, if somebody said so
     */
    static DemoEngine open(Optional<Path> wanted) throws Rejected {
        EngineSocket socket = new EngineSocket(wanted.orElse(USUAL));
        if (socket.answers()) {
            try {
                return new DemoEngine(socket, socket.images(), Optional.empty());
            } catch (IOException e) {
                throw new Rejected("the container engine at " + socket.path() + " does not tell its images: " + e.getMessage(), e);
            }
        }
        if (wanted.isPresent()) {
            throw new Rejected("no container engine answers at " + wanted.get() + ": start one there, or leave out --docker-socket");
        }
        Optional<Path> program = Stream.of("/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd").map(Path::of)
                .filter(Files::isExecutable).findFirst();
        if (program.isEmpty() || !"root".equals(System.getProperty("user.name"))) {
            throw new Rejected("no container engine answers at " + USUAL + ": start docker, name its socket with --docker-socket, or run this as root where "
                    + "dockerd is installed (on Debian: apt-get install docker.io)");
        }
        return start(program.get());
    }

    private static DemoEngine start(Path program) throws Rejected {
        try {
            Path directory = Files.createTempDirectory("zennet-demo-engine-");
            EngineSocket socket = new EngineSocket(directory.resolve("docker.sock"));
            List<String> command = new ArrayList<>();
            if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
                command.add("/usr/bin/setsid"); // so that Ctrl-C does not end it before its containers
            }
            command.addAll(List.of(program.toString(), "--data-root", directory + "/data", "--exec-root", directory + "/run", "--pidfile", directory + "/pid",
                    "-H", "unix://" + socket.path(), "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false",
                    "--ip-masq=false", "--userland-proxy=false"));
            Path log = directory.resolve("log");
            Process p = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            p.getOutputStream().close();
            DemoEngine engine = new DemoEngine(socket, Set.of(), Optional.of(new Own(p, directory)));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
            while (!socket.answers()) {
                if (!p.isAlive() || System.nanoTime() > end) {
                    List<String> said = Files.readAllLines(log);
                    engine.close();
                    throw new Rejected("a container engine of the demo's own does not start here: "
                            + (said.isEmpty() ? "it said nothing" : said.getLast()) + "; start docker and name its socket with --docker-socket");
                }
                DemoProcess.pause();
            }
            return engine;
        } catch (IOException e) {
            throw new Rejected("a container engine of the demo's own can't be started: " + e.getMessage(), e);
        }
    }

    Path socket() {
        return socket.path();
    }

    /** Whether it is the demo's own. */
    boolean isOwn() {
        return own.isPresent();
    }

    /** Ends an engine of its own with all that it left, or takes the images away that came since. */
    @Override
    public synchronized void close() {
        // who closes waits for who closes already: at Ctrl-C the process ends when the first of them is done
        if (closed) {
            return;
        }
        closed = true;
        if (own.isPresent()) {
            end(own.get());
            return;
        }
        try {
            for (String tag : socket.images()) {
                if (!before.contains(tag)) {
                    socket.remove(tag);
                }
            }
        } catch (IOException e) {
            System.err.println("zennet: images named zennet/image stay in the engine at " + socket.path() + ": " + e.getMessage());
        }
    }

    private static void end(Own own) {
        try {
            own.process().destroy();
            if (!own.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                own.process().destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
            for (long pid : left(own)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
                String mount = line.split(" ")[1];
                if (mount.startsWith(own.directory() + "/")) {
                    new ProcessBuilder("umount", "-l", mount).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
                }
            }
            try (Stream<Path> all = Files.walk(own.directory())) {
                all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            System.err.println("zennet: the demo's engine left something in " + own.directory() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The processes of an engine of its own that are still there. */
    List<Long> left() {
        return own.map(DemoEngine::left).orElse(List.of());
    }

    private static List<Long> left(Own own) {
        return ProcessHandle.allProcesses().filter(h -> DemoMarket.names(h, own.directory())).map(ProcessHandle::pid).toList();
    }
}
