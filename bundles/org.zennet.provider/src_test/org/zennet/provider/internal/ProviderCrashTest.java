package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.wallet.ChannelService;

/**
 * Kills a provider right before each thing that others would see: a copy of its file as it lies on the disk at that moment
 * is all that its next life gets. Whatever the moment, what was paid is settled exactly once.
 */
class ProviderCrashTest {
    private static final RateVector FLOOR = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L);
    private static final Set<String> STEPS = Set.of("accept", "receive", "settle", "confirmed");
    private static final PublicKey SELF = Fakes.key("provider");

    @TempDir
    Path directory;

    /** A life of the provider's process. */
    private final class Life {
        final FakeWires.Network net;
        final Provider provider;
        final Path own;
        final Path next;
        private int left;
        private volatile boolean dead;

        Life(int n, FakeWires.Wires wires, Fakes.Chain chain, FakeMoney money, FakeBackend backend, Path own, int steps) {
            this.own = own;
            this.next = own.resolveSibling(own.getFileName() + "+");
            this.left = steps;
            this.net = new FakeWires.Network(wires, 8000 + n, SELF);
            net.sending = this::step;
            provider = new Provider(new Kit(net, chain, mortal(money), new Fakes.Identity(SELF), new Fakes.Strategies(FLOOR), backend,
                    new Fakes.Benchmarks(), new Fakes.Journal(), wires.world, wires.world::nanos, wires.world, wires.world.workers, new Random(n)), FakeHost.QUIET,
                    Settings.of(Map.of("cores", "1", "memory", "1GiB")), own);
            provider.start();
        }

        private ChannelService mortal(FakeMoney money) {
            return (ChannelService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ChannelService.class}, (p, method, args) -> {
                if (STEPS.contains(method.getName())) {
                    step();
                }
                if (dead) {
                    throw new IllegalStateException("this process is dead");
                }
                try {
                    return method.invoke(money, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
        }

        private synchronized void step() {
            if (!dead && --left == 0) {
                kill();
            }
        }

        synchronized void kill() {
            if (dead) {
                return;
            }
            dead = true;
            try {
                Files.createDirectories(next);
                Files.copy(own.resolve("provider.db"), next.resolve("provider.db"));
                for (Path p : files(own.resolve("outputs"))) {
                    Path to = next.resolve(own.relativize(p));
                    Files.createDirectories(to.getParent());
                    Files.copy(p, to);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            net.die();
        }
    }

    private int worlds;

    /** All that a crash at one step leads to. */
    private final class Patient {
        final World world = new World();
        final FakeWires.Wires wires = new FakeWires.Wires(world);
        final Fakes.Chain chain = new Fakes.Chain(world);
        final FakeMoney money = new FakeMoney(world);
        final FakeBackend backend = new FakeBackend(world);
        final FakePublisher publisher = new FakePublisher(wires, "publisher", 7000);
        final Life first;
        boolean died;

        Patient(int step) {
            publisher.most = RateVector.of(c -> FLOOR.get(c) + FLOOR.get(c) / 2);
            publisher.tasks = 2;
            publisher.terms = publisher.terms.withPatience(20_000);
            backend.taskMillis = 2500;
            publisher.announce(chain);
            chain.mine();
            first = new Life(1, wires, chain, money, backend, directory.resolve("patient" + worlds++), step);
            world.runUntil(() -> first.dead || first.provider.leases().stream().anyMatch(l -> l.tasks() == 2), 30_000);
            died = first.dead;
        }

        Life again(long pause) {
            first.kill();
            first.provider.close();
            publisher.wanted = false;
            money.watchers.clear();
            chain.watchers.clear();
            world.run(pause);
            return new Life(2, wires, chain, money, backend, first.next, Integer.MAX_VALUE);
        }
    }

    @Test
    void afterACrashAtAnyStepALeaseThatRanGoesOnAndIsBilledOnce() {
        int resumed = 0;
        int steps = 1;
        boolean more = true;
        while (more) {
            Patient p = new Patient(steps);
            more = p.died;
            Life second = p.again(500 * (steps % 7));
            String at = "step " + steps + ": ";
            p.world.runUntil(() -> !p.publisher.leases.isEmpty() && p.publisher.only().results.size() == 2, 30_000);
            if (!p.publisher.asked.isEmpty()) {
                resumed++;
                FakePublisher.Lease l = p.publisher.only();
                assertEquals(2, l.results.size(), at + second.provider.leases());
                assertEquals(2, l.outputs.size(), at + "outputs of the first life too");
                assertEquals(2, p.backend.boxes.get(l.contract.leaseId()).runs, at + "no task ran twice");
                assertEquals(1, second.provider.leases().size());
                assertEquals(LeaseState.RUNNING, second.provider.leases().getFirst().state(), at);
                UsageVectors.neverFall(l);
                p.publisher.close(l, "done", true);
            }
            p.world.run(30_000);
            for (LeaseInfo l : second.provider.leases()) {
                assertTrue(List.of(LeaseState.SETTLED, LeaseState.UNPAID, LeaseState.FAILED).contains(l.state()), at + l);
                assertTrue(l.state() != LeaseState.SETTLED || l.paid().equals(p.money.channels().getFirst().paid()), at + l);
            }
            p.publisher.all().stream().filter(l -> l.results.size() == 2).forEach(l -> {
                assertEquals(l.paid, second.provider.leases().getFirst().paid(), at + "paid in full");
                org.zennet.api.value.Amount used = l.contract.rates().cost(UsageVectors.of(p.backend, l));
                assertTrue(!l.bill.metered().isMoreThan(used), at + "billed " + l.bill.metered() + " of " + used);
            });
            assertTrue(p.money.settlements.values().stream().allMatch(n -> n == 1), at + "settled twice");
            assertEquals(Optional.empty(), second.provider.status().sold(), at);
            assertTrue(p.backend.boxes.values().stream().allMatch(b -> b.ended().isPresent()), at + "a survivor runs on");
            second.provider.close();
            steps++;
        }
        assertTrue(steps > 15, "steps: " + steps);
        assertTrue(resumed > 8, "resumed: " + resumed);
    }

    /** What statements claimed. */
    private static final class UsageVectors {
        static void neverFall(FakePublisher.Lease l) {
            for (int i = 1; i < l.statements.size(); i++) {
                assertTrue(l.statements.get(i).statement().usage().isAtLeast(l.statements.get(i - 1).statement().usage()));
                assertTrue(l.statements.get(i).statement().sequence() > l.statements.get(i - 1).statement().sequence());
            }
        }

        static org.zennet.api.value.UsageVector of(FakeBackend backend, FakePublisher.Lease l) {
            return backend.boxes.get(l.contract.leaseId()).usage();
        }
    }

    @Test
    void aProviderThatStopsAndKeepsItsLeasesGoesOnWithThemInItsNextLife() throws Exception {
        Patient p = new Patient(Integer.MAX_VALUE);
        p.publisher.tasks = 4;
        p.publisher.send(p.publisher.only(), 2);
        p.publisher.send(p.publisher.only(), 3);
        p.world.run(500);
        p.first.provider.keep();
        p.first.provider.stop().get(1, java.util.concurrent.TimeUnit.SECONDS);
        p.world.run(500);
        assertEquals(LeaseState.RUNNING, p.first.provider.leases().getFirst().state());
        Life second = p.again(2000);
        assertTrue(p.world.runUntil(() -> p.publisher.only().results.size() == 4, 20_000), () -> second.provider.leases().toString());
        assertEquals(4, p.backend.boxes.get(p.publisher.only().contract.leaseId()).runs);
        assertEquals(1, p.publisher.asked.size());
        assertEquals(1, p.publisher.leases.size());
        second.provider.close();
    }

    @Test
    void aPublisherThatDoesNotTakeItBackIsSettledWithAtOnce() {
        for (boolean closes : new boolean[] {false, true}) {
            Patient p = new Patient(Integer.MAX_VALUE);
            p.publisher.takesBack = closes;
            p.publisher.closesBack = closes;
            Life second = p.again(1000);
            p.world.run(8_000);
            LeaseInfo l = second.provider.leases().getFirst();
            assertEquals(LeaseState.SETTLED, l.state(), l.toString());
            assertTrue(p.backend.boxes.values().stream().allMatch(b -> b.ended().isPresent()), "its container is ended");
            assertEquals(p.publisher.only().paid, l.paid());
            second.provider.close();
        }
    }

    @Test
    void aPublisherThatIsGoneIsWaitedForAndThenSettledWith() {
        Patient p = new Patient(Integer.MAX_VALUE);
        Life second = p.again(1000);
        p.publisher.net.die();
        p.world.run(15_000);
        LeaseInfo l = second.provider.leases().getFirst();
        assertTrue(l.state() == LeaseState.RUNNING || l.state() == LeaseState.FROZEN, l.toString());
        assertTrue(l.note().contains("it waits for the publisher, at most 20 s"), l.note());
        p.world.run(15_000);
        assertEquals(LeaseState.SETTLED, second.provider.leases().getFirst().state());
        assertTrue(p.backend.boxes.values().stream().allMatch(b -> b.ended().isPresent()));
        second.provider.close();
    }

    @Test
    void aContainerThatDidNotSurviveEndsItsLease() {
        Patient p = new Patient(Integer.MAX_VALUE);
        p.backend.boxes.clear();
        Life second = p.again(1000);
        p.world.run(8_000);
        LeaseInfo l = second.provider.leases().getFirst();
        assertEquals(LeaseState.SETTLED, l.state(), l.toString());
        assertTrue(l.note().contains("did not outlive the provider"), l.note());
        assertEquals(Optional.empty(), second.provider.status().sold());
        second.provider.close();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (java.util.stream.Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void aCrashBeforeAnyStepLosesNoPaidCoin() {
        int settled = 0;
        int steps = 1;
        boolean more = true;
        while (more) {
            World world = new World();
            FakeWires.Wires wires = new FakeWires.Wires(world);
            Fakes.Chain chain = new Fakes.Chain(world);
            FakeMoney money = new FakeMoney(world);
            FakeBackend backend = new FakeBackend(world);
            FakePublisher publisher = new FakePublisher(wires, "publisher", 7000);
            publisher.most = RateVector.of(c -> FLOOR.get(c) + FLOOR.get(c) / 2);
            publisher.tasks = 2;
            publisher.announce(chain);
            chain.mine();
            Life first = new Life(1, wires, chain, money, backend, directory.resolve("life" + steps), steps);
            world.runUntil(() -> first.dead || first.provider.leases().stream().anyMatch(l -> l.tasks() == 2), 30_000);
            if (!first.dead) {
                publisher.close(publisher.only(), "done", true);
                world.runUntil(() -> first.dead, 5_000);
            }
            more = first.dead;
            first.kill();
            publisher.wanted = false;
            money.watchers.clear();
            chain.watchers.clear();
            Life second = new Life(2, wires, chain, money, backend, first.next, Integer.MAX_VALUE);
            world.run(10_000);
            int at = steps;
            List<LeaseInfo> leases = second.provider.leases();
            for (ChannelService.ChannelInfo c : money.channels()) {
                assertTrue(c.paid().isZero() || c.state() == ChannelService.State.SETTLED, at + ": " + c + leases);
                assertEquals(c.paid().isZero() ? Amount.ZERO : c.paid(), leases.isEmpty() ? Amount.ZERO : leases.getFirst().paid(), "step " + at);
            }
            assertTrue(leases.size() <= 1);
            assertTrue(leases.stream().allMatch(l -> List.of(LeaseState.SETTLED, LeaseState.UNPAID, LeaseState.FAILED).contains(l.state())),
                    at + ": " + leases);
            assertTrue(money.settlements.values().stream().allMatch(n -> n == 1), at + ": settled twice");
            assertEquals(Optional.empty(), second.provider.status().sold());
            assertTrue(backend.boxes.values().stream().allMatch(b -> b.ended().isPresent()), at + ": a survivor runs on");
            settled += money.settlements.size();
            first.provider.close();
            second.provider.close();
            steps++;
        }
        assertTrue(steps > 15, "steps: " + steps);
        assertTrue(settled > 5, "settled: " + settled);
    }
}
