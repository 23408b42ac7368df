package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines are rented from providers in processes of their own, and used by OpenSSH and GNU parallel as they are. */
class RentTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;
    private Path rent;

    private record Ran(int code, String out, String err) { }

    @BeforeEach
    void theHostHasWhatItTakes() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "sandboxes need a provider that is root");
        for (String p : List.of("bwrap", "ssh", "scp", "sftp", "parallel")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", p)), p + " is not installed");
        }
        rent = directory.resolve("machines");
    }

    private Ran run(List<String> words) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder b = new ProcessBuilder(words).redirectInput(new java.io.File("/dev/null")).redirectOutput(out.toFile()).redirectError(err.toFile());
        b.environment().remove("SSH_AUTH_SOCK");
        Process p = b.start();
        if (!p.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new AssertionError(String.join(" ", words) + " does not end: " + Files.readString(err));
        }
        return new Ran(p.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ran ssh(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("ssh", "-F", rent.resolve("ssh_config").toString()));
        all.addAll(List.of(words));
        return run(all);
    }

    private MarketProcesses market(int providers) throws Exception {
        MarketProcesses market = new MarketProcesses(directory);
        try {
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            for (int i = 1; i <= providers; i++) {
                market.start("provider-" + i, "provider", "start", "--backends", "sandbox", "--cores", "64", "--memory", "16GiB");
            }
            for (int i = 1; i <= providers; i++) {
                market.awaitUp("provider-" + i);
            }
            return market;
        } catch (Exception | AssertionError e) {
            market.close();
            throw e;
        }
    }

    /** The line of JSON that tells that all machines are there. */
    private JsonNode rented(MarketProcesses market, Process renting) throws Exception {
        Path log = market.log("rent");
        Zennet.await("all machines are there", LIMIT, () -> {
            if (!renting.isAlive()) {
                throw new AssertionError(MarketProcesses.text(log));
            }
            return MarketProcesses.text(log).lines().anyMatch(l -> l.startsWith("{"));
        });
        return Zennet.JSON.readTree(Files.readString(log).lines().filter(l -> l.startsWith("{")).findFirst().orElseThrow());
    }

    private JsonNode closed(MarketProcesses market, Process renting) throws Exception {
        renting.destroy();
        assertTrue(renting.waitFor(60, TimeUnit.SECONDS), "it closes: " + MarketProcesses.text(market.log("rent")));
        return Zennet.JSON.readTree(Files.readString(market.log("rent")).lines().filter(l -> l.startsWith("{")).reduce((a, b) -> b).orElseThrow());
    }

    private static long count(JsonNode rent, java.util.function.Predicate<JsonNode> which) {
        return java.util.stream.StreamSupport.stream(rent.path("machines").spliterator(), false).filter(which).count();
    }

    @Test
    void plainOpensshWorksInEachMachineAndEachIsPaidAndGivenBack() throws Exception {
        try (MarketProcesses market = market(2)) {
            Process renting = market.start("rent", "rent", "-n", "4", "-m", "32M", "--cores", "0.2", "--faucet", "--json", "--dir", rent.toString());
            JsonNode there = rented(market, renting);
            assertEquals(4, there.path("ready").asInt());
            assertEquals(2, new TreeSet<>(there.path("machines").findValuesAsText("provider")).size(), "both providers, two machines each: " + there);
            JsonNode talks = market.ask("rent", "offers");
            assertTrue(talks.findValuesAsText("kind").containsAll(List.of("descriptor", "offer", "counter", "contract")), "machines are bargained for in rounds too: " + talks);
            assertTrue(talks.findValuesAsText("text").stream().anyMatch(t -> t.matches("round 0: .*\\(bids .* a task, the offer is .*\\)")), "with rates and the own side's reason: " + talks);

            assertEquals(new Ran(7, "one\n", "two\n"), ssh("zennet-1", "echo one; echo two >&2; exit 7"));
            assertEquals("65534\n", ssh("zennet-2", "id -u").out(), "the container's own user");
            for (JsonNode m : there.path("machines")) { // what was agreed is what known_hosts says
                Ran known = run(List.of("ssh-keygen", "-l", "-F", m.path("name").asText(), "-f", rent.resolve("known_hosts").toString()));
                assertTrue(known.out().contains(m.path("fingerprint").asText()), known.out() + m);
            }
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Files.list(rent.resolve("keys")).findFirst().orElseThrow())));

            byte[] content = new byte[700_000];
            new Random(1).nextBytes(content);
            Path file = Files.write(directory.resolve("some file"), content);
            assertEquals(0, run(List.of("scp", "-q", "-F", rent.resolve("ssh_config").toString(), file.toString(), "zennet-3:there")).code());
            Path batch = Files.writeString(directory.resolve("batch"), "get there " + directory.resolve("back") + "\nrename there moved\nls -1\n");
            Ran sftp = run(List.of("sftp", "-F", rent.resolve("ssh_config").toString(), "-b", batch.toString(), "zennet-3"));
            assertEquals(0, sftp.code(), sftp.err());
            assertTrue(sftp.out().contains("moved"), sftp.out());
            assertArrayEquals(content, Files.readAllBytes(directory.resolve("back")));

            Ran terminal = run(List.of("script", "-qec", "stty cols 91 rows 17; ssh -F " + rent.resolve("ssh_config")
                    + " -tt zennet-4 'tty; stty size; exit 3'", "/dev/null"));
            assertEquals(3, terminal.code(), terminal.out());
            assertTrue(terminal.out().contains("/dev/pts/") && terminal.out().contains("17 91"), terminal.out());

            Ran parallel = run(List.of("parallel", "--will-cite", "--sshloginfile", rent.resolve("hosts").toString(), "-k", "echo {} $(id -u)",
                    ":::", "a", "b", "c", "d", "e", "f", "g", "h"));
            assertEquals("a 65534\nb 65534\nc 65534\nd 65534\ne 65534\nf 65534\ng 65534\nh 65534\n", parallel.out(), parallel.err());

            Zennet.Result own = Zennet.run(LIMIT, "ssh", "--dir", rent.toString(), "zennet-2", "sh", "-c", "'echo in; exit 9'");
            assertEquals(9, own.code(), own.err());
            assertEquals("in\n", own.out());
            Zennet.Result missing = Zennet.run(LIMIT, "ssh", "--dir", rent.toString(), "zennet-9");
            assertEquals(1, missing.code());
            Zennet.assertOneLine(missing);

            aLoginSurvivesTheLossOfItsConnection(market);
            theMachineSurvivesItsProvidersProcess(market, there);

            JsonNode end = closed(market, renting);
            assertEquals(4, count(end, m -> m.path("settlementHeight").asInt() > 0), "all are settled in blocks: " + end);
            assertEquals(4, count(end, m -> m.path("due").asLong() == m.path("paid").asLong() && m.path("paid").asLong() > 0), "to the zen: " + end);
            assertTrue(count(end, m -> m.path("usage").path("network-in").asLong() > 700_000) >= 1, "what logins moved is metered: " + end);
            assertFalse(Files.exists(rent), "no key stays behind");
            assertEquals(255, run(List.of("ssh", "-o", "BatchMode=yes", "-p", there.path("machines").path(0).path("port").asText(), "127.0.0.1", "true")).code());
            assertTrue(market.ask("node", "chain", "scan").path("holds").asBoolean(), "the chain adds up");
        }
    }

    /** Every connection of the publisher is cut while a command runs; it goes on and nothing of its output is missing. */
    private void aLoginSurvivesTheLossOfItsConnection(MarketProcesses market) throws Exception {
        int port = Integer.parseInt(market.ask("rent", "node", "status").findValue("listening").asText().replaceAll(".*:", ""));
        Path out = directory.resolve("counted");
        Process counting = new ProcessBuilder("ssh", "-F", rent.resolve("ssh_config").toString(), "zennet-1",
                "i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo $i; sleep 0.1; done; exit 4").redirectOutput(out.toFile())
                .redirectError(directory.resolve("counted.err").toFile()).start();
        Zennet.await("it counts", LIMIT, () -> MarketProcesses.text(out).contains("\n5\n"));
        run(List.of("ss", "-K", "-t", "state", "established", "sport = :" + port));
        assertTrue(counting.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(4, counting.exitValue(), MarketProcesses.text(directory.resolve("counted.err")));
        assertEquals(IntStream.rangeClosed(1, 50).mapToObj(i -> i + "\n").reduce("", String::concat), Files.readString(out, StandardCharsets.US_ASCII));
    }

    /** The provider of the first machine is killed and comes back: same port, same host key, same files. */
    private void theMachineSurvivesItsProvidersProcess(MarketProcesses market, JsonNode there) throws Exception {
        assertEquals(0, ssh("zennet-1", "echo kept > file").code());
        String provider = there.path("machines").path(0).path("provider").asText();
        String name = market.ask("provider-1", "provider", "status").path("identity").asText().equals(provider) ? "provider-1" : "provider-2";
        market.process(name).destroyForcibly().waitFor();
        Files.delete(market.log(name));
        market.start(name, "provider", "start", "--backends", "sandbox", "--cores", "64", "--memory", "16GiB");
        market.awaitUp(name);
        assertEquals(new Ran(0, "kept\n", ""), ssh("zennet-1", "cat file"));
    }

    @Test
    void aHundredMachinesOfFourProvidersAreDrivenByGnuParallel() throws Exception {
        Assumptions.assumeTrue("full".equals(System.getProperty("zennet.tier")), "in the full tier only");
        try (MarketProcesses market = market(4)) {
            Process renting = market.start("rent", "rent", "-n", "100", "-m", "32M", "--cores", "0.05", "--faucet", "--json", "--budget", "20 XEN",
                    "--dir", rent.toString());
            JsonNode there = rented(market, renting);
            assertEquals(100, there.path("ready").asInt());
            assertEquals(4, new TreeSet<>(there.path("machines").findValuesAsText("provider")).size());
            assertEquals(100, Files.readAllLines(rent.resolve("hosts")).size());
            List<String> words = new ArrayList<>(List.of("parallel", "--will-cite", "--sshloginfile", rent.resolve("hosts").toString(), "-j", "1", "-k",
                    "echo $(( {} * {} ))", ":::"));
            IntStream.rangeClosed(1, 200).forEach(i -> words.add(Integer.toString(i)));
            Ran squares = run(words);
            assertEquals(IntStream.rangeClosed(1, 200).mapToObj(i -> i * i + "\n").reduce("", String::concat), squares.out(), squares.err());
            Ran all = run(List.of("parallel", "--will-cite", "--nonall", "--sshloginfile", rent.resolve("hosts").toString(), "-j", "10", "id -u"));
            assertEquals(100, all.out().lines().filter("65534"::equals).count(), all.err());
            JsonNode end = closed(market, renting);
            assertEquals(100, count(end, m -> m.path("settlementHeight").asInt() > 0), "all are settled in blocks");
            assertTrue(market.ask("node", "chain", "scan").path("holds").asBoolean(), "the chain adds up");
        }
    }
}
