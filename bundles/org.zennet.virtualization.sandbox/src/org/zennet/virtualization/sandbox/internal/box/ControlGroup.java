package org.zennet.virtualization.sandbox.internal.box;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.zennet.api.value.Resources;
import org.zennet.virtualization.cgroup.Groups;

/**
 * The control groups of one container, of version 1 (one directory in the tree of each controller) or version 2 (one
 * directory), below a group that belongs to the keeper. Memory counts with swap; a group is frozen as a whole, and killed
 * until it is empty. Thread-safe but for making and removing.
 */
final class ControlGroup {
    /** Processor time is given in slices of this many microseconds, short enough for a shell to feel smooth. */
    private static final int PERIOD_MICROS = 20_000;
    private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long FREEZE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int TRIES = 5;
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids", "freezer");

    private final Path mount;
    private final boolean unified;
    private final String name;

    private ControlGroup(Path mount, String name) {
        this.mount = mount;
        this.unified = Groups.unified(mount);
        this.name = name;
    }

    /** That of a name, whether it is there or not. */
    static ControlGroup named(Path mount, String name) {
        if (!name.matches("(/[a-z0-9-]{1,80}){2}")) {
            throw new IllegalArgumentException("not a group of a keeper: " + name);
        }
        return new ControlGroup(mount, name);
    }

    /**
     * Makes it and sets its limits.
     *
     * @throws IOException when the host has not all controllers or does not let this process use them; says which
     */
    void make(Resources limits, int processes) throws IOException {
        List<Path> made = directories();
        if (unified) {
            enable(mount);
        }
        for (Path p : made) {
            if (!Files.isDirectory(p.getParent().getParent())) {
                throw new IOException("no " + p.getParent().getParent().getFileName() + " control group on this host");
            }
            makeDirectory(p);
        }
        for (Map.Entry<String, String> l : (unified ? unifiedLimits(limits, processes) : legacyLimits(limits, processes)).entrySet()) {
            String name = l.getKey();
            boolean optional = name.startsWith("?");
            name = optional ? name.substring(1) : name;
            Path file = unified ? made.getFirst().resolve(name) : directory(name.substring(0, name.indexOf('.'))).resolve(name);
            if (!optional || Files.exists(file)) {
                write(file, l.getValue());
            }
        }
    }

    private void makeDirectory(Path p) throws IOException {
        for (int tries = 1;; tries++) {
            try {
                Files.createDirectories(p.getParent());
                if (unified) {
                    enable(p.getParent());
                }
                Files.createDirectory(p);
                return;
            } catch (FileAlreadyExistsException e) {
                throw new IOException("the control group " + p + " is there already", e);
            } catch (NoSuchFileException e) {
                // the last other container went just now, and with it the group above
                if (tries >= TRIES) {
                    throw e;
                }
            }
        }
    }

    private static String quota(Resources limits) {
        return Long.toString(Math.max(1000, limits.cores() * (long) PERIOD_MICROS / 1000));
    }

    /** Files and what is written to them, in this order; those with a question mark where the kernel has them. */
    static Map<String, String> unifiedLimits(Resources limits, int processes) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("memory.max", Long.toString(limits.memory()));
        all.put("?memory.swap.max", "0");
        all.put("cpu.max", quota(limits) + " " + PERIOD_MICROS);
        all.put("cpu.weight", Long.toString(Math.clamp(limits.cores() / 10L, 1, 10_000)));
        all.put("pids.max", Integer.toString(processes));
        return all;
    }

    /** The same of version 1, where the first word is the controller, in whose tree the file is. */
    static Map<String, String> legacyLimits(Resources limits, int processes) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("memory.limit_in_bytes", Long.toString(limits.memory()));
        all.put("?memory.memsw.limit_in_bytes", Long.toString(limits.memory()));
        all.put("?memory.swappiness", "0");
        all.put("cpu.cfs_period_us", Integer.toString(PERIOD_MICROS));
        all.put("cpu.cfs_quota_us", quota(limits));
        all.put("cpu.shares", Long.toString(Math.max(2, limits.cores() * 1024L / 1000)));
        all.put("pids.max", Integer.toString(processes));
        return all;
    }

    private static void enable(Path group) throws IOException {
        write(group.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
    }

    /** Its name from the root of each tree. */
    String name() {
        return name;
    }

    /** The files that a process joins it by. */
    List<Path> joins() {
        return directories().stream().map(d -> d.resolve("cgroup.procs")).toList();
    }

    private List<Path> directories() {
        return unified ? List.of(mount.resolve(name.substring(1)))
                : CONTROLLERS.stream().map(this::directory).toList();
    }

    private Path directory(String controller) {
        return mount.resolve(controller).resolve(name.substring(1));
    }

    /** Stops or continues all processor use; returns when that is so, at most 2 s. What can't be frozen in that time goes on. */
    void freeze(boolean frozen) throws IOException {
        try {
            change(frozen);
        } catch (IOException e) {
            if (frozen) {
                thaw();
            }
            throw e;
        }
    }

    private void change(boolean frozen) throws IOException {
        long deadline = System.nanoTime() + FREEZE_NANOS;
        if (unified) {
            Path p = directories().getFirst();
            write(p.resolve("cgroup.freeze"), frozen ? "1" : "0");
            String wanted = "frozen " + (frozen ? "1" : "0");
            while (Files.readString(p.resolve("cgroup.events")).lines().noneMatch(wanted::equals)) {
                waitUntil(deadline);
            }
        } else {
            Path state = directory("freezer").resolve("freezer.state");
            String wanted = frozen ? "FROZEN" : "THAWED";
            write(state, wanted);
            while (!Files.readString(state).strip().equals(wanted)) {
                waitUntil(deadline);
                write(state, wanted);
            }
        }
    }

    private static void waitUntil(long deadline) throws IOException {
        if (System.nanoTime() > deadline) {
            throw new IOException("the control group does not freeze");
        }
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The processes in it. */
    List<Long> processes() throws IOException {
        List<Long> all = new ArrayList<>();
        try {
            Path p = (unified ? directories().getFirst() : directory("pids")).resolve("cgroup.procs");
            for (String line : Files.readString(p).lines().toList()) {
                // who is in another namespace of processes is shown as 0
                if (!line.isBlank() && !line.equals("0")) {
                    all.add(Long.parseLong(line.strip()));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return all;
    }

    /** Kills all that is in it until nothing is, at most 8 s. */
    void kill() throws IOException {
        if (directories().stream().noneMatch(Files::isDirectory)) {
            return;
        }
        long deadline = System.nanoTime() + KILL_NANOS;
        for (int round = 0; !processes().isEmpty(); round++) {
            if (System.nanoTime() > deadline) {
                throw new IOException(processes().size() + " processes of " + name + " can't be killed");
            }
            Path all = directories().getFirst().resolve("cgroup.kill");
            if (unified && Files.exists(all)) {
                write(all, "1");
            } else {
                // frozen, none of them makes a new one; thawed, they die
                if (round > 0 && round % 8 == 0) {
                    freeze(true);
                }
                for (long pid : processes()) {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            thaw();
            waitUntil(Long.MAX_VALUE);
        }
    }

    private void thaw() throws IOException {
        if (unified) {
            write(directories().getFirst().resolve("cgroup.freeze"), "0");
        } else {
            write(directory("freezer").resolve("freezer.state"), "THAWED");
        }
    }

    /** Removes it, which must be empty, and the keeper's group with the last one; what is gone already is no error. */
    void remove() throws IOException {
        IOException failed = null;
        for (Path p : directories()) {
            for (int i = 0;; i++) {
                try {
                    Files.deleteIfExists(p);
                    break;
                } catch (IOException e) {
                    // the last process is leaving
                    if (i >= 200) {
                        failed = e;
                        break;
                    }
                    waitUntil(Long.MAX_VALUE);
                }
            }
        }
        for (Path p : directories()) {
            try {
                Files.deleteIfExists(p.getParent());
            } catch (IOException e) {
                // there are others in it
            }
        }
        if (failed != null) {
            throw new IOException("a control group can't be removed: " + failed.getMessage(), failed);
        }
    }

    private static void write(Path file, String value) throws IOException {
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("can't write " + value + " to " + file + ": " + e.getMessage(), e);
        }
    }
}
