package org.zennet.provider.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.RateVector;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.services.provider.ProviderService.LeaseState;

/** The road of a lease whose image lies in a registry, as {@link ProviderRoadTest} has it for a module. */
class RegistryRoadTest {
    private static final RateVector FLOOR = RateVector.ZERO.with(Counter.CPU, 1_000_000_000L).with(Counter.WALL, 1_000_000_000L);
    private static final String IMAGE = "registry.example.org/team/image@sha256:" + "5".repeat(64);
    private static final byte[] ARCHIVE = "an archive".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;
    private final World world = new World();
    private final FakeWires.Wires wires = new FakeWires.Wires(world);
    private final Fakes.Chain chain = new Fakes.Chain(world);
    private final FakeBackend backend = new FakeBackend(world);
    private final Fakes.Journal journal = new Fakes.Journal();
    private FakePublisher publisher;
    private Provider provider;
    private Rejected failure;
    private String note = "";
    private int pulls;

    private final class Registry implements ImageRegistries {
        @Override
        public Optional<String> objection(ImageReference image) {
            return image.registry().equals("registry.example.org") ? Optional.empty() : Optional.of("this machine does not pull it");
        }

        @Override
        public Hash pull(ImageReference image, Path file, Watcher watcher) throws Rejected, IOException {
            pulls++;
            assertEquals(IMAGE, image.toString());
            watcher.size(40 << 20);
            watcher.moved(12 << 20);
            note = provider.leases().getFirst().note();
            if (failure != null) {
                throw failure;
            }
            watcher.moved(40 << 20);
            Files.write(file, ARCHIVE);
            return FakePublisher.sha256(ARCHIVE);
        }
    }

    @BeforeEach
    void start() {
        publisher = new FakePublisher(wires, "publisher", 7000);
        publisher.most = RateVector.of(c -> FLOOR.get(c) * 2);
        publisher.reference = Optional.of(IMAGE);
        provider = new Provider(new Kit(new FakeWires.Network(wires, 7001, Fakes.key("provider")), chain, new FakeMoney(world),
                new Fakes.Identity(Fakes.key("provider")), new Fakes.Strategies(FLOOR), backend, new Fakes.Benchmarks(), journal, world, world::nanos, world,
                world.workers, new Random(5)), FakeHost.QUIET, Settings.of(Map.of("cores", "2", "memory", "1GiB")), directory,
                Optional.of(new Registry()));
        provider.start();
        chain.mine();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private boolean is(LeaseState state) {
        return !provider.leases().isEmpty() && provider.leases().getFirst().state() == state;
    }

    @Test
    void theImageIsPulledAndBothSidesSeeHowFarItIsAndTheTasksRunInIt() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> !publisher.leases.isEmpty() && publisher.only().results.size() == 3, 60_000),
                () -> provider.leases() + " " + publisher.refusals + journal.lines);
        assertEquals("pulls its image: 0 of 40 MiB", note, "not more often than twice a second");
        assertEquals("40 of 40 MiB", publisher.only().pulls.getLast().text());
        assertEquals("0 of 40 MiB", publisher.only().pulls.getFirst().text());
        assertEquals(ImageReference.parse(IMAGE).digest(), publisher.only().contract.image(), "the contract names the digest");
        assertFalse(provider.leases().getFirst().note().contains("pulls"), provider.leases().toString());
        assertEquals(0, publisher.cached.getLast());
    }

    @Test
    void whatWasPulledIsInTheNextOfferAndNotPulledAgain() {
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.RUNNING), 20_000), () -> provider.leases() + " " + publisher.refusals);
        FakePublisher second = new FakePublisher(wires, "second", 7002);
        second.most = publisher.most;
        second.reference = publisher.reference;
        second.announce(chain);
        assertTrue(world.runUntil(() -> !second.leases.isEmpty() && second.only().results.size() == 3, 60_000), () -> provider.leases() + " " + second.refusals);
        assertEquals(ARCHIVE.length, second.cached.getLast());
        assertEquals(1, pulls);
    }

    @Test
    void anImageThatDoesNotComeEndsTheLeaseWithTheReasonAndNothingIsPaid() {
        failure = new Rejected("the digest does not match");
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> is(LeaseState.UNPAID) || is(LeaseState.FAILED) || is(LeaseState.SETTLED), 60_000), () -> provider.leases().toString());
        assertTrue(provider.leases().getFirst().note().contains("the image did not come: the digest does not match"), provider.leases().toString());
        assertTrue(publisher.only().close.orElseThrow().reason().contains("the digest does not match"));
        assertTrue(provider.leases().getFirst().owed().isZero());
        assertTrue(backend.boxes.isEmpty());
    }

    @Test
    void whereTheOwnerDoesNotAllowItNoOfferIsMade() {
        publisher.reference = Optional.of(IMAGE.replace("registry.example.org", "elsewhere.example.org"));
        publisher.announce(chain);
        assertTrue(world.runUntil(() -> publisher.refusals.contains("this machine does not pull it"), 20_000), publisher.refusals::toString);
        world.run(Duration.ofMinutes(1).toMillis());
        assertTrue(publisher.rounds.isEmpty() && pulls == 0);
    }
}
