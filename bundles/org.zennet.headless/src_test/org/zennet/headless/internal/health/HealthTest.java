package org.zennet.headless.internal.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.ChainService.Tip;
import org.zennet.services.wallet.WalletService;
import org.zennet.services.wallet.WalletService.Balance;

class HealthTest {
    private static final Health.Reading GOOD = new Health.Reading(true, true, 3, 1, 2, false, 1L << 40, "", "");
    private static final Hash HASH = Hash.ofHex("ab".repeat(32));

    private static List<String> problems(Health.Reading r) {
        Health h = Health.of(r);
        assertEquals(h.healthy(), h.problems().isEmpty());
        return h.problems();
    }

    @Test
    void aProcessThatDoesItsWorkIsHealthy() {
        assertEquals(List.of(), problems(GOOD));
        assertEquals(List.of(), problems(new Health.Reading(true, false, 60, 1, 0, true, 1L << 40, "", "")), "a first node may be alone");
    }

    @Test
    void eachProblemIsToldWithItsValues() {
        assertEquals(List.of("the chain is not open: the log tells why"), problems(new Health.Reading(false, false, 0, 0, 0, false, 1L << 40, "", "")));
        assertTrue(problems(new Health.Reading(true, true, 61, 1, 2, false, 1L << 40, "", "")).getFirst().startsWith("the newest block is 61 s old, more than 60 s"));
        assertEquals(List.of(), problems(new Health.Reading(true, true, 1200, 60, 2, false, 1L << 40, "", "")));
        assertEquals(List.of("no peer is connected: does the node of the join line answer?", "the chain is not level with its peers yet"),
                problems(new Health.Reading(true, false, 3, 1, 0, false, 1L << 40, "", "")));
        assertEquals(List.of("100 MiB are free where the data lies, needed are 200 MiB", "the provider takes no work: no backend works"),
                problems(new Health.Reading(true, true, 3, 1, 2, false, 100 << 20, "no backend works", "")));
    }

    @Test
    void metricsAreWrittenAsTheFormatAsks() {
        String text = new OpenMetrics().gauge("zennet_free_bytes", "Free", "bytes", 12).counter("zennet_blocks", "Blocks", "", 3)
                .gauge("zennet_wallet_xen", "Coins", "xen", Map.of("state", "a\"b"), 0.5).gauge("zennet_wallet_xen", "Coins", "xen", Map.of("state", "c"), 2).text();
        assertEquals("""
                # TYPE zennet_free_bytes gauge
                # UNIT zennet_free_bytes bytes
                # HELP zennet_free_bytes Free
                zennet_free_bytes 12
                # TYPE zennet_blocks counter
                # HELP zennet_blocks Blocks
                zennet_blocks_total 3
                # TYPE zennet_wallet_xen gauge
                # UNIT zennet_wallet_xen xen
                # HELP zennet_wallet_xen Coins
                zennet_wallet_xen{state="a\\"b"} 0.500000000
                zennet_wallet_xen{state="c"} 2
                # EOF
                """, text);
        assertThrows(IllegalArgumentException.class, () -> new OpenMetrics().gauge("zennet_free", "Free", "bytes", 1));
    }

    private static <S> S fake(Class<S> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> answers.get(method.getName())));
    }

    @Test
    void theEndpointTellsMetricsAndHealthOnLoopbackOnly() throws Exception {
        CompletableFuture<Tip> synced = CompletableFuture.completedFuture(null);
        Map<Class<?>, Object> services = new java.util.concurrent.ConcurrentHashMap<>();
        services.put(ChainService.class, fake(ChainService.class, Map.of("tip", new Tip(7, HASH, 1000), "synced", synced, "mempool", List.of(), "announcements", List.of(),
                "parameters", new ChainParameters("dev", HASH, "dxen", 1, 2, 1))));
        services.put(WalletService.class, fake(WalletService.class, Map.of("balance", new Balance(Amount.ofXen(3), Amount.ZERO, Amount.ZERO))));
        Readings readings = new Readings(new Readings.Services() {
            @Override
            public <S> Optional<S> find(Class<S> type) {
                return Optional.ofNullable(type.cast(services.get(type)));
            }
        }, InstantSource.fixed(Instant.ofEpochSecond(1005)));
        try (MetricsServer server = new MetricsServer(0, readings); HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + server.port();
            HttpResponse<String> metrics = client.send(HttpRequest.newBuilder(URI.create(base + "/metrics")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, metrics.statusCode());
            assertEquals(OpenMetrics.TYPE, metrics.headers().firstValue("Content-Type").orElseThrow());
            assertTrue(metrics.body().contains("zennet_chain_height 7\n") && metrics.body().contains("zennet_chain_tip_age_seconds 5\n")
                    && metrics.body().contains("zennet_wallet_xen{state=\"available\"} 3\n") && metrics.body().endsWith("# EOF\n"), metrics.body());
            HttpResponse<String> health = client.send(HttpRequest.newBuilder(URI.create(base + "/health")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(503, health.statusCode());
            assertTrue(health.body().contains("no peer is connected"), health.body());
            assertEquals(404, client.send(HttpRequest.newBuilder(URI.create(base + "/metricsx")).build(), HttpResponse.BodyHandlers.ofString()).statusCode());
            assertEquals(405, client.send(HttpRequest.newBuilder(URI.create(base + "/health")).POST(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode());
            services.remove(ChainService.class);
            assertTrue(client.send(HttpRequest.newBuilder(URI.create(base + "/health")).build(), HttpResponse.BodyHandlers.ofString()).body().contains("chain is not open"));
            assertThrows(Rejected.class, () -> new MetricsServer(server.port(), readings));
        }
    }
}
