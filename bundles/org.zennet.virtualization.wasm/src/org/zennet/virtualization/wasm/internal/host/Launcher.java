package org.zennet.virtualization.wasm.internal.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.keeper.Disk;
import org.zennet.virtualization.keeper.KeeperContext;
import org.zennet.virtualization.keeper.Users;
import org.zennet.virtualization.seccomp.Processor;
import org.zennet.virtualization.seccomp.SeccompFilter;

/**
 * Starts child JVMs with as little as this host allows: no environment, no descriptors beyond 0 to 2, an own user, an
 * own empty network, no capabilities, limits on files, and death with the keeper. What works is found out by trying.
 */
final class Launcher {
    private static final long OVERHEAD = 320L << 20;
    private static final long HEAP_OVERHEAD = 128L << 20;

    /** What may be used. {@code sandboxed} is bubblewrap, which is never run as the superuser. */
    record Means(boolean sandboxed, boolean ownUser, boolean ownNetwork, boolean rlimits, boolean setpriv) {
        /** What a child started by these lacks, a line each. */
        List<String> lacks() {
            List<String> lines = new ArrayList<>();
            if (!sandboxed) {
                lines.add("no sandbox around children (install bubblewrap 0.8 or newer)");
            }
            if (!ownUser) {
                lines.add("children run under the provider's own user" + (root() ? "" : " (not started as root)"));
            }
            if (!ownNetwork) {
                lines.add("children are not cut off from the network by the kernel");
            }
            if (!rlimits) {
                lines.add("no resource limits (install util-linux)");
            }
            return lines;
        }
    }

    private static final String NOBODY = "65534";
    /** Bytes of a directory in memory inside a sandbox. */
    private static final String SCRATCH = "1048576";
    private final KeeperContext keeper;
    private final String classPath = System.getProperty("java.class.path");
    private final Path archive = Path.of(classPath.split(File.pathSeparator)[0]).resolveSibling("child.jsa");
    private final Map<String, Optional<String>> tools = new HashMap<>();

    Launcher(KeeperContext keeper) {
        this.keeper = keeper;
    }

    /**
     * What a child's process may hold above its guest's memory: heap for compiling and buffers, metaspace, code, the
     * runtime itself, and files as they come and as they lie. Above memory plus this it is killed. Typical is 60 to 90 MiB.
     */
    static long overhead(Resources resources) {
        return OVERHEAD + files(resources);
    }

    private static long files(Resources resources) {
        return 2 * Math.min(resources.memory(), TaskSpec.MAX_FILES);
    }

    /** Whether this process is the superuser. */
    static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** What children are made of: changes with their jars and with the Java runtime. */
    String version() {
        return archive.getParent().getFileName().toString();
    }

    /** The shared class archive that makes children start fast; may not exist. */
    Path archive() {
        return archive;
    }

    /** Means in the order of their strictness. */
    List<Means> ladder(boolean sandbox, boolean ownUsers) {
        boolean setpriv = tool("setpriv").isPresent();
        boolean rlimits = tool("prlimit").isPresent();
        boolean user = ownUsers && root() && setpriv;
        boolean network = root() && tool("unshare").isPresent();
        List<Means> ladder = new ArrayList<>();
        if (sandbox && rlimits && setpriv && (user || !root()) && tool("bwrap").isPresent() && Processor.here().isPresent()) {
            ladder.add(new Means(true, user, true, true, true));
        }
        ladder.add(new Means(false, user, network, rlimits, setpriv));
        if (network) {
            ladder.add(new Means(false, user, false, rlimits, setpriv));
        }
        if (user) {
            ladder.add(new Means(false, false, false, rlimits, setpriv));
        }
        ladder.add(new Means(false, false, false, false, false));
        return ladder;
    }

    /** The options that choose and size the child's JVM. */
    private List<String> java(Resources resources, String lease, boolean useArchive) {
        List<String> c = new ArrayList<>();
        c.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        c.addAll(List.of("-Dzennet.role=zennet-wasm-child", "-Dzennet.lease=" + lease,
                "-Xmx" + (resources.memory() + HEAP_OVERHEAD + files(resources)) / 1024 + "k", "-Xms8m", "-Xmn6m",
                "-XX:MaxMetaspaceSize=64m", "-XX:ReservedCodeCacheSize=48m", "-XX:MaxDirectMemorySize=4m", "-Xss512k",
                "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=" + Math.max(1, (resources.cores() + 999) / 1000),
                "-XX:-UsePerfData", "-XX:+DisableAttachMechanism", "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                // warnings of the runtime must not mix with what the child says on its stdout
                "-Xlog:disable", "-Xlog:all=warning:stderr",
                "-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8"));
        if (useArchive && Files.isReadable(archive)) {
            c.add("-XX:SharedArchiveFile=" + archive);
        }
        c.addAll(List.of("-cp", classPath, "org.zennet.virtualization.wasm.internal.child.ChildMain"));
        return c;
    }

    /** Starts a child. Its stderr goes to a log of at most 1 MiB. */
    Process start(Means means, Optional<Users.User> user, Resources resources, String lease, Path log)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (means.ownNetwork() && !means.sandboxed()) {
            command.addAll(List.of(tool("unshare").orElseThrow(), "--net", "--ipc", "--"));
        }
        if (means.rlimits()) {
            command.addAll(List.of(tool("prlimit").orElseThrow(), "--core=0:0", "--nofile=256:256",
                    "--fsize=1048576:1048576"));
            user.ifPresent(u -> command.add("--nproc=128:128"));
            command.add("--");
        }
        if (means.sandboxed()) {
            // bubblewrap reads the filter from a descriptor, which only a shell can give it
            command.addAll(List.of("/bin/sh", "-c", "exec \"$@\" 9<\"$0\"", filter().toString()));
        }
        if (means.setpriv()) {
            command.addAll(List.of(tool("setpriv").orElseThrow(), "--no-new-privs", "--pdeathsig", "KILL"));
            user.ifPresent(u -> command.addAll(List.of("--reuid", "" + u.id(), "--regid", "" + u.id(),
                    "--clear-groups", "--inh-caps=-all", "--bounding-set=-all")));
            command.add("--");
        }
        if (means.sandboxed()) {
            command.addAll(sandbox());
        }
        command.addAll(java(resources, lease, true));
        return spawn(command, log);
    }

    /** The filter of system calls, in a file. */
    private synchronized Path filter() throws IOException {
        Path file = keeper.directory().resolve("filter");
        if (!Files.exists(file)) {
            Disk.replace(file, SeccompFilter.emit(Processor.here().orElseThrow()), false);
        }
        return file;
    }

    /**
     * Bubblewrap around a child: namespaces of its own, a read-only root with the Java runtime and nothing of the host but
     * {@code /usr}, an empty network, no capabilities, a filter of system calls.
     */
    private List<String> sandbox() throws IOException {
        List<String> c = new ArrayList<>(List.of(tool("bwrap").orElseThrow(), "--unshare-all", "--unshare-user", "--disable-userns",
                "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "zennet", "--uid", NOBODY, "--gid", NOBODY,
                "--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"));
        for (String d : List.of("/lib", "/lib64", "/lib32")) {
            Path library = Path.of(d);
            if (Files.isSymbolicLink(library)) {
                c.addAll(List.of("--symlink", Files.readSymbolicLink(library).toString(), d));
            } else if (Files.exists(library)) {
                c.addAll(List.of("--ro-bind", d, d));
            }
        }
        // Debian's Java runtimes have parts of theirs under /etc
        try (Stream<Path> etc = Files.list(Path.of("/etc"))) {
            etc.filter(p -> p.getFileName().toString().startsWith("java")).map(Path::toString)
                    .forEach(p -> c.addAll(List.of("--ro-bind-try", p, p)));
        }
        String java = System.getProperty("java.home");
        String jars = archive.getParent().toString();
        c.addAll(List.of("--ro-bind", java, java, "--ro-bind", jars, jars, "--proc", "/proc", "--dev", "/dev",
                "--size", SCRATCH, "--tmpfs", "/tmp", "--size", SCRATCH, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
                "--remount-ro", "/", "--chdir", "/", "--clearenv", "--seccomp", "9", "--as-pid-1", "--"));
        return c;
    }

    /** The process that is the child: the one that was started, or the one inside the sandbox. */
    static long pid(Means means, Process started) throws IOException {
        if (!means.sandboxed()) {
            return started.pid();
        }
        String children = Files.readString(Path.of("/proc/" + started.pid() + "/task/" + started.pid() + "/children")).strip();
        if (!children.matches("[0-9]+")) {
            throw new IOException("the sandbox has other processes than one child: '" + children + "'");
        }
        return Long.parseLong(children);
    }

    /** Kills whatever runs under a child's user. */
    void killAll(Users.User user) {
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
            Process p = spawn(command, Path.of("/dev/null"));
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

    private Process spawn(List<String> command, Path log) throws IOException, InterruptedException {
        ProcessBuilder b = new ProcessBuilder(command);
        b.environment().clear();
        b.directory(new File("/"));
        b.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process p = keeper.spawn(b);
        try {
            Files.writeString(Path.of("/proc/" + p.pid() + "/oom_score_adj"), "900");
        } catch (IOException e) {
            // as a rule allowed; where not, the kernel chooses by size
        }
        return p;
    }

    /** Where a tool of the host is. */
    synchronized Optional<String> tool(String name) {
        return tools.computeIfAbsent(name, n -> List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/").stream()
                .map(d -> d + n).filter(p -> Files.isExecutable(Path.of(p))).findFirst());
    }
}
