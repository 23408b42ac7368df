package org.zennet.market.internal.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Reading;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.ExtensionInfo.State;

@Timeout(60)
class BackendRegistryTest {
    private static final Resources SIZE = new Resources(1000, 1 << 30, 0);
    private static final ContainerSpec SPEC =
            new ContainerSpec("lease-1", Path.of("m.wasm"), Hash.of(new byte[32]), SIZE, Path.of("."), 1000, 1000);
    private final ExtensionRegistry registry = new ExtensionRegistry(100);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** A backend whose methods do what the test says. */
    private static class Fake implements ContainerBackend {
        final String notes;
        final AtomicInteger stopped = new AtomicInteger();

        Fake(String notes) {
            this.notes = notes;
        }

        @Override
        public Capabilities probe() throws ContainerException {
            return new Capabilities(Isolation.WASM, SIZE, Set.of(), true, false, notes);
        }

        @Override
        public Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
            return new FakeContainer(spec.leaseId(), stopped);
        }

        @Override
        public List<Container> survivors() {
            return List.of(new FakeContainer("lease-0", stopped));
        }
    }

    private record FakeContainer(String leaseId, AtomicInteger stopped) implements Container {
        @Override
        public Outcome run(TaskSpec task) {
            throw new IllegalStateException("the engine is gone");
        }

        @Override
        public void cancel() { }

        @Override
        public UsageVector usage() {
            return UsageVector.ZERO;
        }

        @Override
        public void keepAlive() { }

        @Override
        public void freeze(boolean frozen) { }

        @Override
        public void stop() {
            stopped.incrementAndGet();
        }

        @Override
        public Optional<String> ended() {
            return stopped.get() > 0 ? Optional.of("stopped") : Optional.empty();
        }
    }

    private static Fakes.Reference<ContainerBackend> wasm(int ranking) {
        return new Fakes.Reference<>(ContainerBackend.ID, "wasm", ranking, "org.zennet.virtualization.wasm", "0.1.0");
    }

    @Test
    void containersOfABackendThatWasReplacedAreReadByTheOneThatMadeThem() throws Exception {
        List<String> asked = new java.util.ArrayList<>();
        class Reader extends Fake {
            Reader(String notes) {
                super(notes);
            }

            @Override
            public java.util.Map<String, Reading> read(java.util.Collection<Container> containers) throws ContainerException {
                asked.add(notes + " " + containers.size());
                return super.read(containers);
            }
        }
        registry.bindBackend(new Reader("first"), wasm(0));
        ContainerBackend kept = registry.backend("wasm").orElseThrow();
        Container old = kept.start(SPEC);
        registry.bindBackend(new Reader("second"), wasm(10));
        Container fresh = kept.survivors().getFirst();
        assertEquals(Set.of("lease-0", "lease-1"), kept.read(List.of(old, fresh)).keySet());
        assertEquals(List.of("first 1", "second 1"), asked);
    }

    @Test
    void whatIsHandedOutFollowsTheBackendThatIsThere() throws Exception {
        var first = wasm(0);
        var second = wasm(10);
        registry.bindBackend(new Fake("first"), first);
        ContainerBackend kept = registry.backend("wasm").orElseThrow();
        registry.bindBackend(new Fake("second"), second);
        assertEquals("second", kept.probe().notes());
        registry.unbindBackend(second);
        assertEquals("first", kept.probe().notes());
        registry.unbindBackend(first);
        assertTrue(registry.backend("wasm").isEmpty());
        assertEquals("backend 'wasm' is not here now: its bundle was stopped or removed",
                assertThrows(ContainerException.class, kept::probe).getMessage());
        registry.bindBackend(new Fake("back"), wasm(0));
        assertEquals("back", kept.probe().notes());
    }

    @Test
    void programsBesideATaskAreStartedByTheBackendAndRefusedByOneThatHasNone() throws Exception {
        var reference = wasm(0);
        registry.bindBackend(new Fake(""), reference);
        ExecSpec spec = new ExecSpec(List.of("sh"), java.util.Map.of(), Optional.empty());
        Container without = registry.backend("wasm").orElseThrow().start(SPEC);
        assertEquals("this kind of container runs no programs beside its task",
                assertThrows(ContainerException.class, () -> without.exec(spec)).getMessage());
        registry.unbindBackend(reference);

        GuestProcess shell = (GuestProcess) java.lang.reflect.Proxy.newProxyInstance(GuestProcess.class.getClassLoader(),
                new Class<?>[] {GuestProcess.class}, (proxy, method, args) -> null);
        registry.bindBackend(new Fake("") {
            @Override
            public Container start(ContainerSpec s) {
                return (Container) java.lang.reflect.Proxy.newProxyInstance(Container.class.getClassLoader(),
                        new Class<?>[] {Container.class}, (proxy, method, args) -> method.getName().equals("exec") ? shell : null);
            }
        }, wasm(0));
        assertSame(shell, registry.backend("wasm").orElseThrow().start(SPEC).exec(spec));
    }

    @Test
    void containersOutliveTheirBackendsBundleAndAreFoundAgainByLease() throws Exception {
        Fake backend = new Fake("");
        var reference = wasm(0);
        registry.bindBackend(backend, reference);
        Container container = registry.backend("wasm").orElseThrow().start(SPEC);
        registry.unbindBackend(reference);
        assertEquals("lease-1", container.leaseId());
        assertEquals(UsageVector.ZERO, container.usage());
        container.stop();
        assertEquals(1, backend.stopped.get());
        assertEquals(Optional.of("stopped"), container.ended());
        registry.bindBackend(backend, wasm(0));
        assertEquals("lease-0", registry.backend("wasm").orElseThrow().survivors().get(0).leaseId());
    }

    /** A container that is of no use once its backend was closed, or that ends its task well. */
    private Container container(CountDownLatch inside, CountDownLatch closed, Outcome outcome) {
        return (Container) java.lang.reflect.Proxy.newProxyInstance(Container.class.getClassLoader(), new Class<?>[] {Container.class}, (proxy, method, args) -> {
            if (method.getName().equals("leaseId")) {
                return "lease-1";
            }
            if (outcome == null) {
                inside.countDown();
                closed.await();
                if (method.getName().equals("ended")) {
                    return Optional.of("the backend was closed");
                }
                throw new ContainerException("the backend was closed");
            }
            return switch (method.getName()) {
                case "run" -> outcome;
                case "usage" -> outcome.usage();
                case "ended" -> Optional.empty();
                default -> null;
            };
        });
    }

    @Test
    void aTaskGoesOnInTheVersionThatTookTheBackendsPlace() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Outcome done = new Outcome(Outcome.Reason.EXITED, 0, new byte[] {7}, new byte[0], UsageVector.ZERO, "");
        var old = wasm(0);
        registry.bindBackend(new Fake("old") {
            @Override
            public Container start(ContainerSpec spec) {
                return container(inside, closed, null);
            }
        }, old);
        Container held = registry.backend("wasm").orElseThrow().start(SPEC);
        var task = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return held.run(new TaskSpec("task-1", List.of(), java.util.Map.of(), new byte[0], 1000, 100));
            } catch (ContainerException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        inside.await();
        registry.unbindBackend(old);
        closed.countDown();
        registry.bindBackend(new Fake("new") {
            @Override
            public List<Container> survivors() {
                return List.of(new FakeContainer("lease-0", stopped), container(inside, closed, done));
            }
        }, wasm(0));
        assertSame(done, task.get(30, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), held.ended(), "that the old one was closed is no end");
        assertEquals(UsageVector.ZERO, held.usage());
    }

    @Test
    void aContainerThatNobodyTakesOverFailsWithItsOwnReason() throws Exception {
        ExtensionRegistry impatient = new ExtensionRegistry(1);   // waits a tenth of a second
        CountDownLatch open = new CountDownLatch(0);
        var old = wasm(0);
        impatient.bindBackend(new Fake("old") {
            @Override
            public List<Container> survivors() {
                return List.of(container(open, open, null));
            }
        }, old);
        var task = new TaskSpec("task-1", List.of(), java.util.Map.of(), new byte[0], 1000, 100);
        Container held = impatient.backend("wasm").orElseThrow().survivors().get(0);
        impatient.unbindBackend(old);
        assertEquals("the backend was closed", assertThrows(ContainerException.class, () -> held.run(task)).getMessage());
        impatient.bindBackend(new Fake("new"), wasm(0));
        assertEquals("the backend was closed", assertThrows(ContainerException.class, () -> held.run(task)).getMessage(), "it knows only lease-0");
    }

    @Test
    void aBackendsOwnExceptionIsNoReasonForQuarantineAnUncheckedOneIs() throws Exception {
        AtomicReference<Exception> wrong = new AtomicReference<>(new ContainerException("no space left on the device"));
        registry.bindBackend(new Fake("") {
            @Override
            public Container start(ContainerSpec spec) throws ContainerException {
                if (wrong.get() instanceof ContainerException e) {
                    throw e;
                }
                throw (RuntimeException) wrong.get();
            }
        }, wasm(0));
        ContainerBackend backend = registry.backend("wasm").orElseThrow();
        assertSame(wrong.get(), assertThrows(ContainerException.class, () -> backend.start(SPEC)));
        assertEquals(State.ACTIVE, registry.backends().get(0).state());
        wrong.set(new NullPointerException("engine"));
        assertTrue(assertThrows(ContainerException.class, () -> backend.start(SPEC)).getMessage().contains("NullPointerException: engine"));
        assertEquals(State.QUARANTINED, registry.backends().get(0).state());
        assertEquals(2, registry.backends().get(0).failures());
        assertEquals(List.of(), registry.ids());
        assertTrue(assertThrows(ContainerException.class, backend::probe).getMessage().contains("is in quarantine"));
    }

    @Test
    void anUncheckedExceptionOfAContainerFailsTheTaskAndNotTheBackend() throws Exception {
        registry.bindBackend(new Fake(""), wasm(0));
        Container container = registry.backend("wasm").orElseThrow().start(SPEC);
        ContainerException e = assertThrows(ContainerException.class, () -> container.run(null));
        assertEquals("container of lease lease-1 failed in run: it threw IllegalStateException: the engine is gone", e.getMessage());
        assertEquals(List.of("wasm"), registry.ids());
        assertEquals(1, registry.backends().get(0).failures());
    }

    @Test
    void aContainerThatComesTooLateIsStopped() throws Exception {
        ExtensionRegistry impatient = new ExtensionRegistry(0);   // a millisecond each
        AtomicInteger stops = new AtomicInteger();
        impatient.bindBackend(new Fake("") {
            @Override
            public Container start(ContainerSpec spec) {
                boolean released = false;
                while (!released) {
                    try {
                        released = release.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        // deaf
                    }
                }
                return new FakeContainer("lease-1", stops);
            }
        }, wasm(0));
        ContainerBackend backend = impatient.backend("wasm").orElseThrow();
        assertThrows(ContainerException.class, () -> backend.start(SPEC));
        assertEquals(0, stops.get());
        release.countDown();
        for (int i = 0; i < 10_000 && stops.get() == 0; i++) {
            LockSupport.parkNanos(1_000_000);
        }
        assertEquals(1, stops.get());
    }

    @Test
    void benchmarksRunOneAfterTheOtherAndAFailingOneIsLeftOut() throws Exception {
        registry.bindBenchmark(budget -> List.of(new BenchmarkResult("a/1", "Mop/s", budget, 0)),
                new Fakes.Reference<Benchmark>(Benchmark.ID, "a", 0, "a", "1.0.0"));
        registry.bindBenchmark(budget -> List.of(new BenchmarkResult("b".repeat(41), "Mop/s", 1, 0)),
                new Fakes.Reference<Benchmark>(Benchmark.ID, "b", 0, "b", "1.0.0"));
        registry.bindBenchmark(budget -> {
            throw new IllegalStateException("no timer");
        }, new Fakes.Reference<Benchmark>(Benchmark.ID, "c", 0, "c", "1.0.0"));
        assertEquals(List.of(), registry.newest());
        List<BenchmarkResult> results = registry.run(300).get(30, TimeUnit.SECONDS);
        assertEquals(List.of(new BenchmarkResult("a/1", "Mop/s", 100, 0)), results);
        assertEquals(results, registry.newest());
        assertEquals(List.of(State.ACTIVE, State.QUARANTINED, State.QUARANTINED), registry.extensions().stream().map(e -> e.state()).toList());
    }

    @Test
    void whoAsksDuringARunGetsThatRun() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        registry.bindBenchmark(budget -> {
            runs.incrementAndGet();
            inside.countDown();
            release.await();
            return List.of();
        }, new Fakes.Reference<Benchmark>(Benchmark.ID, "a", 0, "a", "1.0.0"));
        var one = registry.run(1000);
        inside.await();
        var two = registry.run(1000);
        release.countDown();
        one.get(30, TimeUnit.SECONDS);
        two.get(30, TimeUnit.SECONDS);
        assertEquals(1, runs.get());
    }
}
