package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first process of containers, as it is delivered. */
class InitTest {
    @Test
    void itIsAStaticProgramForBothProcessors() throws Exception {
        for (String name : new String[] {"init-x86_64", "init-aarch64"}) {
            try (InputStream in = DockerBackend.class.getResourceAsStream("init/" + name)) {
                byte[] b = in.readAllBytes();
                assertEquals("\177ELF\2\1\1", new String(b, 0, 7, StandardCharsets.ISO_8859_1), name);
                assertEquals(2, b[16], name + " runs at a fixed address, without a loader");
                assertEquals(name.endsWith("x86_64") ? 62 : 183, b[18] & 0xFF, name);
                assertTrue(b.length < 64 << 10, name + " is small");
            }
        }
    }

    @Test
    void itsSourceGivesTheSameBytes() throws Exception {
        Path build = Path.of(System.getProperty("zennet.root"), "bundles/org.zennet.virtualization.docker/init/build.sh");
        Process p = new ProcessBuilder("bash", build.toString(), "--check").redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertTrue(p.waitFor(60, TimeUnit.SECONDS), "it ends");
        assumeTrue(p.exitValue() != 77, said);
        assertEquals(0, p.exitValue(), said);
    }

    /** Engines lay the null device over files of /proc that guests may not read; whether the host's kernel has such a file is no matter here. */
    @Test
    void whatAnEngineHidesWithTheNullDeviceIsNotTakenForOpen(@TempDir Path root) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")) && "amd64".equals(System.getProperty("os.arch")), "needs root and an x86-64 machine");
        String made = "mount -t tmpfs none $0 && mkdir $0/proc $0/tmp && cat >$0/init && chmod 755 $0/init "
                + "&& for f in kcore keys latency_stats timer_list timer_stats sched_debug; do touch $0/proc/$f && mount --bind /dev/null $0/proc/$f || exit 77; done";
        Process p = new ProcessBuilder("unshare", "-m", "sh", "-c", made + " || exit 77; exec chroot --userspec=20001:20001 $0 /init check", root.toString())
                .redirectErrorStream(true).start();
        try (OutputStream to = p.getOutputStream(); InputStream init = DockerBackend.class.getResourceAsStream("init/init-x86_64")) {
            init.transferTo(to);
        }
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(p.waitFor(60, TimeUnit.SECONDS), "it ends");
        assumeTrue(p.exitValue() != 77, "mounts are not allowed here: " + said);
        List<String> open = said.lines().toList();
        assertTrue(open.contains("checked"), said);
        assertEquals(List.of(), open.stream().filter(l -> l.startsWith("/proc/")).toList());
    }
}
