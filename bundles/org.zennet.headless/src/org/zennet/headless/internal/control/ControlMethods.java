package org.zennet.headless.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.headless.internal.health.Readings;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.chain.MinerService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.PluginService;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;
import org.zennet.services.provider.Earnings;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobTemplateService;
import org.zennet.services.publisher.RentService;
import org.zennet.services.settings.SettingsService;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.KeystoreService;
import org.zennet.services.wallet.WalletService;

/** What the control socket can be asked: a name, and a function from parameters to a result, each over the services. */
public final class ControlMethods {
    private interface Method {
        Object call(JsonNode params) throws Rejected;
    }

    private interface With<S> {
        Object call(S service, JsonNode params) throws Rejected;
    }

    private final BundleContext bundles;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<String, Method> methods = new LinkedHashMap<>();

    /** Over the services of a framework. */
    public ControlMethods(BundleContext bundles) {
        this(bundles, InstantSource.system());
    }

    ControlMethods(BundleContext bundles, InstantSource clock) {
        this.bundles = bundles;
        methods.put("status", p -> status());
        methods.put("health", p -> readings().health());
        methods.put("stop", p -> {
            stop.countDown();
            return "stopping";
        });
        wallet();
        chain();
        with("miner.status", MinerService.class, "this process does not mine", (m, p) -> m.status());
        with("provider.status", ProviderService.class, "this process provides nothing", (s, p) -> s.status());
        with("provider.leases", ProviderService.class, "this process provides nothing", (s, p) -> s.leases());
        with("provider.earnings", ProviderService.class, "this process provides nothing", (s, p) -> Earnings.perDay(s.leases(), ZoneOffset.UTC,
                clock.instant()).stream().map(d -> Map.of("day", d.day().toString(), "leases", d.leases(), "tasks", d.tasks(), "earned", d.earned())).toList());
        with("provider.keep", ProviderService.class, "this process provides nothing", (s, p) -> {
            s.keep();
            return "keeping";
        });
        with("provider.drain", ProviderService.class, "this process provides nothing", (s, p) -> {
            s.drain();
            return "no new work is taken";
        });
        String noJobs = "this process runs no jobs";
        with("job.submit", JobService.class, noJobs,
                (s, p) -> Map.of("id", s.submit(Path.of(text(p, "file")), Path.of(text(p, "results")))));
        with("job.list", JobService.class, noJobs, (s, p) -> s.jobs());
        with("job.show", JobService.class, noJobs, (s, p) -> s.job(text(p, "id"))
                .orElseThrow(() -> new Rejected("there is no job " + text(p, "id") + ": 'zennet job list' names them")));
        with("job.cancel", JobService.class, noJobs, (s, p) -> {
            s.cancel(text(p, "id"));
            return "cancelled";
        });
        with("forecast.outline", ForecastService.class, noJobs, (s, p) -> s.outline(Path.of(text(p, "file"))));
        with("forecast.probe", ForecastService.class, noJobs,
                (s, p) -> Map.of("id", s.probe(Path.of(text(p, "file")), p.path("providers").asInt(), Path.of(text(p, "results")))));
        with("forecast.show", ForecastService.class, noJobs, (s, p) -> s.forecast(Path.of(text(p, "file")), text(p, "probe")));
        String noRents = "this process rents no machines";
        with("rent.open", RentService.class, noRents, (s, p) -> Map.of("id", s.open(RentCalls.request(p))));
        with("rent.list", RentService.class, noRents, (s, p) -> s.rents());
        with("rent.show", RentService.class, noRents, (s, p) -> s.rent(text(p, "id"))
                .orElseThrow(() -> new Rejected("nothing is rented under " + text(p, "id") + ": 'zennet rent list' tells what is")));
        with("rent.close", RentService.class, noRents, (s, p) -> {
            s.close(text(p, "id"));
            return "closing";
        });
        with("market.negotiations", MarketJournal.class, "this process negotiates nothing",
                (s, p) -> s.newest(p.path("limit").asInt(20)));
        with("plugins.list", PluginService.class, "this process takes no plug-ins", (s, p) -> s.list());
        with("plugins.inspect", PluginService.class, "this process takes no plug-ins", (s, p) -> s.inspect(Path.of(text(p, "file"))));
        with("plugins.install", PluginService.class, "this process takes no plug-ins",
                (s, p) -> s.install(Path.of(text(p, "file")), Optional.ofNullable(p.path("sha256").textValue())));
        with("plugins.update", PluginService.class, "this process takes no plug-ins",
                (s, p) -> s.update(Path.of(text(p, "file")), Optional.ofNullable(p.path("sha256").textValue())));
        with("plugins.remove", PluginService.class, "this process takes no plug-ins", (s, p) -> {
            s.remove(text(p, "name"));
            return "removed";
        });
        String noBenchmarks = "this process has no benchmarks";
        with("benchmark.list", BenchmarkRunner.class, noBenchmarks, (s, p) -> s.benchmarks());
        with("benchmark.newest", BenchmarkRunner.class, noBenchmarks, (s, p) -> s.newest());
        with("benchmark.run", BenchmarkRunner.class, noBenchmarks, (s, p) -> BenchmarkCalls.run(s, p));
        with("benchmark.save", BenchmarkRunner.class, noBenchmarks, (s, p) -> {
            s.save(find(NodeContext.class).orElseThrow(() -> new Rejected("this process has no data directory")).directory(), BenchmarkCalls.results(p.path("results")));
            return "kept";
        });
        String noSettings = "this process has no settings";
        with("config.list", SettingsService.class, noSettings, (s, p) -> SettingsCalls.list(s));
        with("config.get", SettingsService.class, noSettings, (s, p) -> SettingsCalls.get(s, text(p, "key")));
        with("config.set", SettingsService.class, noSettings, (s, p) -> SettingsCalls.view(s.set(text(p, "key"), text(p, "value"))));
        with("config.unset", SettingsService.class, noSettings, (s, p) -> SettingsCalls.view(s.unset(text(p, "key"))));
        with("config.reload", SettingsService.class, noSettings, (s, p) -> {
            s.reload();
            return SettingsCalls.list(s);
        });
        String noTemplates = "this product has no job templates: it was made for providers alone";
        with("templates.list", JobTemplateService.class, noTemplates, (s, p) -> s.templates());
        with("templates.render", JobTemplateService.class, noTemplates, (s, p) -> Map.of("text", s.render(text(p, "id"), texts(p.path("values")))));
        with("strategies", StrategyRegistry.class, "this process has no strategies", (s, p) -> s.extensions());
    }

    /** Reads this process's services for those who watch it. */
    public Readings readings() {
        return new Readings(new Readings.Services() {
            @Override
            public <S> Optional<S> find(Class<S> type) {
                return ControlMethods.this.find(type);
            }
        }, java.time.InstantSource.system());
    }

    /** Waits until somebody asked to stop. */
    public void awaitStop() throws InterruptedException {
        stop.await();
    }

    /** As if somebody asked to stop. */
    public void stop() {
        stop.countDown();
    }

    /** Calls a method. */
    public JsonNode call(String name, JsonNode params) throws Rejected {
        Method m = methods.get(name);
        if (m == null) {
            throw new Rejected("this process does not know the request '" + name + "': is it of another version?");
        }
        return Json.tree(m.call(params));
    }

    private void wallet() {
        String none = "this process has no wallet";
        with("wallet.balance", WalletService.class, none, (w, p) -> w.balance());
        with("wallet.address", WalletService.class, none, (w, p) -> Map.of("address", w.newAddress()));
        with("wallet.history", WalletService.class, none, (w, p) -> w.history(p.path("limit").asInt(50)));
        with("wallet.send", WalletService.class, none,
                (w, p) -> Map.of("txid", w.send(text(p, "address"), Amount.parse(text(p, "amount")))));
        with("wallet.preview", WalletService.class, none,
                (w, p) -> w.preview(text(p, "address"), Amount.parse(text(p, "amount"))));
        with("wallet.testcoins", WalletService.class, none, (w, p) -> Map.of("txid", w.takeTestCoins()));
        with("wallet.channels", ChannelService.class, none, (c, p) -> c.channels());
        with("wallet.backup", KeystoreService.class, none, (k, p) -> {
            k.backup(Path.of(text(p, "file")), Optional.empty());
            return "written";
        });
        with("wallet.words", KeystoreService.class, none, (k, p) -> k.unseenWords().orElse(List.of()));
    }

    private void chain() {
        String none = "this process has no chain";
        with("chain.status", ChainService.class, none, (c, p) -> {
            Map<String, Object> s = new LinkedHashMap<>();
            s.put("parameters", c.parameters());
            s.put("tip", c.tip());
            s.put("synced", c.synced().isDone() && !c.synced().isCompletedExceptionally());
            s.put("mempool", c.mempool().size());
            s.put("announcements", c.announcements().size());
            return s;
        });
        with("chain.block", ChainService.class, none, (c, p) -> c.block(p.path("height").asInt(-1))
                .orElseThrow(() -> new Rejected("there is no block " + p.path("height").asText() + "; the newest is " + c.tip().height())));
        with("chain.tx", ChainService.class, none, (c, p) -> c.transaction(Hash.ofHex(hex(text(p, "txid"))))
                .orElseThrow(() -> new Rejected("there is no transaction " + text(p, "txid") + " in the chain or the mempool")));
        with("chain.spender", ChainService.class, none, (c, p) -> c.spender(new ChainService.OutPoint(
                Hash.ofHex(hex(text(p, "txid"))), p.path("index").asInt())).map(List::of).orElse(List.of()));
        with("chain.conservation", ChainService.class, none, (c, p) -> c.scanConservation());
        with("chain.announcements", ChainService.class, none, (c, p) -> c.announcements());
    }

    private ObjectNode status() {
        ObjectNode s = Json.MAPPER.createObjectNode();
        s.put("pid", ProcessHandle.current().pid());
        find(NodeContext.class).ifPresent(c -> {
            s.put("role", c.role());
            s.put("directory", c.directory().toString());
            s.put("network", c.network().toString());
        });
        find(IdentityService.class).ifPresent(i -> s.put("identity", i.identity().toHex()));
        find(NetworkService.class).ifPresent(n -> {
            s.put("listening", n.listening().toString());
            s.put("peers", n.connections().size());
        });
        find(ChainService.class).ifPresent(c -> {
            s.put("height", c.tip().height());
            s.put("tip", c.tip().hash().toHex());
            s.put("synced", c.synced().isDone() && !c.synced().isCompletedExceptionally());
        });
        find(WalletService.class).ifPresent(w -> s.set("balance", Json.tree(w.balance())));
        find(SignatureScheme.class).ifPresent(x -> s.put("signatures", x.implementation()));
        return s;
    }

    private <S> void with(String name, Class<S> type, String missing, With<S> method) {
        methods.put(name, p -> method.call(find(type).orElseThrow(() -> new Rejected(missing)), p));
    }

    /** A service that is there now. */
    public <S> Optional<S> find(Class<S> type) {
        ServiceReference<S> reference = bundles.getServiceReference(type);
        return Optional.ofNullable(reference).map(bundles::getService);
    }

    private static String text(JsonNode params, String name) {
        JsonNode n = params.path(name);
        if (!n.isTextual()) {
            throw new IllegalArgumentException("the parameter '" + name + "' is missing");
        }
        return n.asText();
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.fields().forEachRemaining(f -> texts.put(f.getKey(), f.getValue().asText()));
        return texts;
    }

    private static String hex(String id) {
        String h = id.startsWith("tx:") ? id.substring(3) : id;
        if (!h.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("'" + id + "' is not a transaction's id: it has 64 hex digits");
        }
        return h;
    }
}
