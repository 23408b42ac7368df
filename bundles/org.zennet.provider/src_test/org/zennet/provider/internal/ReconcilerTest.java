package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.provider.ProviderService.Reconciliation;
import org.zennet.services.wallet.ChannelService;

/** Containers, contracts, capacity and channels are compared while a provider works, under virtual time. */
class ReconcilerTest {
    private static final RateVector FLOOR = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L);

    @TempDir
    Path directory;
    private final World world = new World();
    private final FakeWires.Wires wires = new FakeWires.Wires(world);
    private final Fakes.Chain chain = new Fakes.Chain(world);
    private final FakeMoney money = new FakeMoney(world);
    private final FakeBackend backend = new FakeBackend(world);
    private final PublicKey self = Fakes.key("provider");
    private FakePublisher publisher;
    private Provider provider;

    @BeforeEach
    void start() {
        publisher = new FakePublisher(wires, "publisher", 7000);
        publisher.most = RateVector.of(c -> FLOOR.get(c) + FLOOR.get(c) / 2);
        provider = new Provider(new Kit(new FakeWires.Network(wires, 7001, self), chain, money, new Fakes.Identity(self),
                new Fakes.Strategies(FLOOR), backend, new Fakes.Benchmarks(), new Fakes.Journal(), world, world::nanos, world, world.workers, new Random(5)), FakeHost.QUIET,
                Settings.of(Map.of("cores", "2", "memory", "1GiB")), directory);
        provider.start();
        chain.mine();
        world.run(1000);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private Reconciliation newest() {
        return provider.status().reconciliation().orElseThrow();
    }

    private FakeBackend.Box stray(String lease) throws Exception {
        return (FakeBackend.Box) backend.start(new ContainerSpec(lease, directory, Fakes.hash("image"), new Resources(1000, 1 << 20, 0), directory,
                1_000_000, 1_000_000));
    }

    @Test
    void aRunningLeaseIsOneOfEach() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> provider.leases().stream().anyMatch(l -> l.state() == LeaseState.RUNNING), 20_000));
        world.run(60_000);
        Reconciliation r = newest();
        assertEquals(List.of(1, 1, 1, 1), List.of(r.containers(), r.contracts(), r.reservations(), r.channels()), r.toString());
        assertEquals(List.of(), r.ended());
        assertEquals(Optional.empty(), r.problem());
        publisher.close(publisher.only(), "done", true);
        world.run(60_000);
        r = newest();
        assertEquals(List.of(0, 0, 0, 0), List.of(r.containers(), r.contracts(), r.reservations(), r.channels()), r.toString());
    }

    @Test
    void aContainerOfNoLeaseIsEndedWithinAMinuteAndThoseOfOthersAreLeftAlone() throws Exception {
        FakeBackend.Box lost = stray("0123456789abcdef0123");
        FakeBackend.Box other = stray("recompute-0123456789abcdef0123");
        world.run(60_000);
        assertTrue(lost.ended().isPresent());
        assertTrue(other.ended().isEmpty(), "its name is no lease's");
        assertEquals(List.of("container 0123456789abcdef0123 of wasm has no lease: ended"), newest().ended());
        world.run(60_000);
        assertEquals(List.of(), newest().ended());
    }

    @Test
    void moneyOnAChannelThatNoLeaseKnowsIsSettled() {
        ChannelService.Funding f = FakeMoney.funding(money.payeeKey("lease-of-nobody"), new Amount(1000), new Amount(10), 1);
        try {
            money.accept(f, "lease-of-nobody", new Amount(1000), 1);
            money.receive(FakeMoney.payment(f.outPoint(), new Amount(500)));
        } catch (org.zennet.services.Rejected e) {
            throw new AssertionError(e);
        }
        world.run(60_000);
        assertEquals(1, money.settlements.get(f.outPoint()));
        assertEquals(1, newest().ended().size());
        assertTrue(newest().ended().getFirst().contains("holds 0.000005 XEN for no lease: settled"), newest().ended().toString());
    }

    @Test
    void aLeaseGoesOnWhileItsBackendCanTellNothing() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> provider.leases().stream().anyMatch(l -> l.state() == LeaseState.RUNNING), 20_000));
        backend.mute = true;
        world.run(180_000);
        assertEquals(LeaseState.RUNNING, provider.leases().getFirst().state());
        assertEquals(Optional.of("could not be asked: wasm"), newest().problem());
    }
}
