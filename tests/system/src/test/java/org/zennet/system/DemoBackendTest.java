package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on other containers than wasm: refused in one line where it can't be, and with the same bytes where it can. */
class DemoBackendTest {
    private static final Duration SHORT = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Path RESULT = Zennet.ROOT.resolve("examples/folding/golden/job.tar.sha256");

    @TempDir
    Path directory;

    @Test
    void whatCantRunHereIsRefusedInOneLine() throws Exception {
        Zennet.Result r = Zennet.run(SHORT, "demo", "--backend", "docker", "--docker-socket", directory.resolve("none.sock").toString());
        assertEquals(1, r.code(), r.err());
        Zennet.assertOneLine(r);
        assertTrue(r.err().contains("no container engine answers at") && r.err().contains("--docker-socket"), r.err());
        assertTrue(r.out().isEmpty(), r.out());
    }

    @Test
    void whatIsNotKnownOrDoesNotGoTogetherIsMisuse() throws Exception {
        Zennet.Result unknown = Zennet.run(SHORT, "demo", "--backend", "teleport");
        assertEquals(1, unknown.code(), unknown.err());
        Zennet.assertOneLine(unknown);
        assertTrue(unknown.err().contains("use wasm, docker or sandbox"), unknown.err());
        for (String[] words : new String[][] {{"demo", "--docker-socket", "/x"}, {"demo", "--backend", "docker", "--liars", "1"}, {"demo", "--backend", "../x"}}) {
            Zennet.Result r = Zennet.run(SHORT, words);
            assertEquals(2, r.code(), r.err());
            Zennet.assertOneLine(r);
        }
    }

    @Test
    void aMarketOfDockerContainersGivesTheSameBytes() throws Exception {
        full();
        assumeTrue("root".equals(System.getProperty("user.name")), "docker: only root can start an engine");
        assumeTrue(there("dockerd"), "docker: dockerd is not installed (apt-get install docker.io)");
        demo("docker");
    }

    @Test
    void aMarketOfSandboxesGivesTheSameBytes() throws Exception {
        full();
        assumeTrue("root".equals(System.getProperty("user.name")), "sandbox: only root can start containers");
        assumeTrue(there("bwrap"), "sandbox: bubblewrap is not installed (apt-get install bubblewrap)");
        demo("sandbox");
    }

    private void demo(String backend) throws Exception {
        List<Path> before = engines();
        Path results = directory.resolve("result");
        Zennet.Result r = Zennet.run(LONG, "demo", "--backend", backend, "--json", "--results", results.toString());
        assertEquals(0, r.code(), r.err() + r.out());
        JsonNode d = r.json();
        assertEquals(backend, d.path("backend").asText());
        assertTrue(d.path("ok").asBoolean() && d.path("verified").asBoolean() && d.path("conserved").asBoolean(), r.out());
        assertEquals(Files.readString(RESULT).split(" ")[0], d.path("result").path("sha256").asText(), "the same bytes as the module's");
        assertTrue(d.path("processesLeft").isEmpty(), r.out());
        for (JsonNode p : d.path("providers")) {
            assertTrue(p.path("usage").path("cpu").asLong() > 0 && p.path("paid").asLong() > 0, "metered and paid: " + p);
        }
        assertFalse(Files.readString(results.resolve("summary.txt")).isEmpty());
        assertEquals(before, engines(), "an engine of the demo's own leaves nothing");
    }

    private static List<Path> engines() throws Exception {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(p -> p.getFileName().toString().startsWith("zennet-demo-engine-")).sorted().toList();
        }
    }

    private static void full() {
        assumeTrue("full".equals(System.getProperty("zennet.tier")), "the demo on other containers runs with './zennet test --full'");
    }

    private static boolean there(String program) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }
}
