package org.zennet.headless.internal.beside;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NetworkConfig;
import org.zennet.headless.internal.settings.Guides;
import org.zennet.headless.internal.settings.OfflineSettings;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeContext;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;
import org.zennet.services.wallet.WalletService;

/** The provider process over {@code DIR/provider}, asked through its control socket. */
@Component
public final class ProviderBeside implements ProviderProcess {
    private static final int UP_SECONDS = 120;
    private static final int STOP_SECONDS = 30;
    private static final long LOOK_MILLIS = 100;
    private final BundleContext bundles;
    private final NodeContext context;
    private final Path root;

    /** Beside the process of a context. */
    @Activate
    public ProviderBeside(BundleContext bundles, @Reference NodeContext context) {
        this.bundles = bundles;
        this.context = context;
        this.root = Child.root(context.directory()).resolve("provider");
    }

    @Override
    public Path directory() {
        return root;
    }

    private String network() {
        return DataDirectory.nameOf(context.network());
    }

    private ControlClient client() {
        return new ControlClient(root.resolve(network()));
    }

    @Override
    public Optional<View> view() {
        ControlClient client = client();
        if (!client.answers()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new View(client.call("status", Map.of()).path("pid").asLong(), ProviderDocument.status(client.call("provider.status", Map.of())),
                    ProviderDocument.leases(client.call("provider.leases", Map.of()))));
        } catch (Rejected | RuntimeException e) {
            // it stops meanwhile, or is another version
            return Optional.empty();
        }
    }

    @Override
    public synchronized void start() throws Rejected, InterruptedException {
        if (client().answers()) {
            throw new Rejected("a provider runs already in " + root);
        }
        payIntoThisWallet();
        List<String> words = List.of("provider", "start", "--data", root.toString(), "--network", network(), "--join", context.network().toString());
        Path log = root.resolve("start.log");
        Process process;
        try {
            Files.createDirectories(root);
            process = Child.builder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new Rejected("the provider can't be started: " + e.getMessage(), e);
        }
        boolean up = false;
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(UP_SECONDS);
            while (!(up = client().answers())) {
                if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new Rejected("the provider did not start: " + lastLine(log));
                }
                if (System.nanoTime() > end) {
                    throw new Rejected("the provider did not come up within " + UP_SECONDS + " s: " + lastLine(log));
                }
            }
        } finally {
            if (!up) {
                Child.end(process);
            }
        }
    }

    /** Where nobody said another address: once, so that all starts pay the same one. */
    private void payIntoThisWallet() throws Rejected {
        Path directory = configured().path();
        ServiceReference<WalletService> wallet = bundles.getServiceReference(WalletService.class);
        if (wallet != null && NetworkConfig.read(directory).sections().getOrDefault("wallet", Map.of()).get("payout") == null) {
            NetworkConfig.edit(directory, "wallet", "payout", Optional.of(bundles.getService(wallet).newAddress()));
        }
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
            return lines.isEmpty() ? "it said nothing" : lines.getLast().replaceFirst("^zennet: (\\w+: )?", "");
        } catch (IOException e) {
            return "its log " + log + " can't be read";
        }
    }

    @Override
    public synchronized void stop(boolean keepLeases) throws Rejected {
        ControlClient client = client();
        JsonNode status = client.call("status", Map.of());
        if (keepLeases) {
            client.call("provider.keep", Map.of());
        }
        client.call("stop", Map.of());
        Optional<ProcessHandle> process = ProcessHandle.of(status.path("pid").asLong());
        try {
            if (process.isPresent()) {
                process.get().onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted; the provider was told to stop", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new Rejected("the provider was told to stop and is still there after " + STOP_SECONDS + " s", e);
        }
    }

    @Override
    public void drain() throws Rejected {
        client().call("provider.drain", Map.of());
    }

    @Override
    public synchronized List<Section> settings() throws Rejected {
        ControlClient client = client();
        if (client.answers()) {
            return SettingsDocument.sections(client.call("config.list", Map.of()));
        }
        try {
            return offline().sections();
        } catch (IllegalArgumentException e) {
            throw new Rejected(e.getMessage(), e);
        }
    }

    @Override
    public synchronized Setting set(String key, Optional<String> value) throws Rejected {
        ControlClient client = client();
        if (client.answers()) {
            return SettingsDocument.setting(value.isPresent() ? client.call("config.set", Map.of("key", key, "value", value.get()))
                    : client.call("config.unset", Map.of("key", key)));
        }
        OfflineSettings offline = offline();
        return value.isPresent() ? offline.set(key, value.get()) : offline.unset(key);
    }

    private OfflineSettings offline() throws Rejected {
        return new OfflineSettings(configured(), bundles.getBundles(), System.getenv(), Guides.of(bundles));
    }

    /** Its data directory, made where it isn't there. */
    private DataDirectory configured() throws Rejected {
        DataDirectory directory = DataDirectory.of(root, network());
        if (!Files.exists(directory.path().resolve("config.yaml"))) {
            directory.create();
            new NetworkConfig(context.network(), false, Map.of()).write(directory.path());
        }
        return directory;
    }
}
