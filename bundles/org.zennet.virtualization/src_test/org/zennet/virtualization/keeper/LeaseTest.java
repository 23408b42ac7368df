package org.zennet.virtualization.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;

/** A lease over a child that ends its task when it is told to. */
class LeaseTest {
    private static final Hash NO_HASH = Hash.of(new byte[Hash.LENGTH]);
    @TempDir
    private Path directory;
    private final List<String> did = new ArrayList<>();
    private boolean freezes = true;
    private Lease lease;

    private final class Obedient implements Child {
        private final Owner owner;

        Obedient(Owner owner) {
            this.owner = owner;
        }

        @Override
        public void launch() {
            owner.ready();
        }

        @Override
        public void run(long number, Wire.Run task) {
            did.add("run");
        }

        @Override
        public void interrupt(long number) {
            owner.ended(number, Outcome.Reason.EXITED, 0, "", Optional.empty());
        }

        @Override
        public void freeze(boolean frozen) throws IOException {
            did.add(frozen ? "freeze" : "thaw");
            if (frozen && !freezes) {
                throw new IOException("the control group does not freeze");
            }
        }

        @Override
        public UsageVector sample() {
            return UsageVector.ZERO;
        }

        @Override
        public void endMeter() { }

        @Override
        public void destroy() {
            did.add("destroy");
        }

        @Override
        public int pid() {
            return 0;
        }
    }

    private final class Kind implements ChildKind {
        @Override
        public void begin(KeeperContext keeper) { }

        @Override
        public Wire.Probed probe(Wire.Host host) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Child create(Wire.Start start, Child.Owner owner) {
            return new Obedient(owner);
        }

        @Override
        public void sweep(Wire.Start start, int pid) { }
    }

    @BeforeEach
    void begin() throws Exception {
        Keeper keeper = new Keeper(directory, directory.resolve("socket"), 1000, new Kind());
        Files.createDirectory(directory.resolve("leases"));
        ContainerSpec spec = new ContainerSpec("a", directory.resolve("image"), NO_HASH, new Resources(1000, 1 << 20, 0), directory, 60_000, 60_000);
        lease = new Lease(keeper, Wire.Start.of(spec, NO_HASH, new Wire.Host(1 << 20, 1000, 0, false, 0, 0, List.of()), new byte[0]), keeper.home("a"));
        lease.launch();
    }

    private CompletableFuture<Wire.Stored> frozenTask() throws Exception {
        TaskSpec task = new TaskSpec("t", List.of(), Map.of(), new byte[0], 60_000, 1000);
        CompletableFuture<Wire.Stored> outcome = lease.run(Wire.Run.of("a", task, Optional.empty(), NO_HASH, Optional.empty(), NO_HASH));
        lease.freeze(true);
        return outcome;
    }

    @Test
    void whatIsFrozenWorksOnlyUntilItsTaskHasEnded() throws Exception {
        CompletableFuture<Wire.Stored> outcome = frozenTask();
        lease.cancel();
        assertEquals(Outcome.Reason.CANCELLED, outcome.join().result().reason());
        assertEquals(List.of("run", "freeze", "thaw", "freeze"), did);
        assertTrue(lease.running());
    }

    @Test
    void whatCanNotBeFrozenAgainIsEnded() throws Exception {
        CompletableFuture<Wire.Stored> outcome = frozenTask();
        freezes = false;
        lease.cancel();
        assertEquals(Outcome.Reason.CANCELLED, outcome.join().result().reason());
        assertEquals(List.of("run", "freeze", "thaw", "freeze", "destroy"), did);
        assertFalse(lease.running());
        assertEquals("it can't be frozen again: the control group does not freeze", lease.state().ended());
    }
}
