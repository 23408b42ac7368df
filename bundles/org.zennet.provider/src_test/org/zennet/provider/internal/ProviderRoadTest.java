package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Access;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Egress;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.FileArchive;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.Terms;
import org.zennet.market.message.Verdict;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;

/** A provider with real messages and files, and everything around it in memory under virtual time. */
class ProviderRoadTest {
    /** One zen per millisecond of processor; wall time is cheap. */
    private static final RateVector FLOOR = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L);

    @TempDir
    Path directory;
    private final World world = new World();
    private final FakeWires.Wires wires = new FakeWires.Wires(world);
    private final Fakes.Chain chain = new Fakes.Chain(world);
    private final FakeMoney money = new FakeMoney(world);
    private final FakeBackend backend = new FakeBackend(world);
    private final Fakes.Strategies strategies = new Fakes.Strategies(FLOOR);
    private final Fakes.Journal journal = new Fakes.Journal();
    private final PublicKey self = Fakes.key("provider");
    private FakePublisher publisher;
    private FakeWires.Network net;
    private Provider provider;

    @BeforeEach
    void start() {
        publisher = new FakePublisher(wires, "publisher", 7000);
        publisher.most = RateVector.of(c -> FLOOR.get(c) + FLOOR.get(c) / 2);
        net = new FakeWires.Network(wires, 7001, self);
        provider = new Provider(new Kit(net, chain, money, new Fakes.Identity(self), strategies, backend, new Fakes.Benchmarks(), journal, world,
                world::nanos, world, world.workers, new Random(5)), FakeHost.QUIET, Settings.of(SETTINGS), directory);
        provider.start();
        chain.mine();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private LeaseInfo lease() {
        return provider.leases().getFirst();
    }

    private boolean is(LeaseState state) {
        return !provider.leases().isEmpty() && lease().state() == state;
    }

    private void running() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 20_000), () -> provider.leases() + " " + publisher.refusals);
    }

    @Test
    void whoWantsToLogInGetsAllMachinesThatFitEachWithAHostKeyOfItsOwn() {
        backend.features = Set.of(Capabilities.SHELL);
        backend.present(false);
        world.run(1000);
        backend.present(true);
        publisher.kind = LeaseKind.SHELL;
        publisher.tasks = 0;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.leases.size() == 2, 20_000), () -> provider.leases() + " " + publisher.refusals);
        world.run(20_000);
        assertEquals(2, publisher.leases.size(), "two cores, one for each");
        List<Access> access = publisher.all().stream().map(l -> l.contract.access().orElseThrow()).toList();
        assertEquals(2, access.stream().map(Access::hostKey).distinct().count());
        assertTrue(access.stream().allMatch(a -> a.userKey().equals(FakePublisher.USER_KEY)));
        publisher.close(publisher.all().getFirst(), "done", true);
        assertTrue(world.runUntil(() -> publisher.leases.size() == 3, 60_000), () -> "what is free again is offered again: " + publisher.refusals);
    }

    @Test
    void aGuestGetsTheNetworkThatItsContractNames() {
        backend.features = Set.of(Capabilities.EGRESS);
        backend.present(false);
        world.run(1000);
        backend.present(true);
        publisher.terms = publisher.terms.withEgress(Egress.parse("example.org:443,203.0.113.7"));
        running();
        assertEquals("203.0.113.7,example.org:443", backend.boxes.values().iterator().next().spec.egress().toString());
    }

    @Test
    void aNetworkThatIsNotSoldIsRefusedWithTheReason() {
        publisher.terms = publisher.terms.withEgress(Egress.parse("example.org:443"));
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.stream().anyMatch(r -> r.contains("can't hold guests with a network")), 20_000),
                publisher.refusals::toString);
        backend.features = Set.of(Capabilities.EGRESS);
        backend.present(false);
        world.run(1000);
        backend.present(true);
        chain.announcements.clear();
        publisher.terms = publisher.terms.withEgress(Egress.parse("public"));
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.stream().anyMatch(r -> r.contains("guests may not reach public from here")), 60_000),
                publisher.refusals::toString);
        assertTrue(backend.boxes.isEmpty());
    }

    @Test
    void whoWantsToLogInIsRefusedWhereTheBackendStartsNoShells() {
        publisher.kind = LeaseKind.SHELL;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.stream().anyMatch(r -> r.contains("starts no shells")), 20_000), publisher.refusals::toString);
    }

    private static final Map<String, String> SETTINGS = Map.of("cores", "2", "memory", "1GiB", "egress", "203.0.113.0/24, example.org:443");

    private static Settings with(String name, String value) {
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.put(name, value);
        return Settings.of(all);
    }

    @Test
    void theNextOfferFollowsSettingsThatChangedWhileTheProviderRunsAndARunningLeaseKeepsItsTerms() {
        backend.taskMillis = 60_000;
        running();
        LeaseInfo first = lease();
        assertTrue(first.strategy().startsWith("calibrated"), first::toString);
        strategies.requests.clear();
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(Map.of("strategy", "night-rate", "target", "7 XEN", "strategy.hour", "3"));
        provider.change(Settings.of(all));
        assertEquals("night-rate", provider.status().strategy());
        FakePublisher second = new FakePublisher(wires, "second", 7002);
        second.most = publisher.most;
        second.announce(chain);
        assertTrue(world.runUntil(() -> provider.leases().stream().filter(l -> l.state() == LeaseState.RUNNING).count() == 2, 20_000),
                () -> provider.leases() + " " + second.refusals);
        assertTrue(strategies.requests.stream().allMatch(r -> r.preferred().equals("night-rate") && r.request().targetPerDay().equals(Amount.ofXen(7))
                && r.request().settings().equals(Map.of("hour", "3"))), strategies.requests::toString);
        LeaseInfo other = provider.leases().stream().filter(l -> !l.id().equals(first.id())).findFirst().orElseThrow();
        assertTrue(other.strategy().startsWith("night-rate"), other::toString);
        LeaseInfo same = provider.leases().stream().filter(l -> l.id().equals(first.id())).findFirst().orElseThrow();
        assertEquals(first.rates(), same.rates());
        assertEquals(first.strategy(), same.strategy());
    }

    @Test
    void aPublisherThatWasRefusedIsCalledAtOnceWhenWhatItNeedsIsAllowed() {
        backend.features = Set.of(Capabilities.EGRESS);
        backend.present(false);
        world.run(1000);
        backend.present(true);
        publisher.terms = publisher.terms.withEgress(Egress.parse("198.51.100.7:80"));
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.size() == 2, 60_000), publisher.refusals::toString);
        provider.change(with("egress", "198.51.100.0/24"));
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 2_000), () -> provider.leases() + " " + publisher.refusals);
    }

    @Test
    void aBackendThatIsNoLongerSoldGetsNoNewWorkAndFinishesWhatItHas() {
        backend.taskMillis = 5_000;
        running();
        provider.change(with("backends", "other"));
        world.run(1_000);
        assertFalse(provider.status().accepting());
        assertEquals(Set.of("other"), provider.status().notSold().keySet());
        assertTrue(world.runUntil(() -> publisher.only().results.size() == 3, 60_000), () -> lease().toString());
        publisher.close(publisher.only(), "done", true);
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 10_000), () -> lease().toString());
        provider.change(Settings.of(SETTINGS));
        assertTrue(world.runUntil(() -> provider.status().accepting(), 1_000));
    }

    @Test
    void lessOfTheMachineForRentTakesNothingFromWhoHasIt() {
        backend.taskMillis = 60_000;
        running();
        provider.change(with("max-leases", "1"));
        FakePublisher second = new FakePublisher(wires, "second", 7002);
        second.most = publisher.most;
        second.announce(chain);
        world.run(20_000);
        assertEquals(1, provider.leases().size(), "there is room for one only");
        assertEquals(LeaseState.RUNNING, lease().state());
        provider.change(with("cores", "1"));
        world.run(20_000);
        assertEquals(1, provider.leases().size(), "the one core is taken");
        assertEquals(1000, provider.status().machine().cores());
        provider.change(with("cores", "2"));
        assertTrue(world.runUntil(() -> provider.leases().size() == 2, 5_000), second.refusals::toString);
    }

    @Test
    void aBackendThatTookOtherSettingsIsAskedAgainWhatItCanDo() {
        assertTrue(world.runUntil(() -> provider.status().accepting(), 1_000));
        publisher.kind = LeaseKind.SHELL;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.stream().anyMatch(r -> r.contains("starts no shells")), 20_000), publisher.refusals::toString);
        backend.features = Set.of(Capabilities.SHELL);
        backend.changed();
        assertTrue(world.runUntil(() -> !publisher.leases.isEmpty(), 20_000), publisher.refusals::toString);
    }

    @Test
    void theWholeRoadFromAnAnnouncementToASettlementInABlock() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> !publisher.leases.isEmpty() && publisher.only().results.size() == 3, 60_000),
                () -> provider.leases() + " " + publisher.refusals + journal.lines);
        FakePublisher.Lease l = publisher.only();
        assertEquals(List.of(0, 1), publisher.rounds, "a counter-offer and a second round");
        world.run(1500);
        assertEquals("out of task-1 with input", new String(l.outputs.get("task-1"), StandardCharsets.UTF_8));
        assertEquals(LeaseState.RUNNING, lease().state());
        assertEquals(1, provider.status().leases());
        assertEquals(1000, provider.status().sold().orElseThrow().cores());
        publisher.close(l, "done", true);
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 10_000), () -> lease().toString());
        assertEquals(42, lease().settlementHeight());
        assertEquals(3, lease().tasks());
        assertEquals(lease().paid(), lease().owed());
        assertEquals(l.paid, lease().paid());
        assertEquals(lease().settlement().orElseThrow(), l.receipt.orElseThrow().settlement().toHex());
        assertEquals(l.paid, l.receipt.get().paid());
        assertEquals(1, money.settlements.values().stream().mapToInt(i -> i).sum());
        assertEquals(Optional.empty(), provider.status().sold());
        assertEquals(l.paid, provider.status().earned());
        assertTrue(backend.boxes.values().stream().allMatch(b -> b.ended().isPresent()));
        world.run(60_000);
        assertEquals(1, publisher.leases.size(), "an announcement that was served is not served again");
    }

    @Test
    void aTaskFindsItsFilesAndItsResultHoldsItsOutputs() throws Exception {
        ByteArrayOutputStream files = new ByteArrayOutputStream();
        try (FileArchive.Writer w = new FileArchive.Writer(files)) {
            w.directory("data");
            w.file("data/big", false, 700_000, new ByteArrayInputStream(new byte[700_000]));
        }
        publisher.files = files.toByteArray();
        publisher.tasks = 1;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> !publisher.leases.isEmpty() && publisher.only().results.size() == 1, 60_000),
                () -> provider.leases() + " " + publisher.refusals + journal.lines);
        ResultStatement s = publisher.only().results.get("task-0").statement();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        byte[] stdout = "out of task-0 by [/bin/p]{N=0} with input".getBytes(StandardCharsets.UTF_8);
        new FileArchive.Writer(result).file("stdout", false, stdout.length, new ByteArrayInputStream(stdout));
        result.write(files.toByteArray());
        assertEquals(FakePublisher.sha256(result.toByteArray()), s.output());
        assertEquals(result.size(), s.outputBytes());
        assertTrue(java.util.Arrays.equals(publisher.only().outputs.get("task-0"), java.util.Arrays.copyOf(result.toByteArray(), 1 << 18)));
    }

    @Test
    void whatAnnouncesNothingThatFitsIsNotCalled() {
        backend.present(false);
        world.run(1);   // the provider has heard of it before anything is announced
        publisher.announce(chain);
        world.run(10_000);
        assertEquals(0, net.dials);
        assertFalse(provider.status().accepting());
        assertTrue(provider.status().problem().orElseThrow().contains("wasm"));
        backend.present(true);
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 20_000));
    }

    @Test
    void aConnectionThatIsCutIsDialledAgainAndTheTaskGoesOn() {
        publisher.terms = publisher.terms.withPatience(20_000);
        backend.taskMillis = 3000;
        running();
        world.run(1000);
        String id = lease().id();
        net.open.forEach(FakeWires.Connection::close);
        assertTrue(world.runUntil(() -> publisher.only().results.size() == 3, 30_000), () -> lease().toString());
        assertEquals(1, publisher.asked.size());
        assertTrue(publisher.asked.getFirst().payment().length > 0, "its newest payment goes along");
        assertEquals(1, publisher.leases.size());
        assertEquals(id, lease().id());
        assertEquals(3, backend.boxes.get(id).runs);
        publisher.close(publisher.only(), "done", true);
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 10_000), () -> lease().toString());
        assertEquals(publisher.only().paid, lease().paid());
        assertEquals(lease().owed(), lease().paid());
        assertTrue(publisher.only().receipt.isPresent());
    }

    @Test
    void announcementsWithoutABlockAreLeftAlone() {
        chain.height = 0;
        publisher.announce(chain);
        world.run(900);
        assertEquals(0, net.dials);
    }

    @Test
    void whoCannotProveTheAnnouncementIsHungUpOn() {
        publisher.badProof = true;
        publisher.announce(chain);
        world.run(5_000);
        assertFalse(net.violations.isEmpty());
        assertTrue(provider.leases().isEmpty());
        world.run(60_000);
        assertTrue(net.dials <= 6, "pauses grow: " + net.dials);
    }

    @Test
    void aPublisherThatNeedsNobodyIsAskedAgainLater() {
        publisher.wanted = false;
        publisher.announce(chain);
        world.run(20_000);
        assertTrue(provider.leases().isEmpty());
        assertTrue(net.dials >= 2 && net.dials <= 5, "" + net.dials);
        publisher.wanted = true;
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 30_000));
    }

    @Test
    void aForgedContractIsRefused() {
        publisher.forge = c -> new Contract(c.network(), c.nonce(), c.publisher(), Fakes.key("other"), c.payee(), c.descriptor(), c.backend(),
                c.image(), c.isolation(), c.resources(), c.rates(), c.terms(), c.strategy());
        publisher.announce(chain);
        world.run(2_500);
        assertTrue(provider.leases().isEmpty());
        assertTrue(publisher.refusals.getFirst().contains("other parties"), publisher.refusals.toString());
        publisher.forge = c -> new Contract(c.network(), c.nonce(), c.publisher(), c.provider(), c.payee(), c.descriptor(), c.backend(),
                c.image(), c.isolation(), c.resources(), RateVector.ZERO, c.terms(), c.strategy());
        world.run(4_000);
        assertTrue(publisher.refusals.getLast().contains("differs"), publisher.refusals.toString());
        assertTrue(provider.leases().isEmpty());
        assertEquals(Optional.empty(), provider.status().sold());
    }

    @Test
    void termsUnderWhichWorkCouldBeForNothingAreRefused() {
        Terms t = publisher.terms;
        for (Terms bad : List.of(
                new Terms(t.intervalMillis(), 3_600_000, t.prepaid(), t.quantum(), t.capacity(), t.channelBlocks(), t.fundingDepth(),
                        t.holdBackPerMille(), t.capacity(), t.publisherExposure(), t.maxWallMillis(), t.egress()),
                new Terms(t.intervalMillis(), t.graceMillis(), t.prepaid(), t.quantum(), t.capacity(), 23, t.fundingDepth(),
                        t.holdBackPerMille(), t.providerExposure(), t.publisherExposure(), t.maxWallMillis(), t.egress()))) {
            chain.announcements.clear();
            publisher.refusals.clear();
            publisher.terms = bad;
            publisher.announce(chain);
            assertTrue(world.runUntil(() -> !publisher.refusals.isEmpty(), 60_000));
            assertTrue(publisher.refusals.getFirst().contains("unpaid") || publisher.refusals.getFirst().contains("23 blocks"), publisher.refusals.toString());
        }
        assertTrue(provider.leases().isEmpty());
    }

    @Test
    void whoPaysNothingAtAllGetsNoWorkAndIsLeft() {
        publisher.pays = false;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.UNPAID), 30_000), () -> provider.leases().toString());
        assertEquals(0, publisher.only().results.size());
        assertTrue(publisher.only().receipt.orElseThrow().settlement().equals(Hash.of(new byte[32])));
        assertEquals(0, backend.boxes.values().iterator().next().usage().get(Counter.CPU));
    }

    @Test
    void whoStopsPayingIsFrozenAndThenLeftWithinTheExposure() {
        backend.taskMillis = 60_000;
        running();
        world.run(3_500);
        publisher.pays = false;
        assertTrue(world.runUntil(() -> is(LeaseState.FROZEN), 10_000), () -> lease().toString());
        assertTrue(backend.boxes.get(lease().id()).frozen());
        long worked = backend.worked(lease().id());
        assertTrue(lease().exposure().compareTo(publisher.terms.providerExposure().plus(new Amount(2000))) <= 0, lease().toString());
        world.run(1000);
        assertEquals(worked, backend.worked(lease().id()));
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 20_000), () -> lease().toString());
        assertEquals(publisher.only().paid, lease().paid());
        assertTrue(lease().note().contains("unpaid"), lease().note());
    }

    @Test
    void whoPaysLateIsThawed() {
        backend.taskMillis = 60_000;
        running();
        world.run(2_500);
        publisher.pays = false;
        assertTrue(world.runUntil(() -> is(LeaseState.FROZEN), 10_000));
        publisher.pays = true;
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 10_000), () -> lease().toString());
        assertFalse(backend.boxes.get(lease().id()).frozen());
        long worked = backend.worked(lease().id());
        world.run(2_000);
        assertTrue(backend.worked(lease().id()) >= worked + 1_500);
    }

    @Test
    void aPublisherThatVanishesIsSettledAtOnce() {
        backend.taskMillis = 60_000;
        running();
        world.run(3_500);
        publisher.net.die();
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLING), 500), () -> lease().toString());
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 5_000));
        assertTrue(lease().note().contains("gone"));
        assertEquals(Optional.empty(), provider.status().sold());
    }

    @Test
    void aDoubleSpentFundingEndsTheLeaseWithoutWork() {
        money.doubleSpent = true;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.FAILED), 10_000), () -> provider.leases().toString());
        assertTrue(lease().note().contains("double-spent"));
        assertEquals(Optional.empty(), provider.status().sold());
    }

    @Test
    void aContainerThatDoesNotStartEndsTheLease() {
        backend.startFails = true;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.FAILED), 10_000), () -> provider.leases().toString());
        assertTrue(lease().note().contains("no room"));
        assertEquals("the container does not start: there is no room", publisher.only().close.orElseThrow().reason());
    }

    @Test
    void aProvenLieIsRecordedAndAForgedAccusationEndsTheLease() {
        publisher.judges = false;
        running();
        assertTrue(world.runUntil(() -> publisher.only().results.size() == 3, 20_000));
        FakePublisher.Lease l = publisher.only();
        ResultStatement own = l.results.get("task-0").statement();
        publisher.judge(l, "task-0", false, List.of(signed("c", own, "lie"), signed("d", own, "lie")));
        world.run(100);
        assertEquals(l.bill.withheld(), lease().withheld());
        assertFalse(lease().withheld().isZero());
        assertTrue(lease().note().startsWith("task task-0: signed"), lease().note());
        assertEquals(LeaseState.RUNNING, lease().state());
        publisher.judge(l, "task-1", false, List.of(signed("c", own, "lie")));
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 10_000), () -> lease().toString());
        assertTrue(l.close.orElseThrow().reason().contains("false accusation"), l.close.toString());
    }

    private static Verdict.SignedResult signed(String who, ResultStatement like, String output) {
        ResultStatement s = new ResultStatement(Fakes.hash("contract of " + who), like.task(), Outcome.Reason.EXITED, 0, Fakes.hash(output), 3,
                like.usage(), java.util.Optional.empty());
        return new Verdict.SignedResult(Fakes.key(who), s, Fakes.sign(Fakes.key(who), s));
    }

    @Test
    void aSettlementThatFailsIsTriedAgain() {
        running();
        world.run(2_500);
        money.settleFails = true;
        publisher.close(publisher.only(), "done", true);
        world.run(8_000);
        assertEquals(LeaseState.SETTLING, lease().state());
        assertTrue(lease().note().contains("disk is full"), lease().note());
        money.settleFails = false;
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED), 12_000));
    }

    @Test
    void stoppingEndsLeasesInOrderWithALastPayment() {
        backend.taskMillis = 60_000;
        running();
        world.run(3_200);
        var stopped = provider.stop();
        assertTrue(world.runUntil(stopped::isDone, 3_000));
        assertEquals(publisher.only().paid, lease().paid());
        assertTrue(lease().owed().minusOrZero(lease().paid()).compareTo(publisher.terms.quantum()) < 0, lease().toString());
        assertTrue(publisher.only().close.orElseThrow().reason().contains("goes off"));
    }

    @Test
    void aDrainedProviderTakesNoNewWork() {
        provider.drain();
        publisher.announce(chain);
        world.run(5_000);
        assertEquals(0, net.dials);
        assertFalse(provider.status().accepting());
    }

    @Test
    void aPaymentOnTheWrongStreamCountsForItsOwnLease() {
        backend.taskMillis = 60_000;
        FakePublisher second = new FakePublisher(wires, "second", 7100);
        second.most = publisher.most;
        second.announce(chain);
        running();
        assertTrue(world.runUntil(() -> provider.leases().stream().filter(l -> l.state() == LeaseState.RUNNING).count() == 2, 10_000));
        FakePublisher.Lease other = second.only();
        Amount more = other.paid.plus(new Amount(777));
        publisher.only().payment.send(Records.encode(FakeMoney.payment(other.channel.orElseThrow(), more)));
        world.run(50);
        LeaseInfo paid = provider.leases().stream().filter(l -> l.id().equals(other.contract.leaseId())).findFirst().orElseThrow();
        assertEquals(more, paid.paid());
        assertTrue(provider.leases().stream().allMatch(l -> l.state() == LeaseState.RUNNING));
    }

    @Test
    void garbageEndsTheConnection() {
        running();
        publisher.only().market.send(new byte[] {1, 2, 3});
        assertTrue(world.runUntil(() -> is(LeaseState.SETTLED) || is(LeaseState.UNPAID), 10_000), () -> lease().toString());
        assertFalse(net.violations.isEmpty());
    }
}
