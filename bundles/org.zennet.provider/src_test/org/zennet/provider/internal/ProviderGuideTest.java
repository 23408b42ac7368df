package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.settings.Setting;

class ProviderGuideTest {
    private final List<ExtensionInfo> installed = new ArrayList<>();
    private final List<Runnable> watchers = new ArrayList<>();
    private final ProviderGuide guide = new ProviderGuide(new StrategyRegistry() {
        @Override
        public CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Answer<Bid>> bid(String preferredId, BidRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ExtensionInfo> extensions() {
            return installed;
        }

        @Override
        public int reinstate(ExtensionInfo.Kind kind, String id) {
            return 0;
        }

        @Override
        public Registration watch(Runnable changed) {
            watchers.add(changed);
            return () -> watchers.remove(changed);
        }
    });

    private static ExtensionInfo extension(ExtensionInfo.Kind kind, String id) {
        return new ExtensionInfo(kind, id, "The " + id, "org.example", "1.0.0", Optional.empty(), 0, ExtensionInfo.State.ACTIVE, "", 0, 0);
    }

    @Test
    void whatAProviderCouldNotReadIsRefusedWithItsName() throws Rejected {
        for (Map.Entry<String, String> bad : Map.of("target", "many", "cores", "-1", "memory", "2 gigs", "idle-only", "yes", "share", "1001", "schedule", "someday",
                "time-zone", "Mars/Base", "backends", "wasm;", "egress", "here and there", "quiet", "0").entrySet()) {
            Rejected r = assertThrows(Rejected.class, () -> guide.check(Map.of(bad.getKey(), bad.getValue())), bad::toString);
            assertTrue(r.getMessage().startsWith("provider." + bad.getKey() + ": "), r.getMessage());
        }
        guide.check(Map.of("target", "20 XEN", "cores", "1.5", "memory", "512MiB", "idle-only", "true", "share", 500, "schedule", "mon-fri 18:00-08:00, sat-sun 50%",
                "time-zone", "Europe/Berlin", "backends", "wasm, sandbox", "strategy", "night-rate", "egress", "public"));
        assertEquals(Set.of(), guide.atNextStart());
    }

    @Test
    void theStrategiesThatAreInstalledAreTheChoicesAndComeAndGo() {
        installed.add(extension(ExtensionInfo.Kind.PRICING, "calibrated"));
        installed.add(extension(ExtensionInfo.Kind.BUYING, "ceiling"));
        assertEquals(List.of(new Setting.Option("calibrated", "The calibrated")), guide.choices("strategy"));
        int[] told = {0};
        Registration watch = guide.watch(() -> told[0]++);
        installed.add(extension(ExtensionInfo.Kind.PRICING, "night-rate"));
        watchers.forEach(Runnable::run);
        assertEquals(1, told[0]);
        assertEquals(List.of("calibrated", "night-rate"), guide.choices("strategy").stream().map(Setting.Option::value).toList());
        assertEquals(List.of(), guide.choices("target"));
        watch.close();
        assertEquals(List.of(), watchers);
    }
}
