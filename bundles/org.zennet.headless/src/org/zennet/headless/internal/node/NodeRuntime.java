package org.zennet.headless.internal.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.PublicKey;
import org.zennet.headless.internal.settings.SettingsComponent;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.MinerService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.network.JoinLine;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.wallet.KeystoreService;
import org.zennet.services.wallet.WalletService;

/** Starts a node: lock, log, context, configuration, in this order; and stops it in the reverse one. */
@Component(service = {NodeLauncher.class, NodeRuntime.class})
public final class NodeRuntime implements NodeLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);
    private static final long START_MILLIS = 120_000;
    private static final long ASK_MILLIS = 20;
    private static final long BACKEND_MILLIS = 10_000;
    private static final String PREFIX = "org.zennet.";
    private static final String PASSPHRASE = "ZENNET_PASSPHRASE";

    /** Component (without prefix) to the service that shows it is there, in the order of start. */
    private static final Map<String, Class<?>> COMMON = new LinkedHashMap<>();
    private static final Map<Role, Map<String, Class<?>>> BY_ROLE = new LinkedHashMap<>();

    static {
        COMMON.put("network.identity", IdentityService.class);
        COMMON.put("network", NetworkService.class);
        COMMON.put("blockchain", ChainService.class);
        COMMON.put("wallet", WalletService.class);
        COMMON.put("market", null);
        Map<String, Class<?>> provider = new LinkedHashMap<>();
        provider.put("virtualization.wasm", null);
        provider.put("virtualization.registry", null);
        provider.put("provider", ProviderService.class);
        Map<String, Class<?>> publisher = new LinkedHashMap<>();
        publisher.put("virtualization.wasm", null);
        publisher.put("publisher", JobService.class);
        BY_ROLE.put(Role.NODE, Map.of());
        BY_ROLE.put(Role.MINER, Map.of("blockchain.miner", MinerService.class));
        BY_ROLE.put(Role.PROVIDER, provider);
        BY_ROLE.put(Role.PUBLISHER, publisher);
        BY_ROLE.put(Role.WORKBENCH, publisher);
    }

    private final BundleContext bundles;
    private final ConfigurationAdmin admin;
    private final SettingsComponent settings;

    /** Called by the service component runtime. */
    @Activate
    public NodeRuntime(BundleContext bundles, @Reference ConfigurationAdmin admin, @Reference SettingsComponent settings) {
        this.bundles = bundles;
        this.admin = admin;
        this.settings = settings;
    }

    /** What holds for a section of the node that runs: from file, environment and command line. */
    public Map<String, Object> settings(String section) throws Rejected {
        return settings.properties(section);
    }

    /** Components that begin with their configuration. */
    private static Set<String> roots() {
        Set<String> all = new HashSet<>(COMMON.keySet());
        BY_ROLE.values().forEach(c -> all.addAll(c.keySet()));
        return all;
    }

    @Override
    public RunningNode start(Request request) throws Rejected {
        DataDirectory directory = locate(request.data(), request.network(), request.join());
        Deque<AutoCloseable> undo = new ArrayDeque<>();
        try {
            undo.push(directory.lock());
            NetworkConfig config = NetworkConfig.read(directory.path());
            undo.push(settings::close);
            settings.open(directory.path(), request.settings(), roots());
            Logging.start(directory.directory("logs"), request.role().processName(), settings.properties("logging"));
            undo.push(part("logging", p -> Logging.start(directory.directory("logs"), request.role().processName(), p))::close);
            LOG.info("starting {} in {}", request.role().processName(), directory.path());
            Context context = new Context(directory, config, request.role().processName(), request.passphrase());
            clearConfigurations();
            settings.begin();
            ServiceRegistration<NodeContext> registration = bundles.registerService(NodeContext.class, context, null);
            undo.push(registration::unregister);
            undo.push(this::clearConfigurations);
            long deadline = System.nanoTime() + START_MILLIS * 1_000_000;
            startComponents(COMMON, config, deadline, directory);
            startComponents(withBackends(BY_ROLE.get(request.role()), config, request), config, deadline, directory);
            undo.push(settings.part("provider", this::sell)::close);
            LOG.info("{} is up", request.role().processName());
            return new Running(context, undo);
        } catch (Rejected | RuntimeException e) {
            closeAll(undo);
            throw e;
        }
    }

    /** From now on a part of the process takes a section that no component has; it works with its properties already. */
    public Registration part(String section, SettingsComponent.Part part) throws Rejected {
        settings.applied(section, Map.of(), settings.properties(section));
        return settings.part(section, part);
    }

    /** Begins backends that a provider is to sell from now on. Those that it no longer sells stay: they may have containers. */
    private void sell(Map<String, Object> provider) throws Rejected {
        for (String id : ids(provider)) {
            String name = "virtualization." + checked(id);
            try {
                if (admin.listConfigurations("(service.pid=" + PREFIX + name + ")") == null) {
                    Map<String, Object> given = settings.properties(name);
                    configure(name, given);
                    settings.applied(name, Map.of(), given);
                }
            } catch (IOException | org.osgi.framework.InvalidSyntaxException e) {
                throw new Rejected("the backend '" + id + "' can't be begun: " + e.getMessage(), e);
            }
        }
    }

    private static List<String> ids(Map<String, Object> provider) {
        return Stream.of(String.valueOf(provider.getOrDefault("backends", "")).split("[,\\s]+")).filter(id -> !id.isEmpty()).toList();
    }

    /** With the container backends that a provider sells, and those that have settings. */
    private Map<String, Class<?>> withBackends(Map<String, Class<?>> components, NetworkConfig config, Request request) throws Rejected {
        if (!components.containsKey("virtualization.wasm")) {
            return components;
        }
        Map<String, Class<?>> all = new LinkedHashMap<>();
        for (String id : ids(settings.properties("provider"))) {
            all.put("virtualization." + checked(id), null);
        }
        Stream.concat(config.sections().keySet().stream(), request.settings().keySet().stream())
                .filter(name -> name.startsWith("virtualization.")).forEach(name -> all.put(name, null));
        all.putAll(components);
        return all;
    }

    private static String checked(String backend) throws Rejected {
        if (!backend.matches("[a-z0-9-]{1,40}")) {
            throw new Rejected("'" + backend + "' is no backend's id, such as wasm");
        }
        return backend;
    }

    private void startComponents(Map<String, Class<?>> components, NetworkConfig config, long deadline, DataDirectory directory) throws Rejected {
        for (String name : components.keySet()) {
            Map<String, Object> given = settings.properties(name);
            Map<String, Object> under = defaults(name, config, directory);
            configure(name, merge(under, given));
            settings.applied(name, under, given);
        }
        for (Map.Entry<String, Class<?>> e : components.entrySet()) {
            if (e.getValue() != null) {
                await(e.getKey(), e.getValue(), deadline, directory);
            }
        }
    }

    /** What is not written anywhere: where to listen, and where a miner is paid. */
    private Map<String, Object> defaults(String component, NetworkConfig config, DataDirectory directory) throws Rejected {
        if (component.equals("network")) {
            String host = config.network().seed().host();
            boolean loopback = host.startsWith("127.") || host.equals("localhost") || host.equals("::1");
            return Map.of("listen", loopback ? "127.0.0.1:0" : "0.0.0.0:0");
        }
        if (component.equals("blockchain.miner")) {
            return Map.of("address", minerAddress(directory));
        }
        return Map.of();
    }

    /** The wallet's address that the first start chose, so that all blocks pay one address. */
    private String minerAddress(DataDirectory directory) throws Rejected {
        Path file = directory.directory("wallet").resolve("miner-address");
        try {
            if (java.nio.file.Files.exists(file)) {
                return java.nio.file.Files.readString(file).strip();
            }
            ServiceReference<WalletService> wallet = bundles.getServiceReference(WalletService.class);
            String address = bundles.getService(wallet).newAddress();
            java.nio.file.Files.writeString(file, address + "\n");
            return address;
        } catch (IOException e) {
            throw new Rejected(file + " can't be written: " + e.getMessage(), e);
        }
    }

    /** Makes the identity of a directory, if it has none, and tells its key. */
    public PublicKey identity(DataDirectory directory, JoinLine network) throws Rejected {
        return alone("network.identity", true, IdentityService.class, directory, new NetworkConfig(network, true, Map.of()),
                Optional.empty(), IdentityService::identity);
    }

    /** Uses the keystore of a directory that no process holds. Nothing else is started: no chain, no network. */
    public <T> T keystore(DataDirectory directory, Use<KeystoreService, T> use) throws Rejected {
        return keystore(directory, Optional.empty(), use);
    }

    @Override
    public <T> T keystore(Path data, Optional<String> network, Optional<JoinLine> join, Optional<char[]> passphrase, KeystoreUse<T> use)
            throws Rejected {
        return keystore(locate(data, network, join), passphrase, use::with);
    }

    @Override
    public boolean isLocked(Path data, Optional<String> network) {
        try {
            Path keystore = DataDirectory.find(data, network).path().resolve("keystore");
            return java.nio.file.Files.exists(keystore.resolve("seed")) && !java.nio.file.Files.exists(keystore.resolve("passphrase"))
                    && System.getenv(PASSPHRASE) == null;
        } catch (Rejected e) {
            return false;
        }
    }

    private <T> T keystore(DataDirectory directory, Optional<char[]> passphrase, Use<KeystoreService, T> use) throws Rejected {
        NetworkConfig config = NetworkConfig.read(directory.path());
        Deque<AutoCloseable> undo = new ArrayDeque<>();
        undo.push(directory.lock());
        try {
            return alone("wallet.keystore", false, KeystoreService.class, directory, config, passphrase, use);
        } finally {
            closeAll(undo);
        }
    }

    /** Something done with a service. */
    public interface Use<S, T> {
        /** Does it. */
        T with(S service) throws Rejected;
    }

    private <S, T> T alone(String component, boolean configured, Class<S> service, DataDirectory directory, NetworkConfig config,
            Optional<char[]> passphrase, Use<S, T> use) throws Rejected {
        clearConfigurations();
        ServiceRegistration<NodeContext> registration = bundles.registerService(NodeContext.class,
                new Context(directory, config, Role.NODE.processName(), passphrase), null);
        try {
            if (configured) {
                configure(component, Map.of());
            }
            await(component, service, System.nanoTime() + START_MILLIS * 1_000_000, directory);
            return use.with(bundles.getService(bundles.getServiceReference(service)));
        } finally {
            clearConfigurations();
            registration.unregister();
        }
    }

    /** Starts a container backend as the other method does, one that ends soon when nobody uses it. */
    public AutoCloseable backend(Path directory, String id) throws Rejected {
        return backend(directory, id, Map.of("linger", 1000L));
    }

    /**
     * Starts a container backend without a node, in a directory of its own: for what measures and tries containers.
     *
     * @param settings of its component
     * @return closing it takes the backend back
     */
    public AutoCloseable backend(Path directory, String id, Map<String, Object> settings) throws Rejected {
        checked(id);
        clearConfigurations();
        ServiceRegistration<NodeContext> registration = bundles.registerService(NodeContext.class, new Bare(directory), null);
        Deque<AutoCloseable> undo = new ArrayDeque<>();
        undo.push(registration::unregister);
        undo.push(this::clearConfigurations);
        try {
            configure("virtualization." + id, settings);
            BackendRegistry registry = bundles.getService(bundles.getServiceReference(BackendRegistry.class));
            long end = System.nanoTime() + BACKEND_MILLIS * 1_000_000;
            while (registry.backend(id).isEmpty()) {
                if (System.nanoTime() > end) {
                    throw new Rejected("the backend '" + id + "' did not start: is it installed, and can it run here?");
                }
                TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
            }
            return () -> closeAll(undo);
        } catch (InterruptedException e) {
            closeAll(undo);
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted while the backend started", e);
        } catch (Rejected | RuntimeException e) {
            closeAll(undo);
            throw e;
        }
    }

    private static DataDirectory locate(Path data, Optional<String> network, Optional<JoinLine> join) throws Rejected {
        if (join.isEmpty()) {
            return DataDirectory.find(data, network);
        }
        JoinLine line = join.get();
        DataDirectory directory = DataDirectory.of(data, network.orElse(DataDirectory.nameOf(line)));
        directory.create();
        if (java.nio.file.Files.exists(directory.path().resolve("config.yaml"))) {
            NetworkConfig known = NetworkConfig.read(directory.path());
            if (!known.network().salt().equals(line.salt())) {
                throw new Rejected(directory.path() + " belongs to another network (" + DataDirectory.nameOf(known.network())
                        + "): use another --data or --network");
            }
            if (!known.seed() && !known.network().equals(line)) {
                new NetworkConfig(line, false, known.sections()).write(directory.path());
            }
        } else {
            new NetworkConfig(line, false, Map.of()).write(directory.path());
        }
        return directory;
    }

    private void configure(String name, Map<String, Object> properties) throws Rejected {
        try {
            Dictionary<String, Object> d = new Hashtable<>(properties);
            admin.getConfiguration(PREFIX + name, "?").update(d);
        } catch (IOException e) {
            throw new Rejected("the configuration of " + name + " can't be stored: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> merge(Map<String, Object> file, Map<String, Object> over) {
        Map<String, Object> merged = new LinkedHashMap<>();
        if (file != null) {
            merged.putAll(file);
        }
        if (over != null) {
            merged.putAll(over);
        }
        merged.values().removeIf(v -> v == null);
        return merged;
    }

    /** Takes all configurations back, those that use others first. */
    private void clearConfigurations() {
        try {
            Configuration[] all = admin.listConfigurations("(service.pid=" + PREFIX + "*)");
            Map<String, Configuration> byName = new LinkedHashMap<>();
            for (Configuration c : all == null ? new Configuration[0] : all) {
                byName.put(c.getPid().substring(PREFIX.length()), c);
            }
            for (String first : List.of("publisher", "provider", "blockchain.miner")) {
                Configuration c = byName.remove(first);
                if (c != null) {
                    c.delete();
                }
            }
            for (Configuration c : byName.values()) {
                c.delete();
            }
        } catch (IOException | org.osgi.framework.InvalidSyntaxException | IllegalStateException e) {
            LOG.warn("configurations could not be cleared: {}", e.getMessage());
        }
    }

    /** Asks again and again: a service whose component another thread is starting is there and still not to be had. */
    private void await(String component, Class<?> service, long deadline, DataDirectory directory) throws Rejected {
        try {
            while (System.nanoTime() < deadline) {
                ServiceReference<?> reference = bundles.getServiceReference(service);
                if (reference != null && bundles.getService(reference) != null) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
            }
            throw new Rejected("the component '" + component + "' did not start within " + START_MILLIS / 1000 + " s: "
                    + directory.path().resolve("logs") + " tells why");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted while starting", e);
        }
    }

    private static void closeAll(Deque<AutoCloseable> undo) {
        while (!undo.isEmpty()) {
            try {
                undo.pop().close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.getMessage());
            }
        }
    }

    private record Running(NodeContext context, Deque<AutoCloseable> undo) implements RunningNode {
        @Override
        public void close() {
            synchronized (undo) {
                closeAll(undo);
            }
        }
    }

    /** A directory without a network. */
    private record Bare(Path directory) implements NodeContext {
        @Override
        public JoinLine network() {
            throw new IllegalStateException("there is no network here");
        }

        @Override
        public String role() {
            return "zennet-benchmark";
        }

        @Override
        public Path directory(String name) {
            try {
                return java.nio.file.Files.createDirectories(directory.resolve(name));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public Optional<char[]> passphrase() {
            return Optional.empty();
        }
    }

    private record Context(DataDirectory data, NetworkConfig config, String role, Optional<char[]> given) implements NodeContext {
        @Override
        public Path directory() {
            return data.path();
        }

        @Override
        public JoinLine network() {
            return config.network();
        }

        @Override
        public boolean isSeed() {
            return config.seed();
        }

        @Override
        public Path directory(String name) {
            return data.directory(name);
        }

        @Override
        public Optional<char[]> passphrase() {
            return given.or(() -> Optional.ofNullable(System.getenv(PASSPHRASE)).map(String::toCharArray));
        }
    }
}
