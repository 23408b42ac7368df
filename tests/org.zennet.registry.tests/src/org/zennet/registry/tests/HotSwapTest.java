package org.zennet.registry.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.PluginInfo;
import org.zennet.services.market.PluginService;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.market.StrategyRegistry.Answer;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeContext;

/** Real bundles, a real plug-in: installed, used, removed while it is used. */
class HotSwapTest {
    private static final long SECONDS = 20;
    private static final String NAME = "org.example.nightrate";

    @TempDir
    static Path shared;
    @TempDir
    Path temporary;
    private final BundleContext context = FrameworkUtil.getBundle(HotSwapTest.class).getBundleContext();
    private final List<ServiceTracker<?, ?>> trackers = new ArrayList<>();
    private ServiceRegistration<NodeContext> node;
    private Configuration configuration;
    private StrategyRegistry registry;
    private PluginService plugins;

    /** A data directory and nothing else. */
    private record Node(Path directory) implements NodeContext {
        @Override
        public JoinLine network() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String role() {
            return "zennet-provider";
        }

        @Override
        public Path directory(String name) {
            try {
                return Files.createDirectories(directory.resolve(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<char[]> passphrase() {
            return Optional.empty();
        }
    }

    @BeforeEach
    void start() throws Exception {
        Set<String> wanted = Set.of("org.apache.felix.scr", "org.apache.felix.configadmin", "org.zennet.market", "org.zennet.pricing",
                "org.zennet.benchmark");
        for (Bundle b : context.getBundles()) {
            if (wanted.contains(b.getSymbolicName())) {
                b.start();
            }
        }
        node = context.registerService(NodeContext.class, new Node(temporary), null);
        configuration = service(ConfigurationAdmin.class).getConfiguration("org.zennet.market", "?");
        configuration.update(new Hashtable<>(Map.of("test", "yes")));
        registry = service(StrategyRegistry.class);
        plugins = service(PluginService.class);
    }

    @AfterEach
    void stop() throws Exception {
        for (PluginInfo p : plugins.list()) {
            plugins.remove(p.name());
        }
        configuration.delete();
        node.unregister();
        trackers.forEach(ServiceTracker::close);
    }

    private <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        trackers.add(tracker);
        T service = tracker.waitForService(SECONDS * 1000);
        assertNotNull(service, () -> "no " + type.getName() + " within " + SECONDS + " s");
        return service;
    }

    private Answer<Quote> ask(String preferred) throws Exception {
        Resources machine = new Resources(4000, 8L << 30, 0);
        return registry.quote(preferred, new QuoteRequest(Instant.parse("2026-03-01T23:00:00Z"), machine, machine, List.of(), Amount.ofXen(8), 0, 0,
                Optional.empty(), Optional.empty(), List.of(), Map.of(), new byte[0])).get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void theBuiltInStrategiesAreThere() {
        Set<String> ids = registry.extensions().stream().filter(e -> e.kind() == ExtensionInfo.Kind.PRICING || e.kind() == ExtensionInfo.Kind.BUYING)
                .map(ExtensionInfo::id).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(Set.of("calibrated", "ceiling", "concession", "cost-plus", "demand", "fixed")), ids);
        assertTrue(registry.extensions().stream().allMatch(e -> e.state() == ExtensionInfo.State.ACTIVE), registry.extensions()::toString);
    }

    @Test
    void aPluginBuiltElsewhereAnswersFromTheMomentItIsInstalledUntilItIsRemovedInMidUse() throws Exception {
        Path jar = ExamplePlugin.nightRate(shared);
        assertEquals("calibrated", ask("night-rate").strategy());

        PluginInfo info = plugins.install(jar);
        assertTrue(info.active());
        assertEquals(List.of("night-rate"), info.extensions().stream().map(ExtensionInfo::id).toList());
        Answer<Quote> answer = ask("night-rate");
        assertEquals("night-rate 1.0.0", answer.strategy() + " " + answer.version());
        assertEquals(NAME, answer.bundle());
        assertEquals(11_574_074, answer.value().rates().get(Counter.CPU) / 100, "half of 8 XEN a day for 4 cores");

        ConcurrentLinkedQueue<String> answered = new ConcurrentLinkedQueue<>();
        CountDownLatch used = new CountDownLatch(50);
        Thread user = Thread.ofPlatform().daemon().start(() -> {
            try {
                for (String by = ""; !by.equals("calibrated");) {
                    by = ask("night-rate").strategy();
                    answered.add(by);
                    used.countDown();
                }
            } catch (Exception e) {
                answered.add(e.toString());
            }
        });
        assertTrue(used.await(SECONDS, TimeUnit.SECONDS));
        plugins.remove(NAME);
        user.join(SECONDS * 1000);
        assertEquals(Set.of("night-rate", "calibrated"), Set.copyOf(answered));
        assertTrue(registry.extensions().stream().noneMatch(e -> e.bundle().equals(NAME)));
        assertTrue(List.of(context.getBundles()).stream().noneMatch(b -> NAME.equals(b.getSymbolicName())));
    }

    @Test
    void aBackendBuiltElsewhereRunsAProgramAndRefusesWithAReasonAfterItsRemoval() throws Exception {
        BackendRegistry backends = service(BackendRegistry.class);
        assertTrue(backends.backend("stack-machine").isEmpty());
        plugins.install(ExamplePlugin.jar(shared, "container-plugin", "stack-machine"));
        ContainerBackend backend = backends.backend("stack-machine").orElseThrow();
        assertEquals(Set.of("memory", "wall", "output"), backend.probe().limits());
        byte[] program = "in dup 1 + [ 1 + out in dup 1 + ] drop".getBytes(StandardCharsets.US_ASCII);
        Path image = Files.write(temporary.resolve("image"), program);
        Container container = backend.start(new ContainerSpec("lease-1", image, Hash.of(MessageDigest.getInstance("SHA-256").digest(program)),
                new Resources(1000, 1 << 20, 0), temporary, 60_000, 60_000));
        TaskSpec task = new TaskSpec("task-1", List.of(), Map.of(), "HAL".getBytes(StandardCharsets.US_ASCII), 10_000, 100);
        assertEquals("IBM", new String(container.run(task).stdout(), StandardCharsets.US_ASCII));

        plugins.remove("org.example.stackmachine");
        assertTrue(backends.backend("stack-machine").isEmpty());
        assertEquals("backend 'stack-machine' is not here now: its bundle was stopped or removed",
                assertThrows(ContainerException.class, backend::probe).getMessage());
        assertEquals("IBM", new String(container.run(task).stdout(), StandardCharsets.US_ASCII), "a container that runs is finished");
        container.stop();
    }

    @Test
    void aBenchmarkBuiltElsewhereMeasuresAsLongAsItIsThere() throws Exception {
        BenchmarkRunner runner = service(BenchmarkRunner.class);
        plugins.install(ExamplePlugin.jar(shared, "benchmark-plugin", "sorting"));
        List<String> ids = runner.run(600).get(SECONDS * 3, TimeUnit.SECONDS).stream().map(BenchmarkResult::id).toList();
        assertTrue(ids.contains("sorting/1"), ids::toString);
        plugins.remove("org.example.sorting");
        assertTrue(registry.extensions().stream().noneMatch(e -> e.id().equals("sorting/1")), registry.extensions()::toString);
    }

    @Test
    void aPluginIsThereAgainWhenTheProcessConfiguresItsMarketAgain() throws Exception {
        plugins.install(ExamplePlugin.nightRate(shared));
        configuration.delete();
        for (int i = 0; i < SECONDS * 100 && context.getServiceReference(PluginService.class) != null; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        configuration = service(ConfigurationAdmin.class).getConfiguration("org.zennet.market", "?");
        configuration.update(new Hashtable<>(Map.of("test", "again")));
        plugins = service(PluginService.class);
        assertEquals(List.of(NAME), plugins.list().stream().map(PluginInfo::name).toList());
        assertEquals("night-rate", ask("night-rate").strategy());
    }

    @Test
    void stoppingABuiltInBundleLeavesTheQuestionUnansweredAndStartingItAnswersAgain() throws Exception {
        Bundle pricing = List.of(context.getBundles()).stream().filter(b -> "org.zennet.pricing".equals(b.getSymbolicName())).findFirst().orElseThrow();
        pricing.stop();
        Exception e = assertThrows(ExecutionException.class, () -> ask("calibrated"));
        assertTrue(e.getCause() instanceof Rejected, e::toString);
        pricing.start();
        assertEquals("calibrated", ask("calibrated").strategy());
    }
}
