package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.market.internal.registry.Fakes.at;
import static org.zennet.market.internal.registry.Fakes.pricing;
import static org.zennet.market.internal.registry.Fakes.question;
import static org.zennet.market.internal.registry.Fakes.rates;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BuyingStrategy;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.Counter;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.ExtensionInfo.State;
import org.zennet.services.market.StrategyRegistry.Answer;

/** The hot-swap bugs of others as tests, and what a plug-in may do wrong. */
@Timeout(60)
class StrategyRegistryTest {
    private final ExtensionRegistry registry = new ExtensionRegistry(100);
    /** The same with a tenth of the time limits: 100 ms a call. */
    private final ExtensionRegistry impatient = new ExtensionRegistry(10);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private static Answer<Quote> ask(ExtensionRegistry r, String preferred) throws Exception {
        return r.quote(preferred, question()).get(30, TimeUnit.SECONDS);
    }

    private static long price(Answer<Quote> answer) {
        return answer.value().rates().get(Counter.CPU);
    }

    private static ExtensionInfo info(ExtensionRegistry r, String id) {
        return r.extensions().stream().filter(e -> e.id().equals(id)).findFirst().orElseThrow();
    }

    private PricingStrategy hanging() {
        return request -> {
            while (release.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);   // deaf to interrupts
                Thread.interrupted();
            }
            return Quote.of(rates(1), true, "late");
        };
    }

    @Test
    void thePreferredStrategyAnswersAndIsNamedWithItsVersion() throws Exception {
        registry.bindPricing(at(1), pricing("fixed", -1000));
        registry.bindPricing(at(2), pricing("night", 0));
        Answer<Quote> answer = ask(registry, "night");
        assertEquals(2, price(answer));
        assertEquals("night", answer.strategy());
        assertEquals("org.example.night", answer.bundle());
        assertEquals("1.2.3", answer.version());
        assertEquals(List.of(), answer.skipped());
    }

    @Test
    void removingTheOldInstanceKeepsItsReplacement() throws Exception {
        var old = pricing("night", 0);
        var replacement = pricing("night", 0);
        registry.bindPricing(at(1), old);
        registry.bindPricing(at(2), replacement);
        registry.unbindPricing(old);
        assertEquals(2, price(ask(registry, "night")));
    }

    @Test
    void ofTwoWithOneIdTheHigherRankingIsAskedThenTheOlder() throws Exception {
        var first = pricing("night", 0);
        var higher = pricing("night", 5);
        registry.bindPricing(at(2), pricing("night", 0).with("service.id", Long.MAX_VALUE));
        registry.bindPricing(at(1), first);
        registry.bindPricing(at(3), higher);
        assertEquals(3, price(ask(registry, "night")));
        registry.unbindPricing(higher);
        assertEquals(1, price(ask(registry, "night")));
        registry.unbindPricing(first);
        assertEquals(2, price(ask(registry, "night")));
    }

    @Test
    void changedPropertiesKeepTheInstanceAndItsCounts() throws Exception {
        var reference = pricing("night", 0);
        registry.bindPricing(at(1), reference);
        registry.bindPricing(at(2), pricing("fixed", 0));
        ask(registry, "night");
        registry.updatedPricing(reference.with(PricingStrategy.ID, "dawn").with("service.ranking", 7));
        assertEquals(1, price(ask(registry, "dawn")));
        assertEquals(2, info(registry, "dawn").calls());
        assertEquals(7, info(registry, "dawn").ranking());
        assertEquals("dawn", registry.extensions().get(0).id());
    }

    @Test
    void whatWasRemovedIsReplacedByTheNextInRankAndAtLastByTheBuiltIn() throws Exception {
        var preferred = pricing("night", 0);
        var second = pricing("calibrated", 0);
        registry.bindPricing(at(1), pricing("fixed", 9000));
        registry.bindPricing(at(2), preferred);
        registry.bindPricing(at(3), second);
        registry.unbindPricing(preferred);
        Answer<Quote> answer = ask(registry, "night");
        assertEquals("calibrated", answer.strategy(), "the built-in comes last, whatever its rank");
        assertEquals(List.of("'night' is not installed"), answer.skipped());
        registry.unbindPricing(second);
        assertEquals("fixed", ask(registry, "night").strategy());
    }

    @Test
    void aStrategyRemovedDuringItsCallAnswersThatCallAndTheNextGoesElsewhere() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        var reference = pricing("night", 0);
        registry.bindPricing(at(1), pricing("fixed", 0));
        registry.bindPricing(request -> {
            inside.countDown();
            await(release);
            return Quote.of(rates(2), true, "");
        }, reference);
        var answer = registry.quote("night", question());
        inside.await();
        registry.unbindPricing(reference);
        assertEquals("fixed", ask(registry, "night").strategy());
        release.countDown();
        assertEquals("night", answer.get().strategy());
        assertEquals(List.of("fixed"), registry.extensions().stream().map(ExtensionInfo::id).toList());
    }

    @Test
    void whoWaitedForARemovedStrategyGetsTheNext() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        var reference = pricing("night", 0);
        registry.bindPricing(at(1), pricing("fixed", 0));
        registry.bindPricing(request -> {
            inside.countDown();
            await(release);
            return Quote.of(rates(2), true, "");
        }, reference);
        var first = registry.quote("night", question());
        inside.await();
        var waiting = registry.quote("night", question());
        registry.unbindPricing(reference);
        release.countDown();
        assertEquals("night", first.get().strategy());
        assertEquals("fixed", waiting.get().strategy());
    }

    @Test
    void whatThrowsIsQuarantinedWithAReasonAndTheNextIsAsked() throws Exception {
        registry.bindPricing(at(1), pricing("fixed", 0));
        registry.bindPricing(request -> {
            throw new IllegalStateException("no\nidea");
        }, pricing("night", 0));
        registry.bindPricing(request -> {
            throw new NoClassDefFoundError("org/example/Gone");
        }, pricing("torn", 0));
        Answer<Quote> answer = ask(registry, "night");
        assertEquals("fixed", answer.strategy());
        assertEquals(State.QUARANTINED, info(registry, "night").state());
        assertEquals("it threw IllegalStateException: no idea", info(registry, "night").reason());
        assertEquals(1, info(registry, "night").failures());
        assertEquals(State.QUARANTINED, info(registry, "torn").state(), "the next in rank failed too");
        assertTrue(answer.skipped().get(0).contains("night") && answer.skipped().get(0).contains("no idea"), answer::toString);
        ask(registry, "night");
        assertEquals(1, info(registry, "night").calls(), "not asked again");
    }

    @Test
    void invalidAnswersAreRefused() throws Exception {
        registry.bindPricing(at(1), pricing("fixed", 0));
        registry.bindPricing(request -> null, pricing("null", 0));
        registry.bindPricing(request -> new Quote(null, true, new byte[0], ""), pricing("rateless", 0));
        registry.bindPricing(request -> new Quote(rates(1), true, new byte[64 * 1024 + 1], ""), pricing("hoarder", 0));
        for (String id : List.of("null", "rateless", "hoarder")) {
            assertEquals("fixed", ask(registry, id).strategy());
            assertEquals(State.QUARANTINED, info(registry, id).state());
        }
        assertEquals("its answer is invalid: a state of 65537 bytes, more than 65536", info(registry, "hoarder").reason());
    }

    @Test
    void aStrategyCanNeitherChangeTheRequestNorItsAnswerAfterwards() throws Exception {
        byte[] kept = {7};
        registry.bindPricing(request -> {
            request.state()[0] = 99;
            return new Quote(rates(1), true, kept, "a\nb");
        }, pricing("night", 0));
        var question = question();
        Quote quote = registry.quote("night", question).get().value();
        kept[0] = 8;
        assertArrayEquals(new byte[] {1, 2, 3}, question.state());
        assertArrayEquals(new byte[] {7}, quote.state());
        assertEquals("a b", quote.reason());
    }

    @Test
    void whatHangsIsGivenUpAfterItsTime() throws Exception {
        impatient.bindPricing(at(1), pricing("fixed", 0));
        impatient.bindPricing(hanging(), pricing("night", 0));
        assertEquals("fixed", ask(impatient, "night").strategy());
        assertEquals(State.QUARANTINED, info(impatient, "night").state());
        assertEquals("it took longer than 100 ms and can't be stopped", info(impatient, "night").reason());
        assertEquals(0, impatient.reinstate(ExtensionInfo.Kind.PRICING, "night"), "its call is still inside");
    }

    @Test
    void afterTwoHangsAStrategyStaysInQuarantineUntilRestartEvenWhenUpdated() throws Exception {
        impatient.bindPricing(at(1), pricing("fixed", 0));
        var first = pricing("night", 0);
        impatient.bindPricing(hanging(), first);
        ask(impatient, "night");
        impatient.unbindPricing(first);
        var second = pricing("night", 0);
        impatient.bindPricing(hanging(), second);
        assertEquals(State.ACTIVE, info(impatient, "night").state(), "an update gets a second chance");
        ask(impatient, "night");
        assertEquals(State.QUARANTINED_UNTIL_RESTART, info(impatient, "night").state());
        impatient.unbindPricing(second);
        impatient.bindPricing(at(3), pricing("night", 0));
        assertEquals(State.QUARANTINED_UNTIL_RESTART, info(impatient, "night").state());
        assertEquals("fixed", ask(impatient, "night").strategy());
        assertEquals(0, impatient.reinstate(ExtensionInfo.Kind.PRICING, "night"));
    }

    @Test
    void anInterruptibleHangLeavesNoThreadBehind() throws Exception {
        impatient.bindPricing(at(1), pricing("fixed", 0));
        impatient.bindPricing(request -> {
            await(release);
            return Quote.of(rates(1), true, "");
        }, pricing("night", 0));
        ask(impatient, "night");
        assertEquals("it took longer than 100 ms", info(impatient, "night").reason());
        assertEquals(1, impatient.reinstate(ExtensionInfo.Kind.PRICING, "night"));
        assertEquals(State.ACTIVE, info(impatient, "night").state());
    }

    @Test
    void theBuiltInIsAskedInQuarantineWhenNoOtherIsLeftAndRecovers() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        registry.bindPricing(request -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalArgumentException("setting cpuCoreHour: 'cheap' is not an amount");
            }
            return Quote.of(rates(1), true, "");
        }, pricing("fixed", 0));
        assertEquals("fixed", ask(registry, "fixed").strategy());
        assertEquals(State.ACTIVE, info(registry, "fixed").state());
        assertTrue(info(registry, "fixed").reason().contains("cheap"), "what went wrong last stays readable");
    }

    @Test
    void withNoStrategyLeftTheQuestionIsRejectedWithAllReasons() {
        registry.bindPricing(request -> {
            throw new IllegalStateException("broken");
        }, pricing("night", 0));
        ExecutionException e = assertThrows(ExecutionException.class, () -> registry.quote("dawn", question()).get());
        assertInstanceOf(Rejected.class, e.getCause());
        assertTrue(e.getCause().getMessage().contains("'dawn' is not installed") && e.getCause().getMessage().contains("broken"),
                e.getCause().getMessage());
    }

    @Test
    void aServiceWithoutIdIsListedAndNeverAsked() throws Exception {
        registry.bindPricing(at(1), pricing("fixed", 0));
        registry.bindPricing(at(2), new Fakes.Reference<>("other.property", "x", 100, "org.example.nameless", "1.0.0"));
        assertEquals("fixed", ask(registry, "").strategy());
        assertEquals("its service property org.zennet.pricing.id is missing or no id", registry.extensions().get(0).reason());
    }

    @Test
    void oneStrategyIsCalledOnceAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        registry.bindPricing(request -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.yield();
            inside.decrementAndGet();
            return Quote.of(rates(1), true, "");
        }, pricing("night", 0));
        var all = java.util.stream.IntStream.range(0, 50).mapToObj(i -> registry.quote("night", question())).toList();
        for (var a : all) {
            a.get(30, TimeUnit.SECONDS);
        }
        assertEquals(1, most.get());
        assertEquals(50, info(registry, "night").calls());
    }

    @Test
    void buyersAreValidatedToo() throws Exception {
        registry.bindBuying(r -> Bid.accept("fine"), new Fakes.Reference<BuyingStrategy>(BuyingStrategy.ID, "ceiling", 0, "b", "1.0.0"));
        registry.bindBuying(r -> new Bid(Bid.Kind.COUNTER, Optional.empty(), ""),
                new Fakes.Reference<BuyingStrategy>(BuyingStrategy.ID, "sloppy", 0, "s", "1.0.0"));
        assertEquals("ceiling", registry.bid("sloppy", Fakes.offer()).get().strategy());
        assertEquals("its answer is invalid: COUNTER without a counter-offer", info(registry, "sloppy").reason());
    }

    @Test
    void watchersHearOfChangesUntilTheyCloseAndAFailingOneDisturbsNobody() throws Exception {
        Semaphore heard = new Semaphore(0);
        registry.watch(() -> {
            throw new IllegalStateException("a careless watcher");
        });
        Registration watching = registry.watch(heard::release);
        var reference = pricing("night", 0);
        registry.bindPricing(at(1), reference);
        assertTrue(heard.tryAcquire(10, TimeUnit.SECONDS));
        registry.unbindPricing(reference);
        assertTrue(heard.tryAcquire(10, TimeUnit.SECONDS));
        watching.close();
        watching.close();
    }

    @Test
    void comingAndGoingWhileManyAskLosesNoAnswer() throws Exception {
        registry.bindPricing(at(1), pricing("fixed", -1000));
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger fromPlugin = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < 300; i++) {
                        Answer<Quote> a = ask(registry, "night");
                        boolean right = a.strategy().equals("night") ? price(a) >= 2 : a.strategy().equals("fixed") && price(a) == 1;
                        wrong.addAndGet(right ? 0 : 1);
                        fromPlugin.addAndGet(a.strategy().equals("night") ? 1 : 0);
                    }
                } catch (Exception e) {
                    wrong.incrementAndGet();
                } finally {
                    done.countDown();
                }
            });
        }
        for (int i = 0; done.getCount() > 0; i++) {
            var reference = pricing("night", i % 3);
            registry.bindPricing(at(2 + i), reference);
            registry.updatedPricing(reference.with("service.ranking", i % 5));
            Thread.yield();
            registry.unbindPricing(reference);
            registry.unbindPricing(reference);
        }
        assertEquals(0, wrong.get());
        assertEquals(1, registry.extensions().size());
        assertEquals(State.ACTIVE, info(registry, "fixed").state());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
