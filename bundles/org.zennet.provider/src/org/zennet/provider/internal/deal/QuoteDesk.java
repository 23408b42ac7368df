package org.zennet.provider.internal.deal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.zennet.api.encoding.Decoder;
import org.zennet.api.encoding.Encoder;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.provider.internal.Capacity;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Settings;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.store.DurableStore;

/** Asks the owner's strategy for prices, and keeps what it stores and how its negotiations ended. Thread-safe. */
public final class QuoteDesk {
    private static final int MAX_OUTCOMES = 100;

    private final Kit kit;
    private final Supplier<Settings> settings;
    private final Capacity capacity;
    private final DurableStore store;
    private final DurableStore.DurableMap states;
    private final DurableStore.DurableMap past;
    private final Deque<QuoteRequest.Outcome> outcomes = new ArrayDeque<>();
    private long sequence;

    private record Stored(long at, Optional<RateVector> agreed, RateVector asked) { }

    /**
     * Over a store.
     *
     * @param settings those that hold when a price is asked for
     */
    public QuoteDesk(Kit kit, Supplier<Settings> settings, Capacity capacity, DurableStore store) {
        this.kit = kit;
        this.settings = settings;
        this.capacity = capacity;
        this.store = store;
        this.states = store.map("strategies");
        this.past = store.map("outcomes");
        past.forEach((key, bytes) -> {
            sequence = Math.max(sequence, Long.parseLong(key, 16));
            try {
                Stored s = Records.read(new Decoder(bytes), Stored.class);
                outcomes.addFirst(new QuoteRequest.Outcome(Instant.ofEpochMilli(s.at()), s.agreed(), s.asked()));
            } catch (EncodingException e) {
                past.remove(key);
            }
        });
    }

    /** A price for a round of a negotiation. */
    public CompletableFuture<StrategyRegistry.Answer<Quote>> quote(Resources resources, int round, Optional<RateVector> previous,
            Optional<RateVector> counter) {
        Settings now = settings.get();
        QuoteRequest request;
        synchronized (this) {
            request = new QuoteRequest(kit.clock().instant(), resources, capacity.machine(), kit.benchmarks().newest(),
                    now.target(), Math.min(1000, capacity.utilisationPerMille()), round, previous, counter, List.copyOf(outcomes),
                    now.strategySettings(), present(now.strategy()) ? states.get(now.strategy()).orElse(new byte[0]) : new byte[0]);
        }
        return kit.strategies().quote(now.strategy(), request).thenApply(answer -> {
            states.put(answer.strategy(), answer.value().state());
            return answer;
        });
    }

    private boolean present(String strategy) {
        return kit.strategies().extensions().stream().anyMatch(e -> e.kind() == ExtensionInfo.Kind.PRICING
                && e.id().equals(strategy) && e.state() == ExtensionInfo.State.ACTIVE);
    }

    /** A negotiation ended; what was asked last, and the rates of the contract where there is one. */
    public synchronized void ended(Optional<RateVector> agreed, RateVector asked) {
        Instant now = kit.clock().instant();
        outcomes.addFirst(new QuoteRequest.Outcome(now, agreed, asked));
        Encoder out = new Encoder();
        Records.write(out, new Stored(now.toEpochMilli(), agreed, asked));
        past.put(key(++sequence), out.toBytes());
        if (outcomes.size() > MAX_OUTCOMES) {
            outcomes.removeLast();
            past.remove(key(sequence - MAX_OUTCOMES));
        }
        store.commit();
    }

    private static String key(long n) {
        return String.format("%016x", n);
    }
}
