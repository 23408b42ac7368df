package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Counter;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.market.message.Pause;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.OwnerState;

/** A provider with real messages gives way to its owner, under virtual time. */
class OwnerGuardTest {
    private static final RateVector FLOOR = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L);

    @TempDir
    Path directory;
    private final World world = new World();
    private final FakeWires.Wires wires = new FakeWires.Wires(world);
    private final Fakes.Chain chain = new Fakes.Chain(world);
    private final FakeMoney money = new FakeMoney(world);
    private final FakeBackend backend = new FakeBackend(world);
    private final FakeHost host = new FakeHost(() -> backend.boxes.values().stream().mapToLong(b -> b.usage().get(Counter.CPU)).sum());
    private final PublicKey self = Fakes.key("provider");
    private FakePublisher publisher;
    private Provider provider;

    private void start(Map<String, String> more) {
        publisher = new FakePublisher(wires, "publisher", 7000);
        publisher.most = RateVector.of(c -> FLOOR.get(c) + FLOOR.get(c) / 2);
        publisher.terms = publisher.terms.withFreeze(120_000);
        publisher.tasks = 1;
        Map<String, String> settings = new HashMap<>(Map.of("cores", "2", "memory", "1GiB", "time-zone", "UTC"));
        settings.putAll(more);
        provider = new Provider(new Kit(new FakeWires.Network(wires, 7001, self), chain, money, new Fakes.Identity(self),
                new Fakes.Strategies(FLOOR), backend, new Fakes.Benchmarks(), new Fakes.Journal(), world, world::nanos, world, world.workers, new Random(5)),
                host, Settings.of(settings), directory);
        provider.start();
        chain.mine();
    }

    private void working() {
        backend.taskMillis = 100_000;
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> provider.leases().stream().anyMatch(l -> l.state() == LeaseState.RUNNING), 20_000),
                () -> provider.status().toString());
        world.run(5_000);
        assertFalse(box().frozen());
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private FakeBackend.Box box() {
        return backend.boxes.values().iterator().next();
    }

    private OwnerState owner() {
        return provider.status().owner().orElseThrow();
    }

    private long claimedWall() {
        List<org.zennet.market.message.SignedStatement> all = publisher.only().statements;
        return all.getLast().statement().usage().get(Counter.WALL);
    }

    @Test
    void aKeyFreezesLeasesWithinFiveSecondsUnpaidAndQuietLetsThemGoOn() {
        start(Map.of("idle-only", "true", "quiet", "30"));
        working();
        assertEquals(1000, owner().perMille());
        host.inputAt = world.millis();
        assertTrue(world.runUntil(() -> box().frozen(), 5_000), () -> owner().toString());
        world.run(1000);
        assertEquals(List.of(true), publisher.only().pauses.stream().map(Pause::paused).toList());
        assertEquals(1, owner().frozen());
        assertFalse(provider.status().accepting());
        long before = claimedWall();
        world.run(20_000);
        assertTrue(box().frozen());
        assertEquals(before, claimedWall(), "nothing is claimed");
        assertTrue(world.runUntil(() -> !box().frozen(), 15_000));
        world.run(2_500);
        assertEquals(List.of(true, false), publisher.only().pauses.stream().map(Pause::paused).toList());
        assertTrue(claimedWall() > before && claimedWall() < before + 10_000, before + " then " + claimedWall());
        assertTrue(provider.status().accepting());
        assertEquals(LeaseState.RUNNING, provider.leases().getFirst().state());
    }

    @Test
    void theOwnersRuleCanBeAnotherWhileLeasesRun() {
        start(Map.of());
        working();
        host.inputAt = world.millis();
        world.run(10_000);
        assertFalse(box().frozen(), "nobody asked for idle-only");
        Map<String, String> settings = new HashMap<>(Map.of("cores", "2", "memory", "1GiB", "time-zone", "UTC", "idle-only", "true", "quiet", "600"));
        provider.change(Settings.of(settings));
        assertTrue(world.runUntil(() -> box().frozen(), 5_000), () -> owner().toString());
        assertTrue(owner().idleOnly());
        settings.put("quiet", "5");
        provider.change(Settings.of(settings));
        assertTrue(world.runUntil(() -> !box().frozen(), 2_000), () -> owner().toString());
        settings.put("idle-only", "false");
        settings.put("schedule", "mon-sun 00:00-23:59 10%");
        provider.change(Settings.of(settings));
        assertTrue(world.runUntil(() -> box().frozen(), 2_000), () -> "a tenth of two cores is no core: " + owner());
        assertEquals(100, owner().perMille());
    }

    @Test
    void foreignLoadFreezesAndTheOwnWorkOfLeasesIsNone() {
        start(Map.of("idle-only", "true", "quiet", "30", "foreign-limit", "250"));
        working();
        world.run(20_000);
        assertFalse(box().frozen(), "a lease that works on one of two cores is no stranger: " + owner());
        host.load = 400;
        assertTrue(world.runUntil(() -> box().frozen(), 5_000), () -> owner().toString());
        host.load = 0;
        world.run(35_000);
        assertFalse(box().frozen());
    }

    @Test
    void anOwnerThatStaysEndsTheLeaseInOrderAfterTheTimeOfTheContract() {
        start(Map.of("idle-only", "true", "quiet", "600"));
        working();
        host.inputAt = world.millis();
        world.run(110_000);
        assertEquals(1, owner().frozen());
        assertTrue(world.runUntil(() -> provider.leases().getFirst().state() == LeaseState.SETTLED, 30_000), () -> provider.leases().toString());
        assertTrue(provider.leases().getFirst().note().contains("the owner keeps the machine"), provider.leases().getFirst().note());
        assertEquals(publisher.only().paid, provider.leases().getFirst().paid());
    }

    @Test
    void outsideOfTheScheduleNothingIsSoldAndWhatRunsIsFrozen() {
        // the virtual day begins at 08:00 UTC
        start(Map.of("schedule", "00:00-08:01"));
        working();
        world.run(60_000);
        assertTrue(box().frozen());
        assertEquals("outside of the schedule", owner().reason());
        assertFalse(provider.status().accepting());
    }

    @Test
    void theScheduleMayLeaveAPartOfTheMachine() {
        start(Map.of("schedule", "40%"));
        publisher.announce(chain);
        world.run(20_000);
        assertTrue(provider.leases().isEmpty(), "a whole core is more than 40 % of two: " + provider.leases());
        assertEquals(400, owner().perMille());
    }

    @Test
    void aShareMakesTheMachineSmaller() {
        start(Map.of("share", "250"));
        assertEquals(500, provider.status().machine().cores());
    }
}
