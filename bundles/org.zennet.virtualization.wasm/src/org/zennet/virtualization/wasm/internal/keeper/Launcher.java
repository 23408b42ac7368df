package org.zennet.virtualization.wasm.internal.keeper;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.zennet.api.value.Resources;

/**
 * Starts child JVMs with as little as this host allows: no environment, no descriptors beyond 0 to 2, an own user, an
 * own empty network, no capabilities, limits on files, and death with the keeper. What works is found out by trying.
 */
final class Launcher {
    /**
     * What a child's process may hold above its guest's memory: heap for compiling and buffers, metaspace, code, and
     * the runtime itself. Above memory plus this it is killed. Typical is 60 to 90 MiB.
     */
    static final long OVERHEAD = 320L << 20;
    private static final long HEAP_OVERHEAD = 128L << 20;
    private static final Path USER_LOCKS = Path.of("/run/zennet-wasm-users");
    /**
     * The users that this process holds. Their files must not be opened again: closing any descriptor of a file gives
     * up the lock that the process has on it.
     */
    private static final Set<Integer> CLAIMED = ConcurrentHashMap.newKeySet();

    /** What may be used. */
    record Means(boolean ownUser, boolean ownNetwork, boolean rlimits, boolean setpriv) { }

    /** A user that one child has for itself. Closing gives it back. */
    record User(int id, FileChannel channel) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                System.err.println("can't release user " + id + ": " + e.getMessage());
            }
            CLAIMED.remove(id);
        }
    }

    private final ExecutorService spawner = Executors.newSingleThreadExecutor(r -> {
        // children ask to die with the thread that started them, so it lives as long as the keeper
        Thread t = new Thread(r, "spawner");
        t.setDaemon(true);
        return t;
    });
    private final String classPath = System.getProperty("java.class.path");
    private final Path archive = Path.of(classPath.split(File.pathSeparator)[0]).resolveSibling("child.jsa");
    private FileChannel held;
    private final Map<String, Optional<String>> tools = new HashMap<>();

    /** Whether this process is the superuser. */
    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The shared class archive that makes children start fast; may not exist. */
    Path archive() {
        return archive;
    }

    /** Keeps the copies of the jars from being purged for as long as this process lives. */
    void holdFiles() throws IOException {
        held = FileChannel.open(archive.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        held.lock(0, Long.MAX_VALUE, true);
    }

    /** Claims a user that no other keeper on this machine uses; empty when there is none. */
    Optional<User> claimUser(int first, int count) throws IOException {
        Files.createDirectories(USER_LOCKS);
        for (int id = first; id < first + count; id++) {
            if (!CLAIMED.add(id)) {
                continue;
            }
            FileChannel channel = null;
            try {
                channel = FileChannel.open(USER_LOCKS.resolve(Integer.toString(id)), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    User user = new User(id, channel);
                    channel = null;
                    return Optional.of(user);
                }
            } finally {
                if (channel != null) {
                    channel.close();
                    CLAIMED.remove(id);
                }
            }
        }
        return Optional.empty();
    }

    /** The options that choose and size the child's JVM. */
    private List<String> java(Resources resources, String lease, boolean useArchive) {
        List<String> c = new ArrayList<>();
        c.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        c.addAll(List.of("-Dzennet.role=zennet-wasm-child", "-Dzennet.lease=" + lease,
                "-Xmx" + (resources.memory() + HEAP_OVERHEAD) / 1024 + "k", "-Xms8m", "-Xmn6m",
                "-XX:MaxMetaspaceSize=64m", "-XX:ReservedCodeCacheSize=48m", "-XX:MaxDirectMemorySize=4m", "-Xss512k",
                "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=" + Math.max(1, (resources.cores() + 999) / 1000),
                "-XX:-UsePerfData", "-XX:+DisableAttachMechanism", "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                "-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8"));
        if (useArchive && Files.isReadable(archive)) {
            c.add("-XX:SharedArchiveFile=" + archive);
        }
        c.addAll(List.of("-cp", classPath, "org.zennet.virtualization.wasm.internal.child.ChildMain"));
        return c;
    }

    /** Starts a child. Its stderr goes to a log of at most 1 MiB. */
    Process start(Means means, Optional<User> user, Resources resources, String lease, Path directory, Path log)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (means.ownNetwork()) {
            command.addAll(List.of(tool("unshare").orElseThrow(), "--net", "--ipc", "--"));
        }
        if (means.rlimits()) {
            command.addAll(List.of(tool("prlimit").orElseThrow(), "--core=0:0", "--nofile=256:256",
                    "--fsize=1048576:1048576"));
            user.ifPresent(u -> command.add("--nproc=128:128"));
            command.add("--");
        }
        if (means.setpriv()) {
            command.addAll(List.of(tool("setpriv").orElseThrow(), "--no-new-privs", "--pdeathsig", "KILL"));
            user.ifPresent(u -> command.addAll(List.of("--reuid", "" + u.id(), "--regid", "" + u.id(),
                    "--clear-groups", "--inh-caps=-all", "--bounding-set=-all")));
            command.add("--");
        }
        command.addAll(java(resources, lease, true));
        return spawn(command, directory, log);
    }

    /** Kills whatever runs under a child's user. */
    void killAll(User user) {
        Optional<String> kill = tool("kill");
        if (kill.isEmpty()) {
            return;
        }
        try {
            Process p = new ProcessBuilder(tool("setpriv").orElseThrow(), "--reuid", "" + user.id(), "--regid",
                    "" + user.id(), "--clear-groups", "--", kill.get(), "-KILL", "-1")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            p.waitFor(2, TimeUnit.SECONDS);
        } catch (IOException e) {
            System.err.println("can't sweep user " + user.id() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the class archive by a child that is told to; false when it could not be made. */
    boolean train(TrainingRun run) throws InterruptedException {
        Path temporary = archive.resolveSibling("child.jsa." + ProcessHandle.current().pid());
        try {
            List<String> command = new ArrayList<>(java(new Resources(1000, 16 << 20, 0), "training", false));
            command.add(1, "-XX:ArchiveClassesAtExit=" + temporary);
            command.add(1, "-Dzennet.train=true");
            command.add(1, "-Xlog:disable");
            Process p = spawn(command, archive.getParent(), Path.of("/dev/null"));
            try {
                run.with(p);
                p.getOutputStream().close();
                if (!p.waitFor(20, TimeUnit.SECONDS) || p.exitValue() != 0) {
                    return false;
                }
            } finally {
                p.destroyForcibly();
            }
            Files.move(temporary, archive, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                System.err.println("can't remove " + temporary + ": " + e.getMessage());
            }
        }
    }

    /** What to do with a child that is observed for the archive. */
    interface TrainingRun {
        /** Gives it work and returns when it is done. */
        void with(Process child) throws IOException, InterruptedException;
    }

    private Process spawn(List<String> command, Path directory, Path log) throws IOException, InterruptedException {
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().clear();
        b.directory(directory.toFile());
        b.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Callable<Process> start = b::start;
        try {
            Process p = spawner.submit(start).get();
            try {
                Files.writeString(Path.of("/proc/" + p.pid() + "/oom_score_adj"), "900");
            } catch (IOException e) {
                // as a rule allowed; where not, the kernel chooses by size
            }
            return p;
        } catch (ExecutionException e) {
            throw new IOException("can't start the child: " + e.getCause().getMessage(), e.getCause());
        }
    }

    /** Where a tool of the host is. */
    synchronized Optional<String> tool(String name) {
        return tools.computeIfAbsent(name, n -> List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/").stream()
                .map(d -> d + n).filter(p -> Files.isExecutable(Path.of(p))).findFirst());
    }
}
