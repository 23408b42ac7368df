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
                    new Fakes.Benchmarks(), new Fakes.Journal(), wires.world, wires.world, wires.world.workers, new Random(n)),
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
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            net.die();
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
