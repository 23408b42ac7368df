package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.services.market.StrategyRegistry.Answer;

@Timeout(60)
class PrepareTest {
    /** A twentieth of the time limits: 50 ms for an answer, 1 s before it. */
    private final ExtensionRegistry registry = new ExtensionRegistry(5);

    private static PricingStrategy slow(long millis, AtomicInteger prepared) {
        return new PricingStrategy() {
            @Override
            public Quote quote(QuoteRequest request) {
                return Quote.of(Fakes.rates(prepared.get()), true, "");
            }

            @Override
            public void prepare(Map<String, String> settings) {
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
                prepared.incrementAndGet();
            }
        };
    }

    private Answer<Quote> ask(String id) throws Exception {
        return registry.quote(id, Fakes.question()).get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatTakesLongerThanAnAnswerMayBeDoneBeforeItAndHasALimitToo() throws Exception {
        registry.bindPricing(Fakes.at(7), Fakes.pricing("fixed", -1000));
        registry.bindPricing(slow(150, new AtomicInteger()), Fakes.pricing("starts", 0));
        registry.bindPricing(slow(60_000, new AtomicInteger()), Fakes.pricing("never", 0));
        assertEquals("starts", ask("starts").strategy());
        Answer<Quote> other = ask("never");
        assertTrue(other.skipped().getFirst().contains("took longer than 1000 ms"), other.skipped().toString());
    }

    @Test
    void aStrategyThatAnswersOnlyWhereItIsNamedIsNeverAskedInPlaceOfAnother() throws Exception {
        registry.bindPricing(Fakes.at(7), Fakes.pricing("fixed", -1000));
        registry.bindPricing(Fakes.at(5), Fakes.pricing("script", 10).with(PricingStrategy.ALONE, true));
        assertEquals("fixed", ask("missing").strategy());
        assertEquals("script", ask("script").strategy());
    }
}
