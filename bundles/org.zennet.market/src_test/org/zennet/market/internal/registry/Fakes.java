package org.zennet.market.internal.registry;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** Service references and requests without a framework. */
final class Fakes {
    private static final AtomicLong IDS = new AtomicLong();

    private Fakes() { }

    /** A reference of an own identity, whose properties may change; ids grow with age as in a framework. */
    static final class Reference<S> implements ServiceReference<S> {
        private final Map<String, Object> properties = new HashMap<>();
        private final Bundle bundle;

        Reference(String idProperty, String id, int ranking, String bundle, String version) {
            properties.put(idProperty, id);
            properties.put("service.ranking", ranking);
            properties.put("service.id", IDS.incrementAndGet());
            this.bundle = (Bundle) Proxy.newProxyInstance(Fakes.class.getClassLoader(), new Class<?>[] {Bundle.class}, (p, m, a) ->
                    switch (m.getName()) {
                        case "getSymbolicName" -> bundle;
                        case "getVersion" -> Version.parseVersion(version);
                        case "getSignerCertificates" -> Map.of();
                        default -> throw new UnsupportedOperationException(m.getName());
                    });
        }

        Reference<S> with(String key, Object value) {
            properties.put(key, value);
            return this;
        }

        @Override
        public Object getProperty(String key) {
            return properties.get(key);
        }

        @Override
        public String[] getPropertyKeys() {
            return properties.keySet().toArray(String[]::new);
        }

        @Override
        public Bundle getBundle() {
            return bundle;
        }

        @Override
        public Bundle[] getUsingBundles() {
            return null;
        }

        @Override
        public boolean isAssignableTo(Bundle b, String className) {
            return true;
        }

        @Override
        public int compareTo(Object other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Dictionary<String, Object> getProperties() {
            return new Hashtable<>(properties);
        }

        @Override
        public <A> A adapt(Class<A> type) {
            return null;
        }
    }

    static Reference<PricingStrategy> pricing(String id, int ranking) {
        return new Reference<>(PricingStrategy.ID, id, ranking, "org.example." + id, "1.2.3");
    }

    /** A strategy whose price for a microsecond of the processor tells which it is. */
    static PricingStrategy at(long price) {
        return request -> Quote.of(rates(price), true, "always " + price);
    }

    static RateVector rates(long cpu) {
        return RateVector.of(cpu, 0, 0, 0, 0, 0, 0);
    }

    static QuoteRequest question() {
        Resources machine = new Resources(1000, 1 << 30, 0);
        return new QuoteRequest(Instant.EPOCH, machine, machine, List.of(), Amount.ofXen(1), 0, 0, Optional.empty(), Optional.empty(),
                List.of(), Map.of(), new byte[] {1, 2, 3});
    }

    static BidRequest offer() {
        return new BidRequest(rates(5), true, Optional.empty(), UsageVector.ZERO, Amount.ofXen(1), List.of(), List.of(), 0, Map.of());
    }
}
