package org.zennet.market.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Isolation;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.Quote;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.CounterOffer;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Terms;

/** Both sides of negotiations against each other, and each against what does not belong. */
class NegotiationTest {
    private static final Instant T0 = Instant.ofEpochSecond(1_800_000_000);
    private static final Terms TERMS = new Terms(4000, 2000, new Amount(100), new Amount(1), new Amount(10_000), 100, 1, 200, new Amount(1000),
            new Amount(1000), 60_000, "none");
    private static final Resources NEED = new Resources(1000, 1 << 26, 0);
    private static final Descriptor NEEDED = new Descriptor(hash(1), "job", "wasm", Isolation.WASM, hash(2), 100, NEED, 3, UsageVector.ZERO, TERMS);
    private static final BuyerNegotiation.Parties PARTIES = new BuyerNegotiation.Parties(hash(3), hash(4), key(5), key(6), hash(7));

    private static Hash hash(int fill) {
        byte[] b = new byte[32];
        Arrays.fill(b, (byte) fill);
        return Hash.of(b);
    }

    private static PublicKey key(int fill) {
        return PublicKey.of(hash(fill).toBytes());
    }

    private static RateVector rate(long cpu) {
        return RateVector.ZERO.with(Counter.CPU, cpu);
    }

    private static Offer offer(int round, long cpu, boolean last, Terms terms) {
        return new Offer(round, rate(cpu), last, terms, NEED, Isolation.WASM, "s", "1", List.of(), key(8));
    }

    /** A seller who comes down from its first price to its floor, a buyer who comes up from its first bid to its ceiling. */
    private static final class Table {
        final long floor;
        final long start;
        final long sellerStep;
        final long ceiling;
        final long bid;
        final long buyerStep;
        final Deque<Object> wire = new ArrayDeque<>();
        SellerNegotiation seller;
        BuyerNegotiation buyer = BuyerNegotiation.start(NEEDED, PARTIES, T0);
        Optional<Contract> signed = Optional.empty();
        Optional<Contract> agreed = Optional.empty();
        Optional<String> end = Optional.empty();
        int offers;
        int asked;

        Table(Random r) {
            floor = 1 + r.nextInt(1000);
            start = floor + r.nextInt(2000);
            sellerStep = 1 + r.nextInt(500);
            ceiling = 1 + r.nextInt(2000);
            bid = 1 + r.nextLong(ceiling);
            buyerStep = 1 + r.nextInt(300);
        }

        void run() {
            seller(SellerNegotiation.start(T0));
            while (!wire.isEmpty()) {
                Object m = wire.poll();
                switch (m) {
                    case Offer o -> buyer(buyer.on(new BuyerNegotiation.Event.Offered(o), T0));
                    case CounterOffer c -> seller(seller.on(new SellerNegotiation.Event.Countered(c), T0));
                    case Contract c when signed.isEmpty() -> seller(seller.on(new SellerNegotiation.Event.ContractReceived(c, NEEDED), T0));
                    case Contract c -> buyer(buyer.on(new BuyerNegotiation.Event.Countersigned(c), T0));
                    case String refusal when refusal.startsWith("b") -> seller(seller.on(new SellerNegotiation.Event.Refused(refusal), T0));
                    case String refusal -> buyer(buyer.on(new BuyerNegotiation.Event.Refused(refusal), T0));
                    default -> throw new AssertionError(m);
                }
            }
        }

        void seller(SellerNegotiation.Step s) {
            seller = s.state();
            for (SellerNegotiation.Effect e : s.effects()) {
                switch (e) {
                    case SellerNegotiation.Effect.AskStrategy a -> {
                        long price = Math.max(floor, start - a.round() * sellerStep);
                        seller(seller.on(new SellerNegotiation.Event.Quoted(Quote.of(rate(price), price == floor, ""), offer(9, 0, false, TERMS)), T0));
                    }
                    case SellerNegotiation.Effect.SendOffer o -> {
                        offers++;
                        wire.add(o.offer());
                    }
                    case SellerNegotiation.Effect.Sign c -> {
                        signed = Optional.of(c.contract());
                        wire.add(c.contract());
                    }
                    case SellerNegotiation.Effect.SendRefusal r -> wire.add("s" + r.refusal().reason());
                    case SellerNegotiation.Effect.End x -> end = Optional.of(x.reason());
                }
            }
        }

        void buyer(BuyerNegotiation.Step s) {
            buyer = s.state();
            for (BuyerNegotiation.Effect e : s.effects()) {
                switch (e) {
                    case BuyerNegotiation.Effect.AskStrategy a -> {
                        long would = Math.min(ceiling, bid + asked++ * buyerStep);
                        Bid b = a.offer().rates().get(Counter.CPU) <= would ? Bid.accept("") : a.offer().last() ? Bid.refuse("too dear")
                                : Bid.counter(rate(would), "");
                        buyer(buyer.on(new BuyerNegotiation.Event.Decided(b), T0));
                    }
                    case BuyerNegotiation.Effect.SendCounter c -> wire.add(c.counter());
                    case BuyerNegotiation.Effect.SignAndSend c -> wire.add(c.contract());
                    case BuyerNegotiation.Effect.Agreed a -> agreed = Optional.of(a.contract());
                    case BuyerNegotiation.Effect.SendRefusal r -> wire.add("b" + r.refusal().reason());
                    case BuyerNegotiation.Effect.End x -> end = Optional.of(x.reason());
                }
            }
        }
    }

    @Test
    void bothSidesAgreeOnTheSameContractOrOnNone() {
        int contracts = 0;
        int rounds = 0;
        for (long seed = 0; seed < 3000; seed++) {
            Table t = new Table(new Random(seed));
            t.run();
            String who = "seed " + seed + ": " + t.end;
            assertEquals(t.signed, t.agreed, who);
            assertEquals(t.agreed.isPresent(), t.end.isEmpty(), who);
            assertTrue(t.offers <= SellerNegotiation.MAX_ROUNDS, who);
            if (t.agreed.isPresent()) {
                long price = t.agreed.get().rates().get(Counter.CPU);
                assertTrue(price >= t.floor && price <= t.ceiling && price <= t.start, who);
                assertEquals(SellerNegotiation.Phase.AGREED, t.seller.phase());
                assertEquals(BuyerNegotiation.Phase.AGREED, t.buyer.phase());
                contracts++;
                rounds = Math.max(rounds, t.offers);
            } else {
                assertEquals(SellerNegotiation.Phase.ENDED, t.seller.phase(), who);
                assertEquals(BuyerNegotiation.Phase.ENDED, t.buyer.phase(), who);
            }
        }
        assertTrue(contracts > 500 && contracts < 2900, "contracts: " + contracts);
        assertEquals(SellerNegotiation.MAX_ROUNDS, rounds);
    }

    private static SellerNegotiation offered() {
        return SellerNegotiation.start(T0).state().on(new SellerNegotiation.Event.Quoted(Quote.of(rate(10), false, ""), offer(0, 0, false, TERMS)), T0)
                .state();
    }

    private static Contract contract(long cpu, PublicKey payee, Terms terms) {
        return new Contract(hash(3), hash(4), key(5), key(6), payee, hash(7), "wasm", hash(2), Isolation.WASM, NEED, rate(cpu), terms, "s 1");
    }

    @Test
    void aSellerSignsNothingButItsOwnOffer() {
        Terms other = new Terms(4000, 2000, new Amount(100), new Amount(1), new Amount(10_001), 100, 1, 200, new Amount(1000), new Amount(1000),
                60_000, "none");
        for (Contract c : List.of(contract(9, key(8), TERMS), contract(10, key(9), TERMS), contract(10, key(8), other))) {
            SellerNegotiation.Step s = offered().on(new SellerNegotiation.Event.ContractReceived(c, NEEDED), T0);
            assertEquals(SellerNegotiation.Phase.ENDED, s.state().phase());
            assertFalse(s.effects().stream().anyMatch(SellerNegotiation.Effect.Sign.class::isInstance));
        }
        assertEquals(SellerNegotiation.Phase.AGREED,
                offered().on(new SellerNegotiation.Event.ContractReceived(contract(10, key(8), TERMS), NEEDED), T0).state().phase());
    }

    @Test
    void whatIsOutOfTurnEndsASellersNegotiation() {
        assertEquals(SellerNegotiation.Phase.ENDED, SellerNegotiation.start(T0).state()
                .on(new SellerNegotiation.Event.Countered(new CounterOffer(0, rate(1))), T0).state().phase());
        assertEquals(SellerNegotiation.Phase.ENDED, offered().on(new SellerNegotiation.Event.Countered(new CounterOffer(1, rate(1))), T0).state().phase());
        assertEquals(SellerNegotiation.Phase.ENDED, SellerNegotiation.start(T0).state()
                .on(new SellerNegotiation.Event.ContractReceived(contract(10, key(8), TERMS), NEEDED), T0).state().phase());
        SellerNegotiation ended = offered().on(new SellerNegotiation.Event.Refused("no"), T0).state();
        assertEquals(List.of(), ended.on(new SellerNegotiation.Event.Countered(new CounterOffer(0, rate(1))), T0).effects());
    }

    @Test
    void aSellerNeverRaisesItsPriceAndKeepsItsLastWord() {
        SellerNegotiation again = offered().on(new SellerNegotiation.Event.Countered(new CounterOffer(0, rate(5))), T0).state();
        SellerNegotiation.Step dearer = again.on(new SellerNegotiation.Event.Quoted(Quote.of(rate(50), true, ""), offer(0, 0, false, TERMS)), T0);
        assertEquals(rate(10), dearer.state().offer().orElseThrow().rates());
        SellerNegotiation.Step haggled = dearer.state().on(new SellerNegotiation.Event.Countered(new CounterOffer(1, rate(9))), T0);
        assertEquals(SellerNegotiation.Phase.ENDED, haggled.state().phase());
    }

    @Test
    void aBuyerRefusesOffersThatBreakTheRules() {
        BuyerNegotiation fresh = BuyerNegotiation.start(NEEDED, PARTIES, T0);
        Offer weak = new Offer(0, rate(1), false, TERMS, new Resources(999, 1 << 26, 0), Isolation.WASM, "s", "1", List.of(), key(8));
        Offer large = new Offer(0, rate(1), false, TERMS, new Resources(64_000, 1L << 36, 0), Isolation.WASM, "s", "1", List.of(), key(8));
        for (Offer o : List.of(offer(1, 1, false, TERMS), weak, large)) {
            assertEquals(BuyerNegotiation.Phase.ENDED, fresh.on(new BuyerNegotiation.Event.Offered(o), T0).state().phase());
        }
        BuyerNegotiation countered = fresh.on(new BuyerNegotiation.Event.Offered(offer(0, 10, false, TERMS)), T0).state()
                .on(new BuyerNegotiation.Event.Decided(Bid.counter(rate(5), "")), T0).state();
        Offer otherKey = new Offer(1, rate(9), false, TERMS, NEED, Isolation.WASM, "s", "1", List.of(), key(9));
        for (Offer o : List.of(offer(1, 11, false, TERMS), offer(2, 9, false, TERMS), offer(0, 9, false, TERMS), otherKey)) {
            assertEquals(BuyerNegotiation.Phase.ENDED, countered.on(new BuyerNegotiation.Event.Offered(o), T0).state().phase());
        }
        assertEquals(BuyerNegotiation.Phase.DECIDING,
                countered.on(new BuyerNegotiation.Event.Offered(offer(1, 10, false, TERMS)), T0).state().phase());
    }

    @Test
    void timeEndsBothSides() {
        Instant late = T0.plusSeconds(SellerNegotiation.MAX_SECONDS + 1);
        assertEquals(SellerNegotiation.Phase.ENDED, offered().on(new SellerNegotiation.Event.Tick(), late).state().phase());
        assertEquals(BuyerNegotiation.Phase.ENDED,
                BuyerNegotiation.start(NEEDED, PARTIES, T0).on(new BuyerNegotiation.Event.Tick(), late).state().phase());
        assertEquals(SellerNegotiation.Phase.OFFERED, offered().on(new SellerNegotiation.Event.Tick(), late.minusSeconds(1)).state().phase());
    }
}
