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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The market between hosts: chain node with miner, publisher and two providers in network namespaces of their own, each
 * with a data directory on a file system that the others can't see, joined by the join line alone.
 */
class NamespacesTest {
    private static final Duration SHORT = Duration.ofMinutes(3);
    private final List<Process> running = new ArrayList<>();

    @TempDir
    Path directory;

    private Hosts hosts;

    @BeforeEach
    void makeHosts() throws Exception {
        hosts = new Hosts(4);
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
        if (hosts != null) {
            hosts.close();
        }
    }

    @Test
    void aJobRunsBetweenHostsThatShareNothingButTheJoinLine() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Zennet.Result made = Zennet.run(SHORT, hosts.on(1), "network", "new", "--network", "net", "--listen", Hosts.address(1) + ":41001",
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
        Zennet.Result job = Zennet.run(Duration.ofMinutes(4), hosts.on(4, data), "job", "submit", "--json", "--faucet", "--join", join,
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
        running.add(Zennet.start(log(name), own == null ? hosts.on(host) : hosts.on(host, own), words));
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }
}
