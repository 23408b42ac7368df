package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines of an honest provider and of one whose meter says one and a half times the truth, with the witness in each, over the whole road. */
class RentWitnessTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private static Path liar() throws Exception {
        try (Stream<Path> jars = Files.list(Zennet.ROOT.resolve("tests/org.zennet.liar/target"))) {
            return jars.filter(p -> p.getFileName().toString().matches("org\\.zennet\\.liar-[^-]*(-SNAPSHOT)?\\.jar")).findFirst().orElseThrow();
        }
    }

    @Test
    void theMachineWhoseMeterLiesIsGivenBackAndTheHonestOneIsNeverJudged() throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "takes a minute: in the full tier");
        assumeTrue(System.getProperty("user.name").equals("root"), "sandboxes need a provider that is root");
        for (String p : List.of("bwrap", "ssh")) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin", p)), p + " is not installed");
        }
        Path rent = directory.resolve("machines");
        Logins logins = new Logins(directory, rent);
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "miner", "start");
            market.awaitUp("node");
            for (String p : List.of("provider-1", "provider-2")) {
                market.start(p, "provider", "start", "--cores", "4", "--memory", "2GiB", "--backends", "sandbox");
            }
            market.awaitUp("provider-1");
            market.awaitUp("provider-2");
            market.ask("provider-1", "plugins", "install", liar().toString());
            market.ask("provider-1", "config", "set", "liar.factor", "1500");
            market.ask("provider-1", "config", "set", "liar.lie", "meter");
            String lying = market.ask("provider-1", "provider", "status").path("identity").asText();
            Process renting = market.start("rent", "rent", "-n", "4", "-m", "64M", "--cores", "0.4", "--faucet", "--json", "--witness", "end", "--dir", rent.toString());
            Zennet.await("all machines are there", LIMIT, () -> renting.isAlive() && MarketProcesses.text(market.log("rent")).lines().anyMatch(l -> l.startsWith("{")));
            JsonNode there = market.ask("rent", "rent", "list").path(0);
            assertEquals(2, new TreeSet<>(there.path("machines").findValuesAsText("provider")).size(), there.toString());
            for (JsonNode m : there.path("machines")) { // each works as much as it may, in programs that come and go
                logins.ssh(m.path("name").asText(), "(while :; do perl -e 'for (1..300_000) {}'; done) >/dev/null 2>&1 </dev/null &");
            }
            TreeSet<String> first = new TreeSet<>(there.path("machines").findValuesAsText("lease"));
            Zennet.await("the machines of the liar are gone", LIMIT, () -> machines(market).stream().noneMatch(
                    m -> m.path("provider").asText().equals(lying) && m.path("state").asText().equals("ready")));
            for (JsonNode m : machines(market)) {
                JsonNode w = m.path("witness");
                if (!first.contains(m.path("lease").asText())) {
                    continue;
                }
                if (m.path("provider").asText().equals(lying)) {
                    assertTrue(m.path("note").asText().contains("where the witness in the guest saw"), m.toString());
                    assertTrue(w.path("far").asInt() >= 3 && w.path("judged").asInt() <= 40, m.toString());
                } else {
                    assertEquals("ready", m.path("state").asText(), m.toString());
                    assertEquals(0, w.path("far").asInt(), m.toString());
                    assertTrue(w.path("judged").asInt() >= 5, m.toString());
                    assertEquals(0, m.path("logins").asInt(), "the witness is no login: " + m);
                    for (JsonNode c : w.path("compared")) {
                        if (c.path("counter").asText().equals("cpu")) {
                            assertTrue(c.path("billed").asLong() > 2_000_000 && c.path("seen").asLong() >= c.path("billed").asLong() * 9 / 10, m.toString());
                        }
                    }
                }
            }
            renting.destroy();
            assertTrue(renting.waitFor(60, TimeUnit.SECONDS), "it closes: " + MarketProcesses.text(market.log("rent")));
        }
    }

    private static List<JsonNode> machines(MarketProcesses market) {
        List<JsonNode> all = new ArrayList<>();
        try {
            market.ask("rent", "rent", "list").path(0).path("machines").forEach(all::add);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return all;
    }
}
