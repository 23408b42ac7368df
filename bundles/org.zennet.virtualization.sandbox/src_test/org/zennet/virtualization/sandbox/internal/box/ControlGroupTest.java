package org.zennet.virtualization.sandbox.internal.box;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Resources;

class ControlGroupTest {
    private static final Resources LIMITS = new Resources(1500, 64 << 20, 0);

    @TempDir
    Path directory;

    @Test
    void theLimitsOfVersion2AreWhatWasRented() {
        assertEquals(Map.of("memory.max", "67108864", "?memory.swap.max", "0", "cpu.max", "30000 20000", "cpu.weight", "150",
                "pids.max", "77"), ControlGroup.unifiedLimits(LIMITS, 77));
        assertEquals("1000 20000", ControlGroup.unifiedLimits(new Resources(1, 1 << 20, 0), 77).get("cpu.max"), "the kernel's least");
    }

    @Test
    void theLimitsOfVersion1AreWhatWasRentedAndMemoryComesBeforeMemoryWithSwap() {
        Map<String, String> limits = ControlGroup.legacyLimits(LIMITS, 77);
        assertEquals(Map.of("memory.limit_in_bytes", "67108864", "?memory.memsw.limit_in_bytes", "67108864", "?memory.swappiness", "0",
                "cpu.cfs_period_us", "20000", "cpu.cfs_quota_us", "30000", "cpu.shares", "1536", "pids.max", "77"), limits);
        assertEquals("memory.limit_in_bytes", limits.keySet().iterator().next(), "the kernel refuses the other order");
    }

    @Test
    void aHostWithoutTheControllersIsToldByTheirName() throws Exception {
        Files.createDirectories(directory.resolve("cpu"));
        Files.createDirectories(directory.resolve("cpuacct"));
        IOException e = assertThrows(IOException.class, () -> ControlGroup.named(directory, "/zennet-test/lease-1").make(LIMITS, 77));
        assertTrue(e.getMessage().contains("memory"), e.getMessage());
    }

    @Test
    void onlyGroupsOfAKeeperAreTouched() {
        for (String name : List.of("/", "/a", "/a/b/c", "/../b", "a/b", "/a/B", "/system.slice/x")) {
            assertThrows(IllegalArgumentException.class, () -> ControlGroup.named(directory, name), name);
        }
    }

    private static Path mount(String controller) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
            String[] f = line.split(" ");
            boolean is = controller.isEmpty() ? f[2].equals("cgroup2") : f[2].equals("cgroup") && List.of(f[3].split(",")).contains(controller);
            if (is && Files.isWritable(Path.of(f[1]))) {
                return Path.of(f[1]);
            }
        }
        return null;
    }

    private static long state(long pid) throws IOException {
        String s = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] f = s.substring(s.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(f[11]) + Long.parseLong(f[12]);
    }

    /** Freezes, thaws, kills and removes for real, in the tree that this host has of a version. */
    private static void forReal(Path mount, List<Path> made, String name) throws Exception {
        ControlGroup group = ControlGroup.named(mount, name);
        // it forks only once it is inside: a child made before that would be outside, and stay behind as a busy loop
        Process p = new ProcessBuilder("/bin/sh", "-c", "read go; (while :; do :; done) & while :; do :; done").start();
        try {
            for (Path g : made) {
                Files.createDirectories(g);
                Files.writeString(g.resolve("cgroup.procs"), Long.toString(p.pid()));
            }
            p.outputWriter().append('\n').flush();
            while (group.processes().size() < 2) {
                assertTrue(p.isAlive());
                Thread.onSpinWait();
            }
            assertTrue(group.processes().contains(p.pid()));
            group.freeze(true);
            long one = state(p.pid());
            long end = System.nanoTime() + 200_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertEquals(one, state(p.pid()), "frozen it uses nothing");
            group.freeze(false);
            while (state(p.pid()) == one) {
                Thread.onSpinWait();
            }
            group.freeze(true);
            group.kill();
            assertTrue(group.processes().isEmpty());
            assertEquals(137, p.waitFor());
            group.remove();
            group.remove();
            for (Path g : made) {
                assertFalse(Files.exists(g));
            }
        } finally {
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
            for (Path g : made) {
                Files.deleteIfExists(g.getParent());
            }
        }
    }

    @Test
    void aGroupOfVersion2IsFrozenAndKilledAsAWhole() throws Exception {
        Path mount = mount("");
        Assumptions.assumeTrue(mount != null, "SKIPPED: no control groups of version 2 that this process may write");
        String name = "/zennet-test-" + ProcessHandle.current().pid() + "/lease-1";
        forReal(mount, List.of(mount.resolve(name.substring(1))), name);
    }

    @Test
    void aGroupOfVersion1IsFrozenAndKilledAsAWhole() throws Exception {
        Path mount = mount("freezer");
        Assumptions.assumeTrue(mount != null && mount("pids") != null && mount("cpuacct") != null,
                "SKIPPED: no control groups of version 1 that this process may write");
        Path root = mount.getParent();
        String name = "/zennet-test-" + ProcessHandle.current().pid() + "/lease-1";
        forReal(root, List.of("cpu", "cpuacct", "memory", "pids", "freezer").stream().map(c -> root.resolve(c).resolve(name.substring(1)))
                .toList(), name);
    }
}
