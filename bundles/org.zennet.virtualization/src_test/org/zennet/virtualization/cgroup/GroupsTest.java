package org.zennet.virtualization.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of control groups, on trees as kernels show them (Linux 6.1, version 1 in the hybrid layout, and version 2). */
class GroupsTest {
    private static final String V1 = """
            13:hugetlb:/zennet/l1/c0ffee
            8:blkio:/zennet/l1/c0ffee
            7:cpu,cpuacct:/zennet/l1/c0ffee
            5:pids:/zennet/l1/c0ffee
            4:memory:/zennet/l1/c0ffee
            1:name=systemd:/zennet/l1/c0ffee
            0::/zennet/l1/c0ffee
            """;
    private static final String V2 = "0::/zennetl1.slice/docker-c0ffee.scope\n";

    @TempDir
    private Path root;

    private void write(String file, String content) throws IOException {
        Path f = root.resolve(file);
        Files.createDirectories(f.getParent());
        Files.writeString(f, content);
    }

    private void legacy() throws IOException {
        write("cpuacct/zennet/l1/cpuacct.usage", "313000000\n");
        write("cpuacct/zennet/l1/c0ffee/cpuacct.usage", "1\n");
        write("memory/zennet/l1/c0ffee/memory.usage_in_bytes", "9000000\n");
        write("memory/zennet/l1/c0ffee/memory.stat", "cache 5000000\nrss 1\nshmem 2\ntotal_cache 5000000\ntotal_rss 4000000\ntotal_shmem 96000\n");
        write("memory/zennet/l1/c0ffee/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        write("blkio/zennet/l1/blkio.throttle.io_service_bytes_recursive", """
                254:0 Read 8192
                254:0 Write 40960
                254:0 Sync 49152
                254:0 Async 0
                254:0 Discard 0
                254:0 Total 49152
                7:1 Read 1
                7:1 Write 2
                Total 49155
                """);
        write("pids/zennet/l1/c0ffee/pids.current", "5\n");
    }

    private void unified() throws IOException {
        write("cgroup.controllers", "cpuset cpu io memory pids\n");
        write("zennetl1.slice/cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\nnr_periods 0\n");
        write("zennetl1.slice/io.stat", "254:0 rbytes=8192 wbytes=40960 rios=2 wios=10 dbytes=0 dios=0\n7:1 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n");
        write("zennetl1.slice/docker-c0ffee.scope/memory.current", "9000000\n");
        write("zennetl1.slice/docker-c0ffee.scope/memory.stat", "anon 4000000\nfile 5000000\nkernel 1\nshmem 96000\n");
        write("zennetl1.slice/docker-c0ffee.scope/memory.events", "low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\n");
        write("zennetl1.slice/docker-c0ffee.scope/pids.current", "5\n");
    }

    private static void same(GroupReader g, long cpu) {
        assertEquals(OptionalLong.of(cpu), g.cpuNanos());
        assertEquals(OptionalLong.of(4_096_000), g.memoryBytes());
        assertEquals(OptionalLong.of(8193), g.diskRead());
        assertEquals(OptionalLong.of(40_962), g.diskWritten());
        assertEquals(OptionalLong.of(5), g.pids());
        assertEquals(OptionalLong.of(3), g.oomKills());
    }

    @Test
    void version1AddsUpInTheLeasesGroupAndHoldsMemoryInTheContainers() throws IOException {
        legacy();
        try (GroupReader g = Groups.open(root, V1)) {
            same(g, 313_000_000);
        }
    }

    @Test
    void version2CountsMicroseconds() throws IOException {
        unified();
        try (GroupReader g = Groups.open(root, V2)) {
            same(g, 1_234_567_000);
        }
    }

    @Test
    void aKeptFileShowsWhatTheKernelWritesLater() throws IOException {
        legacy();
        try (GroupReader g = Groups.open(root, V1)) {
            write("cpuacct/zennet/l1/cpuacct.usage", "99\n");
            assertEquals(OptionalLong.of(99), g.cpuNanos());
        }
    }

    @Test
    void groupsOfOwnMakingAreReadByName() throws IOException {
        write("cpuacct/zennet/l2/cpuacct.usage", "7\n");
        write("memory/zennet/l2/memory.usage_in_bytes", "8\n");
        try (GroupReader g = Groups.at(root, "/zennet/l2")) {
            assertEquals(OptionalLong.of(7), g.cpuNanos());
            assertEquals(OptionalLong.of(8), g.memoryBytes());
            assertEquals(OptionalLong.empty(), g.diskRead(), "no such controller here");
        }
        assertThrows(IOException.class, () -> Groups.at(root, "/zennet/../.."));
    }

    @Test
    void aNumberOutOfRangeIsNoNumber() throws IOException {
        legacy();
        write("cpuacct/zennet/l1/cpuacct.usage", "99999999999999999999999\n");
        write("memory/zennet/l1/c0ffee/memory.usage_in_bytes", "-1\n");
        write("memory/zennet/l1/c0ffee/memory.stat", "total_rss 99999999999999999999999\n");
        try (GroupReader g = Groups.open(root, V1)) {
            assertEquals(OptionalLong.empty(), g.cpuNanos());
            assertEquals(OptionalLong.empty(), g.memoryBytes());
        }
    }

    @Test
    void aMissingControllerIsNamed() {
        IOException e = assertThrows(IOException.class, () -> Groups.open(root, "4:memory:/a/b\n"));
        assertTrue(e.getMessage().contains("cpuacct"), e.getMessage());
    }

    @Test
    void aPathThatClimbsIsNotFollowed() {
        assertThrows(IOException.class, () -> Groups.open(root, "4:memory:/../../etc\n7:cpu,cpuacct:/..\n"));
    }

    @Test
    void aFieldIsFoundByItsWholeNameAndAWordByItsPlace() throws Exception {
        write("stat", "anonymous 1\nanon 77\nshmem\t5\nshmem 9\nlast 8");
        try (KeptFile f = KeptFile.open(root.resolve("stat")).orElseThrow()) {
            assertEquals(OptionalLong.of(77), f.field("anon"));
            assertEquals(OptionalLong.of(86), f.sum("anon", "shmem"));
            assertEquals(OptionalLong.of(8), f.field("last"));
            assertEquals(OptionalLong.empty(), f.field("la"));
            assertEquals(OptionalLong.empty(), f.sum("anon", "file"));
        }
        write("block", "      12        0     4096   9 x 18446744073709551616\n");
        try (KeptFile f = KeptFile.open(root.resolve("block")).orElseThrow()) {
            assertEquals(OptionalLong.of(12), f.word(0));
            assertEquals(OptionalLong.of(4096), f.word(2));
            assertEquals(OptionalLong.empty(), f.word(4));
            assertEquals(OptionalLong.empty(), f.word(5));
            assertEquals(OptionalLong.empty(), f.word(6));
            // longer than what was read at first
            write("block", "7 ".repeat(2000) + "8\n");
            assertEquals(OptionalLong.of(8), f.word(2000));
        }
    }
}
