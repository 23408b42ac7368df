package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The market between hosts: chain node with miner, publisher and two providers in network namespaces of their own, each
 * with a data directory on a file system that the others can't see, joined by the join line alone.
 */
class NamespacesTest {
    private static final Duration SHORT = Duration.ofMinutes(3);
    private static final String PREFIX = "znt" + ProcessHandle.current().pid() % 10000 + "-";
    private static final String BRIDGE = PREFIX + "br";
    private final List<Process> running = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    void makeHosts() throws Exception {
        Assumptions.assumeTrue(run("id", "-u").strip().equals("0"), "needs root to make network namespaces");
        Assumptions.assumeTrue(succeeds("ip", "netns", "add", PREFIX + "x"), "this machine can't make network namespaces");
        run("ip", "netns", "delete", PREFIX + "x");
        check("ip", "netns", "add", PREFIX + "sw");
        check("ip", "-n", PREFIX + "sw", "link", "add", BRIDGE, "type", "bridge");
        check("ip", "-n", PREFIX + "sw", "link", "set", BRIDGE, "up");
        for (int host = 1; host <= 4; host++) {
            String ns = PREFIX + host;
            check("ip", "netns", "add", ns);
            check("ip", "-n", PREFIX + "sw", "link", "add", "p" + host, "type", "veth", "peer", "name", "eth0", "netns", ns);
            check("ip", "-n", PREFIX + "sw", "link", "set", "p" + host, "master", BRIDGE, "up");
            check("ip", "-n", ns, "addr", "add", address(host) + "/24", "dev", "eth0");
            check("ip", "-n", ns, "link", "set", "eth0", "up");
            check("ip", "-n", ns, "link", "set", "lo", "up");
        }
    }

    @AfterEach
    void removeHosts() throws Exception {
        for (Process p : running) {
            p.destroy();
        }
        for (Process p : running) {
            if (!p.waitFor(15, java.util.concurrent.TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
        MarketProcesses.endStrays(directory);
        for (String name : List.of("sw", "1", "2", "3", "4")) {
            succeeds("ip", "netns", "delete", PREFIX + name);
        }
    }

    @Test
    void aJobRunsBetweenHostsThatShareNothingButTheJoinLine() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Zennet.Result made = Zennet.run(SHORT, host(1, null), "network", "new", "--network", "net", "--listen", address(1) + ":41001",
                "--data", directory.resolve("first").toString());
        assertEquals(0, made.code(), made.err());
        String join = made.out().strip();
        start(1, null, "node", "node", "start", "--network", "net", "--data", directory.resolve("first").toString());
        start(1, data, "miner", "miner", "start", "--join", join, "--data", data.toString());
        start(2, data, "provider-a", "provider", "start", "--join", join, "--data", data.toString());
        start(3, data, "provider-b", "provider", "start", "--join", join, "--data", data.toString());
        for (String name : List.of("node", "miner", "provider-a", "provider-b")) {
            Zennet.await(name + " is up", SHORT, () -> MarketProcesses.text(log(name)).contains(" is up: "));
        }
        Zennet.Result job = Zennet.run(Duration.ofMinutes(4), host(4, data), "job", "submit", "--json", "--faucet", "--join", join,
                "--data", data.toString(), "--results", data.resolve("result").toString(), Zennet.ROOT.resolve("examples/folding/job.yaml").toString());
        assertEquals(0, job.code(), job.err() + job.out());
        JsonNode info = job.json();
        assertEquals("DONE", info.path("state").asText());
        assertTrue(info.path("recomputed").asBoolean(), "the result was recomputed: " + info.path("problem"));
        assertEquals(2, info.path("providers").size());
        for (JsonNode p : info.path("providers")) {
            assertTrue(p.path("paid").asLong() > 0, "paid: " + p);
            assertTrue(p.path("settlementHeight").asInt() > 0, "settled: " + p);
        }
        assertTrue(Files.list(data).findAny().isEmpty(), "nothing was written outside the hosts' own file systems");
    }

    private void start(int host, Path own, String name, String... words) throws Exception {
        running.add(Zennet.start(log(name), host(host, own), words));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static String address(int host) {
        return "10.77.0." + host;
    }

    /** What puts a command on a host; with a directory that only it sees. */
    private static List<String> host(int number, Path own) {
        List<String> prefix = new ArrayList<>(List.of("ip", "netns", "exec", PREFIX + number));
        if (own != null) {
            prefix.addAll(List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=512m tmpfs " + own + " && exec \"$@\"", "sh"));
        }
        return prefix;
    }

    private static void check(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        if (p.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + out);
        }
    }

    private static boolean succeeds(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        p.getInputStream().readAllBytes();
        return p.waitFor() == 0;
    }

    private static String run(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes());
        p.waitFor();
        return out;
    }
}
