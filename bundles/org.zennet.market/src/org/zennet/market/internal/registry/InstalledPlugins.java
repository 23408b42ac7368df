package org.zennet.market.internal.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.Rejected;
import org.zennet.services.market.PluginInfo;
import org.zennet.services.market.PluginService;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.node.NodeContext;

/**
 * Installs plug-in bundles from copies in {@code plugins/NAME.jar} of the data directory, and starts those found there
 * when the process starts. A root: its configuration may be empty but has to exist.
 */
@Component(configurationPid = InstalledPlugins.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
public final class InstalledPlugins implements PluginService {
    /** The configuration of the market, which every role has: with it plug-ins are possible in this process. */
    static final String PID = "org.zennet.market";

    private static final Logger LOG = LoggerFactory.getLogger(InstalledPlugins.class);
    private static final String LOCATION = "zennet-plugin:";
    private static final String API = "org.zennet.api.";

    private final BundleContext context;
    private final StrategyRegistry registry;
    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();
    /** What is installed, by symbolic name; guarded by the lock. */
    private final Map<String, Plugin> plugins = new TreeMap<>();

    /** One jar of the directory; the bundle is null where it could not be installed. */
    private record Plugin(PluginFile file, Bundle bundle, String problem) { }

    /** Starts what is in the directory; what can't be started is listed with its problem. */
    @Activate
    public InstalledPlugins(BundleContext context, @Reference NodeContext node, @Reference StrategyRegistry registry) {
        this(context, node.directory("plugins"), registry);
    }

    InstalledPlugins(BundleContext context, Path directory, StrategyRegistry registry) {
        this.context = context;
        this.registry = registry;
        this.directory = directory;
        restore();
    }

    @Override
    public PluginInfo inspect(Path jar) throws Rejected {
        return locked(() -> {
            Path copy = copy(jar);
            try {
                PluginFile file = read(copy, jar);
                String problem = "";
                try {
                    if (plugins.containsKey(file.name())) {
                        checkSigner(file, plugins.get(file.name()).file());
                    } else {
                        checkName(file);
                    }
                    file.checkApi(apiPackages());
                } catch (Rejected e) {
                    problem = Guard.line(e.getMessage(), 300);
                }
                return new PluginInfo(file.name(), file.version().toString(), file.label(), file.license(), file.signer(), file.apis(), file.sha256(),
                        false, problem, List.of());
            } finally {
                Files.deleteIfExists(copy);
            }
        });
    }

    /** A name of a bundle that is here and no plug-in is not for plug-ins. */
    private void checkName(PluginFile file) throws Rejected {
        for (Bundle b : context.getBundles()) {
            if (file.name().equals(b.getSymbolicName())) {
                throw new Rejected(file.name() + " is part of Zennet and can't be installed as a plug-in");
            }
        }
    }

    private static void checkSigner(PluginFile file, PluginFile old) throws Rejected {
        if (!file.signer().equals(old.signer())) {
            throw new Rejected(file.name() + " " + file.version() + " has another signer (" + signer(file) + ") than the version "
                    + old.version() + " that is installed (" + signer(old) + "); remove that first if you mean it");
        }
    }

    private static void checkShown(PluginFile file, Path jar, Optional<String> sha256) throws Rejected {
        if (sha256.isPresent() && !sha256.get().equalsIgnoreCase(file.sha256())) {
            throw new Rejected(jar.getFileName() + " is not what was shown: its sha256 is " + file.sha256() + " now, it was " + Guard.line(sha256.get(), 70));
        }
    }

    @Override
    public PluginInfo install(Path jar, Optional<String> sha256) throws Rejected {
        return locked(() -> {
            Path copy = copy(jar);
            try {
                PluginFile file = read(copy, jar);
                checkShown(file, jar, sha256);
                if (plugins.containsKey(file.name())) {
                    throw new Rejected(file.name() + " " + plugins.get(file.name()).file().version()
                            + " is installed already; replace it with 'zennet plugins update " + jar + "'");
                }
                checkName(file);
                return keep(copy, file, start(copy, file));
            } finally {
                Files.deleteIfExists(copy);
            }
        });
    }

    @Override
    public PluginInfo update(Path jar, Optional<String> sha256) throws Rejected {
        return locked(() -> {
            Path copy = copy(jar);
            try {
                PluginFile file = read(copy, jar);
                checkShown(file, jar, sha256);
                Plugin old = plugins.get(file.name());
                if (old == null) {
                    throw new Rejected(file.name() + " is not installed; use 'zennet plugins install " + jar + "'");
                }
                checkSigner(file, old.file());
                file.checkApi(apiPackages());
                uninstall(old);
                try {
                    return keep(copy, file, start(copy, file));
                } catch (IOException | Rejected e) {
                    plugins.put(file.name(), load(jarOf(file.name()), old.file()));
                    throw new Rejected(Guard.line(e.getMessage(), 300) + "; version " + old.file().version() + " stays", e);
                }
            } finally {
                Files.deleteIfExists(copy);
            }
        });
    }

    @Override
    public void remove(String name) throws Rejected {
        locked(() -> {
            Plugin plugin = plugins.get(name);
            if (plugin == null) {
                throw new Rejected("no plug-in '" + Guard.line(name, 60) + "' is installed"
                        + (plugins.isEmpty() ? "" : "; there are: " + String.join(", ", plugins.keySet())));
            }
            Files.deleteIfExists(jarOf(name));
            plugins.remove(name);
            uninstall(plugin);
            LOG.info("removed plug-in {} {}", name, plugin.file().version());
            return true;
        });
    }

    @Override
    public List<PluginInfo> list() {
        lock.lock();
        try {
            return plugins.values().stream().map(this::info).toList();
        } finally {
            lock.unlock();
        }
    }

    private void restore() {
        lock.lock();
        try {
            List<Path> jars = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{jar,tmp}")) {
                files.forEach(jars::add);
            }
            for (Bundle b : context.getBundles()) {
                if (b.getLocation() != null && b.getLocation().startsWith(LOCATION)) {
                    b.uninstall();   // a framework with a memory: the directory alone says what is installed
                }
            }
            jars.sort(null);
            for (Path jar : jars) {
                if (jar.toString().endsWith(".tmp")) {
                    Files.delete(jar);
                } else {
                    restore(jar);
                }
            }
        } catch (IOException | BundleException e) {
            LOG.warn("the plug-ins of {} were not started: {}", directory, Guard.describe(e));
        } finally {
            lock.unlock();
        }
    }

    private void restore(Path jar) {
        try {
            PluginFile file = PluginFile.read(jar);
            plugins.put(file.name(), load(jar, file));
        } catch (IOException | Rejected e) {
            LOG.warn("{} is no plug-in: {}; delete it", jar, e.getMessage());
        }
    }

    private Plugin load(Path jar, PluginFile file) {
        try {
            return new Plugin(file, start(jar, file), "");
        } catch (IOException | Rejected e) {
            LOG.warn("plug-in {} was not started: {}", file.name(), e.getMessage());
            return new Plugin(file, null, Guard.line(e.getMessage(), 300));
        }
    }

    private Path copy(Path jar) throws IOException, Rejected {
        if (!Files.isRegularFile(jar)) {
            throw new Rejected(jar + " is no file");
        }
        Path copy = Files.createTempFile(directory, "new", ".tmp");
        try (InputStream in = Files.newInputStream(jar); var out = Files.newOutputStream(copy)) {
            byte[] buffer = new byte[64 * 1024];
            long size = 0;
            for (int n; (n = in.read(buffer)) >= 0;) {
                size += n;
                if (size > MAX_SIZE) {
                    throw new Rejected(jar + " is larger than " + (MAX_SIZE >> 20) + " MiB");
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException | Rejected e) {
            Files.deleteIfExists(copy);
            throw e;
        }
        return copy;
    }

    private static PluginFile read(Path copy, Path given) throws IOException, Rejected {
        try {
            return PluginFile.read(copy);
        } catch (Rejected e) {
            throw new Rejected(given.getFileName() + " is no plug-in: " + e.getMessage(), e);
        }
    }

    /** Installs and starts, or leaves nothing behind. */
    private Bundle start(Path jar, PluginFile file) throws IOException, Rejected {
        file.checkApi(apiPackages());
        Bundle bundle = null;
        try (InputStream in = Files.newInputStream(jar)) {
            bundle = context.installBundle(LOCATION + file.name(), in);
            bundle.start(Bundle.START_TRANSIENT);
            return bundle;
        } catch (BundleException | RuntimeException e) {
            if (bundle != null) {
                uninstall(new Plugin(file, bundle, ""));
            }
            throw new Rejected(file.name() + " " + file.version() + " can't be started: " + Guard.describe(e), e);
        }
    }

    private PluginInfo keep(Path copy, PluginFile file, Bundle bundle) throws IOException, Rejected {
        try {
            Files.move(copy, jarOf(file.name()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            uninstall(new Plugin(file, bundle, ""));
            throw e;
        }
        Plugin plugin = new Plugin(file, bundle, "");
        plugins.put(file.name(), plugin);
        PluginInfo info = info(plugin);
        LOG.info("installed: {}", info.notice());
        return info;
    }

    /** Each step on its own: a plug-in whose stop fails is uninstalled all the same. */
    private static void uninstall(Plugin plugin) {
        if (plugin.bundle() == null) {
            return;
        }
        try {
            plugin.bundle().stop();
        } catch (BundleException | RuntimeException e) {
            LOG.warn("plug-in {} did not stop: {}", plugin.file().name(), Guard.describe(e));
        }
        try {
            plugin.bundle().uninstall();
        } catch (BundleException | RuntimeException e) {
            LOG.warn("plug-in {} was not uninstalled: {}", plugin.file().name(), Guard.describe(e));
        }
    }

    /** The packages of the API that this runtime exports, with their versions. */
    private Map<String, Version> apiPackages() {
        Map<String, Version> packages = new TreeMap<>();
        for (Bundle b : context.getBundles()) {
            BundleWiring wiring = b.adapt(BundleWiring.class);
            if (wiring != null) {
                wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).forEach(c -> {
                    if (c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) instanceof String name && name.startsWith(API)
                            && c.getAttributes().get(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) instanceof Version version) {
                        packages.merge(name, version, (a, o) -> a.compareTo(o) > 0 ? a : o);
                    }
                });
            }
        }
        return packages;
    }

    private PluginInfo info(Plugin p) {
        PluginFile f = p.file();
        boolean active = p.bundle() != null && p.bundle().getState() == Bundle.ACTIVE;
        return new PluginInfo(f.name(), f.version().toString(), f.label(), f.license(), f.signer(), f.apis(), f.sha256(), active,
                active || !p.problem().isEmpty() ? p.problem() : "it was stopped",
                active ? registry.extensions().stream().filter(e -> e.bundle().equals(f.name())).toList() : List.of());
    }

    private static String signer(PluginFile file) {
        return file.signer().orElse("unsigned");
    }

    private Path jarOf(String name) {
        return directory.resolve(name + ".jar");
    }

    private <T> T locked(Step<T> step) throws Rejected {
        lock.lock();
        try {
            return step.run();
        } catch (IOException e) {
            throw new Rejected("the file or the directory " + directory + " can't be read or written: " + Guard.describe(e), e);
        } finally {
            lock.unlock();
        }
    }

    private interface Step<T> {
        T run() throws IOException, Rejected;
    }
}
