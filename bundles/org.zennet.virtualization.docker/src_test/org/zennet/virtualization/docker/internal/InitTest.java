package org.zennet.virtualization.docker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
}
