package org.zennet.workbench.tests;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.eclipse.swt.widgets.Display;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.zennet.api.value.Amount;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.PluginService;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.provider.ProviderProcess;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobTemplateService;
import org.zennet.services.publisher.RentService;
import org.zennet.services.settings.Setting;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.KeystoreService;
import org.zennet.services.wallet.WalletService;

/** The services of a node that show the {@link Scene}. Each notes who called it on the UI thread, which nobody may. */
final class Fakes implements AutoCloseable {
    /** Calls on the UI thread, from any test of this process. */
    static final Set<String> ON_UI_THREAD = ConcurrentHashMap.newKeySet();
    /** How many errors tests bring about on purpose: each is logged. */
    static final AtomicInteger EXPECTED_ERRORS = new AtomicInteger();
    /** All calls. */
    final Set<String> called = ConcurrentHashMap.newKeySet();
    /** How many tasks of the job are done. */
    volatile int done = 7;
    /** What stands on the chain. */
    volatile List<ChainService.AnnouncementInfo> announcements = Scene.announcements();
    /** A job in place of those of the scene. */
    volatile Optional<JobService.JobInfo> job = Optional.empty();
    /** What the owner of the provider set. */
    final Map<String, String> set = new ConcurrentHashMap<>();
    /** The pricing strategies that are installed where the provider runs. */
    volatile List<String> strategies = List.of("calibrated", "fixed");
    /** Whether a provider runs beside the window; one that is started comes up only when somebody gives up. */
    volatile boolean providing = true;
    final CountDownLatch givenUp = new CountDownLatch(1);
    /** The words that wallets were restored from, and what they were sealed with. */
    final List<String> restored = new CopyOnWriteArrayList<>();
    /** What the machine was to be calibrated for; a calibration runs until it is cancelled or this says that it is done. */
    final List<String> calibrated = new CopyOnWriteArrayList<>();
    final CountDownLatch calibrationDone = new CountDownLatch(1);
    volatile boolean calibrationCancelled;
    /** What was asked to be rented. */
    volatile RentService.Request rented;
    /** The rents that were given back. */
    final Set<String> closed = ConcurrentHashMap.newKeySet();
    /** What answers at the rented machine, if anything does. */
    volatile Optional<SshMachine> ssh = Optional.empty();
    private final Display display = Display.getDefault();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    Fakes() {
        register(ChainService.class, Map.of("announcements", a -> announcements,
                "tip", a -> new ChainService.Tip(60, Scene.block(60).hash(), 0), "block", a -> Optional.of(Scene.block((int) a[0])),
                "mempool", a -> Scene.mempool(), "parameters", a -> Scene.parameters(), "synced", a -> new CompletableFuture<>()));
        register(NetworkService.class, Map.of("connections", a -> IntStream.range(0, 3).mapToObj(Fakes::peer).toList()));
        register(PluginService.class, Map.of("list", a -> Scene.plugins()));
        register(StrategyRegistry.class, Map.of("extensions", a -> Scene.extensions()));
        register(MarketJournal.class, Map.of("newest", a -> Scene.negotiations()));
        register(WalletService.class, Map.of("balance", a -> Scene.balance(), "history", a -> Scene.history(),
                "takeTestCoins", a -> Scene.hash("faucet")));
        register(ChannelService.class, Map.of("channels", a -> Scene.channels()));
        register(JobService.class, Map.of("jobs", a -> job.map(List::of).orElseGet(() -> Scene.jobs(done))));
        register(ForecastService.class, Map.of("outline", a -> Scene.outline((Path) a[0])));
        register(JobTemplateService.class, Map.of("templates", a -> Scene.templates(), "render", a -> Scene.render((String) a[0], (Map<?, ?>) a[1])));
        register(RentService.class, Map.of("rents", a -> Scene.rents(ssh), "rent", a -> Scene.rents(ssh).stream().filter(r -> r.id().equals(a[0])).findFirst(),
                "open", a -> {
                    rented = (RentService.Request) a[0];
                    return "rent-2";
                }, "close", a -> {
                    closed.add((String) a[0]);
                    return null;
                }));
        register(ProviderService.class, Map.of("status", a -> Scene.providing(), "leases", a -> Scene.leases()));
        register(ProviderProcess.class, Map.of("view", a -> providing ? Optional.of(new ProviderProcess.View(4711, Scene.providing(), Scene.leases())) : Optional.empty(),
                "start", a -> begin(),
                "settings", a -> ProviderScene.sections(set, strategies), "set", a -> change((String) a[0], (Optional<?>) a[1])));
        register(MachineMeasurements.class, Map.of("benchmarks", a -> Optional.of(ProviderScene.benchmarks()), "calibration", a -> Optional.of(ProviderScene.calibration()),
                "calibrate", a -> calibrate((String) a[0], (Amount) a[1], (Consumer<?>) a[3], (BooleanSupplier) a[4])));
        registrations.add(FrameworkUtil.getBundle(Fakes.class).getBundleContext().registerService(InstantSource.class, InstantSource.fixed(Scene.NOW), null));
        register(NodeLauncher.class, Map.of("keystore", a -> use((NodeLauncher.KeystoreUse<?>) a[4]), "isLocked", a -> false,
                "start", a -> new Rejected("this launcher is not real")));
    }

    private Setting change(String key, Optional<?> value) {
        if (value.isPresent()) {
            set.put(key, (String) value.get());
        } else {
            set.remove(key);
        }
        return ProviderScene.sections(set, strategies).stream().flatMap(s -> s.settings().stream()).filter(s -> s.key().equals(key)).findFirst().orElseThrow();
    }

    /** A keystore that takes every sentence but one with a typing mistake. */
    private Object use(NodeLauncher.KeystoreUse<?> use) {
        try {
            return use.with((KeystoreService) Proxy.newProxyInstance(Fakes.class.getClassLoader(), new Class<?>[] {KeystoreService.class}, (proxy, method, a) -> {
                switch (method.getName()) {
                    case "create":
                        return ProviderScene.WORDS;
                    case "restore":
                        List<?> words = (List<?>) a[0];
                        if (words.contains("wrong")) {
                            throw new Rejected("the words are not those of a wallet: 'wrong' is no word of the list");
                        }
                        restored.add(String.join(" ", words.stream().map(String::valueOf).toList()) + ((Optional<?>) a[1]).map(p -> " sealed by " + new String((char[]) p)).orElse(""));
                        return null;
                    default:
                        throw new UnsupportedOperationException(method.getName());
                }
            }));
        } catch (Rejected e) {
            return e;
        }
    }

    private Object begin() {
        try {
            new CountDownLatch(1).await();
            return null;
        } catch (InterruptedException e) {
            givenUp.countDown();
            return e;
        }
    }

    private Object calibrate(String backend, Amount target, Consumer<?> said, BooleanSupplier cancelled) {
        calibrated.add(backend + " for " + target);
        @SuppressWarnings("unchecked")
        Consumer<String> line = (Consumer<String>) said;
        line.accept("integer, 1 of 24");
        try {
            while (!calibrationDone.await(20, TimeUnit.MILLISECONDS)) {
                if (cancelled.getAsBoolean()) {
                    calibrationCancelled = true;
                    return new InterruptedException("cancelled");
                }
            }
        } catch (InterruptedException e) {
            return e;
        }
        return ProviderScene.calibration();
    }

    private static PeerConnection peer(int i) {
        return (PeerConnection) Proxy.newProxyInstance(Fakes.class.getClassLoader(), new Class<?>[] {PeerConnection.class}, (proxy, method, arguments) ->
                switch (method.getName()) {
                    case "identity" -> Scene.key("peer" + i);
                    case "remote" -> "198.51.100." + i + ":7331";
                    case "outbound" -> i == 0;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    /** What a method answers. */
    private interface Answer {
        Object to(Object[] arguments);
    }

    private <S> void register(Class<S> type, Map<String, Answer> answers) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals") ? (Object) (proxy == arguments[0])
                        : method.getName().equals("hashCode") ? (Object) System.identityHashCode(proxy) : type.getSimpleName();
            }
            String name = type.getSimpleName() + "." + method.getName();
            called.add(name);
            if (Thread.currentThread() == display.getThread()) {
                ON_UI_THREAD.add(name);
            }
            Answer answer = answers.get(method.getName());
            if (answer != null) {
                Object given = answer.to(arguments);
                if (given instanceof Rejected || given instanceof InterruptedException) {
                    throw (Exception) given;
                }
                return given;
            }
            if (method.getReturnType() == Registration.class) {
                return (Registration) () -> { };
            }
            if (method.getReturnType() == Optional.class) {
                return Optional.empty();
            }
            throw new UnsupportedOperationException(name);
        };
        BundleContext context = FrameworkUtil.getBundle(Fakes.class).getBundleContext();
        registrations.add(context.registerService(type, type.cast(Proxy.newProxyInstance(Fakes.class.getClassLoader(), new Class<?>[] {type}, handler)), null));
    }

    @Override
    public void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }
}
