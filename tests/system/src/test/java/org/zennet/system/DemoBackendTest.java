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
    private static final Duration SHORT = Duration.ofMinutes(2);
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

    @Test
    void programsInDockerFindTheirFilesAndLeaveFiles() throws Exception {
        full();
        assumeTrue("root".equals(System.getProperty("user.name")) && there("dockerd"), "docker: needs root and dockerd");
        files("docker");
    }

    @Test
    void programsInSandboxesFindTheirFilesAndLeaveFiles() throws Exception {
        full();
        assumeTrue("root".equals(System.getProperty("user.name")) && there("bwrap"), "sandbox: needs root and bubblewrap");
        files("sandbox");
    }

    /** A shell in an image, inputs for each task, outputs of each for the reduce step. */
    private void files(String backend) throws Exception {
        Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox").map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(busybox != null, "busybox is not installed (apt-get install busybox-static)");
        Path root = Files.createDirectories(directory.resolve("root"));
        for (String d : List.of("bin", "dev", "etc", "proc", "sys", "tmp", "work")) {
            Files.createDirectories(root.resolve(d));
        }
        Files.copy(busybox, root.resolve("bin/busybox"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        tar(root, "layer.tar", "bin", "dev", "etc", "proc", "sys", "tmp", "work");
        String layer = java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256")
                .digest(Files.readAllBytes(directory.resolve("layer.tar"))));
        Files.writeString(directory.resolve("config.json"), "{\"architecture\":\"" + (System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64")
                + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/bin/busybox\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + layer + "\"]}}");
        Files.writeString(directory.resolve("manifest.json"), "[{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[\"layer.tar\"]}]");
        tar(directory, "image.tar", "config.json", "manifest.json", "layer.tar");
        Files.writeString(Files.createDirectories(directory.resolve("data")).resolve("common"), "common\n");
        for (int i = 1; i <= 2; i++) {
            Files.writeString(directory.resolve("part-" + i), "part " + i + "\n");
        }
        Path job = Files.writeString(directory.resolve("job.yaml"), """
                zennet: 1
                name: files
                image: image.tar
                backend: %s
                array: { count: 2, first: 1 }
                task:
                  command: [/bin/busybox, sh, -c]
                  args: ["cat data/common part >out; mkdir -p d/e; echo $WHO $1 >d/e/y; ln -s /etc/passwd d/link; echo hello $WHO; pwd", sh, "${index}"]
                  environment: { WHO: "w${index}" }
                  inputs: [data, { path: "part-${index}", name: part }]
                  outputs: [out, d, missing]
                  timeout: 60s
                reduce:
                  command: [/bin/busybox, sh, -c]
                  args: ["cat >stdin; find . -type f ! -name list | sort >list; cat task-*/out task-*/d/e/y >all"]
                  outputs: [stdin, list, all]
                  timeout: 60s
                budget: { total: 5 XEN }
                deadline: 5m
                """.formatted(backend));
        Path results = directory.resolve("result");
        Zennet.Result r = Zennet.run(LONG, "demo", "--backend", backend, "--json", "--results", results.toString(), "--job", job.toString());
        assertEquals(0, r.code(), r.err() + r.out());
        assertEquals("common\npart 1\ncommon\npart 2\nw1 1\nw2 2\n", Files.readString(results.resolve("all")));
        assertEquals("./stdin\n./task-1/d/e/y\n./task-1/out\n./task-2/d/e/y\n./task-2/out\n", Files.readString(results.resolve("list")),
                "no link, nothing of what is not there");
        assertTrue(Files.readString(results.resolve("stdin")).matches("hello w1\n/work.*\nhello w2\n/work.*\n"), Files.readString(results.resolve("stdin")));
    }

    private void tar(Path from, String name, String... what) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("tar", "-C", from.toString(), "--format=ustar", "--owner=0", "--group=0", "--numeric-owner",
                "-cf", directory.resolve(name).toString()));
        command.addAll(List.of(what));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
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
