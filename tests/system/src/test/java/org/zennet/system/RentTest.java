package org.zennet.system;

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
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.system.Logins.Ran;

/** Machines are rented from providers in processes of their own, and used by OpenSSH and GNU parallel as they are. */
class RentTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** A service on a port of the machine that says what it hears. */
    private static final String ECHO_BY_PERL = "exec perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(LocalAddr=>\"127.0.0.1\",LocalPort=>7777,Listen=>5,"
            + "ReuseAddr=>1) or die; while($c=$s->accept){$c->autoflush(1); while(defined($l=<$c>)){print $c $l} close $c}'";

    @TempDir
    Path directory;
    private Path rent;
    private Logins logins;

    @BeforeEach
    void theHostHasWhatItTakes() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "sandboxes need a provider that is root");
        for (String p : List.of("bwrap", "ssh", "scp", "sftp", "parallel")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", p)), p + " is not installed");
        }
        rent = directory.resolve("machines");
        logins = new Logins(directory, rent);
    }

    private Ran run(List<String> words) throws IOException, InterruptedException {
        return logins.run(words);
    }

    private Ran ssh(String... words) throws Exception {
        return logins.ssh(words);
    }

    private MarketProcesses market(int providers, String... backend) throws Exception {
        MarketProcesses market = new MarketProcesses(directory);
        try {
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            for (int i = 1; i <= providers; i++) {
                List<String> words = new ArrayList<>(List.of("provider", "start", "--cores", "64", "--memory", "16GiB", "--backends"));
                words.addAll(List.of(backend));
                market.start("provider-" + i, words.toArray(String[]::new));
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
        try (MarketProcesses market = market(2, "sandbox")) {
            Process renting = market.start("rent", "rent", "-n", "4", "-m", "32M", "--cores", "0.2", "--faucet", "--json", "--dir", rent.toString());
            JsonNode there = rented(market, renting);
            assertEquals(4, there.path("ready").asInt());
            assertEquals(2, new TreeSet<>(there.path("machines").findValuesAsText("provider")).size(), "both providers, two machines each: " + there);
            JsonNode talks = market.ask("rent", "offers");
            assertTrue(talks.findValuesAsText("kind").containsAll(List.of("descriptor", "offer", "counter", "contract")), "machines are bargained for in rounds too: " + talks);
            assertTrue(talks.findValuesAsText("text").stream().anyMatch(t -> t.matches("round 0: .*\\(bids .* a task, the offer is .*\\)")), "with rates and the own side's reason: " + talks);

            logins.commandsHaveTheirStreamsAndExitCodes("zennet-2");
            logins.standardInputEnds("zennet-1");
            for (JsonNode m : there.path("machines")) { // what was agreed is what known_hosts says
                Ran known = run(List.of("ssh-keygen", "-l", "-F", m.path("name").asText(), "-f", rent.resolve("known_hosts").toString()));
                assertTrue(known.out().contains(m.path("fingerprint").asText()), known.out() + m);
            }
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Files.list(rent.resolve("keys")).findFirst().orElseThrow())));

            logins.filesGoThereAndComeBack("zennet-3");
            logins.aTerminalFollowsTheOwnOneAndPassesItsSignals("zennet-4");
            logins.whatIsLeftAloneEnds("zennet-2");
            logins.portsAreForwardedIntoTheMachineAlone("zennet-1", ECHO_BY_PERL);

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
    void dockerMachinesDoTheSame() throws Exception {
        Assumptions.assumeTrue("full".equals(System.getProperty("zennet.tier")), "in the full tier only");
        try (DockerEngine engine = DockerEngine.start()) {
            Path image = DockerEngine.archive(Files.createDirectories(directory.resolve("image")));
            try (MarketProcesses market = market(1, "docker", "--docker-socket", engine.socket())) {
                Process renting = market.start("rent", "rent", "-n", "2", "-m", "64M", "--cores", "0.3", "--backend", "docker", "--image", image.toString(),
                        "--faucet", "--json", "--dir", rent.toString());
                JsonNode there = rented(market, renting);
                assertEquals(2, there.path("ready").asInt());
                logins.commandsHaveTheirStreamsAndExitCodes("zennet-1");
                logins.standardInputEnds("zennet-2");
                logins.filesGoThereAndComeBack("zennet-1");
                logins.aTerminalFollowsTheOwnOneAndPassesItsSignals("zennet-2");
                logins.whatIsLeftAloneEnds("zennet-1");
                logins.portsAreForwardedIntoTheMachineAlone("zennet-2", "while nc -l -p 7777 -e cat; do :; done");
                aLoginSurvivesTheLossOfItsConnection(market);
                JsonNode end = closed(market, renting);
                assertEquals(2, count(end, m -> m.path("settlementHeight").asInt() > 0 && m.path("paid").asLong() > 0), "paid and settled: " + end);
                assertTrue(market.ask("node", "chain", "scan").path("holds").asBoolean(), "the chain adds up");
            }
        }
    }

    @Test
    void aHundredMachinesOfFourProvidersAreDrivenByGnuParallel() throws Exception {
        Assumptions.assumeTrue("full".equals(System.getProperty("zennet.tier")), "in the full tier only");
        try (MarketProcesses market = market(4, "sandbox")) {
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
