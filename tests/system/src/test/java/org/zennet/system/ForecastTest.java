package org.zennet.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A forecast of the built-in example against its later bill, in a market of real processes. */
class ForecastTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Path JOB = Zennet.ROOT.resolve("examples/folding/job.yaml");

    @TempDir
    Path directory;

    @Test
    void theForecastOfTheBuiltInExampleIsWithinFifteenPercentOfItsBill() throws Exception {
        assumeTrue(List.of("full", "soak").contains(System.getProperty("zennet.tier")), "runs a probe and the whole job in the full tier");
        try (MarketProcesses market = new MarketProcesses(directory)) {
            market.network();
            market.start("node", "node", "start");
            market.awaitUp("node");
            market.start("miner", "miner", "start");
            for (int i = 1; i <= 3; i++) {
                market.start("provider-" + i, "provider", "start", "--target", 20 + 2 * i + " XEN");
            }
            for (String name : List.of("miner", "provider-1", "provider-2", "provider-3")) {
                market.awaitUp(name);
            }
            String data = market.data("publisher").toString();
            Zennet.Result asked = Zennet.run(LIMIT, "offers", "--for", JOB.toString(), "--faucet", "--json", "--data", data, "--network", "net", "--join", market.join());
            assertEquals(0, asked.code(), asked.err());
            JsonNode forecast = asked.json();
            assertEquals(3, forecast.path("offers").size(), "who was not hired was asked for its price: " + asked.out());
            long before = 0;
            for (JsonNode offer : forecast.path("offers")) {
                assertTrue(offer.path("cost").asLong() >= before, "the cheapest first: " + asked.out());
                before = offer.path("cost").asLong();
            }
            assertTrue(forecast.path("probeCost").asLong() > 0, "a probe is paid");
            Zennet.Result ran = Zennet.run(LIMIT, "job", "submit", JOB.toString(), "--faucet", "--json", "--data", data, "--network", "net", "--results",
                    directory.resolve("results").toString());
            assertEquals(0, ran.code(), ran.err());
            double bill = ran.json().path("spent").asLong();
            assertEquals(1.0, forecast.path("expected").asLong() / bill, 0.15, "forecast " + forecast.path("expected") + ", bill " + bill);
        }
    }
}
