package org.zennet.provider.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.provider.internal.owner.LinuxHost;
import org.zennet.services.Registration;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;
import org.zennet.services.provider.ImageRegistries;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.wallet.ChannelService;

/** The provider as a component: there where it is configured. */
@Component(service = ProviderService.class, name = ProviderComponent.PID, configurationPid = ProviderComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProviderComponent.Config.class)
public final class ProviderComponent implements ProviderService {
    /** The configuration's pid. */
    public static final String PID = "org.zennet.provider";
    private static final Logger LOG = LoggerFactory.getLogger(ProviderComponent.class);
    private static final long STOP_MILLIS = 3_000;

    /** Settings, all optional. */
    @ObjectClassDefinition(name = "Provider", description = "This machine for rent")
    public @interface Config {
        /** The pricing strategy. */
        @AttributeDefinition(name = "Strategy", description = "Id of the pricing strategy; its own settings are the properties strategy.*")
        String strategy() default "calibrated";

        /** What to earn. */
        @AttributeDefinition(name = "Target", description = "What the whole machine shall earn in a day at full load, such as '20 XEN'")
        String target() default "20 XEN";

        /** Cores for rent. */
        @AttributeDefinition(name = "Cores", description = "How many cores to rent out, such as 2 or 1.5; empty: all. May exceed what there is")
        String cores() default "";

        /** Memory for rent. */
        @AttributeDefinition(name = "Memory", description = "How much memory to rent out, such as 2GiB; empty: half of it")
        String memory() default "";

        /** Backends for sale. */
        @AttributeDefinition(name = "Backends", description = "Ids of the container backends to sell, with commas")
        String backends() default "wasm";

        /** The most leases. */
        @AttributeDefinition(name = "Leases", type = AttributeType.INTEGER, min = "1", max = "10000",
                description = "The most leases at a time, 1 to 10000")
        String max$_$leases() default "64";

        /** The shortest interval. */
        @AttributeDefinition(name = "Least interval", type = AttributeType.INTEGER, min = "100", max = "3600000",
                description = "The shortest time between usage statements that is taken, in milliseconds")
        String least$_$interval() default "100";

        /** Whether the owner's presence takes the machine back. */
        @AttributeDefinition(name = "Idle only", type = AttributeType.BOOLEAN,
                description = "true: freeze leases while the owner is here or other programs load the machine")
        String idle$_$only() default "false";

        /** The most load of others. */
        @AttributeDefinition(name = "Foreign limit", type = AttributeType.INTEGER, min = "0", max = "1000",
                description = "The most load of other programs with idle-only, in thousandths of all cores, 0 to 1000")
        String foreign$_$limit() default "200";

        /** How long it must be quiet. */
        @AttributeDefinition(name = "Quiet", type = AttributeType.INTEGER, min = "1", max = "99999",
                description = "How long it must have been quiet before work goes on, in seconds")
        String quiet() default "60";

        /** When how much is for rent. */
        @AttributeDefinition(name = "Schedule", description = "Windows of the week such as 'mon-fri 18:00-08:00, sat-sun 50%'; empty: always")
        String schedule() default "";

        /** Whose hours. */
        @AttributeDefinition(name = "Time zone", description = "Of the schedule, such as Europe/Berlin; empty: the system's")
        String time$_$zone() default "";

        /** How much of cores and memory. */
        @AttributeDefinition(name = "Share", type = AttributeType.INTEGER, min = "1", max = "1000",
                description = "How much of cores and memory is for rent at most, in thousandths, 1 to 1000")
        String share() default "1000";

        /** What guests may reach. */
        @AttributeDefinition(name = "Egress", description = "What guests may reach where their contract names it, such as public or "
                + "'example.org:443, 203.0.113.0/24'; none: no guest has a network")
        String egress() default "none";

        /** The longest that work may go unpaid. */
        @AttributeDefinition(name = "Most unpaid", type = AttributeType.INTEGER, min = "1", max = "86400",
                description = "The longest that work may go unpaid by the terms of a lease, in seconds")
        String most$_$unpaid() default "300";
    }

    private final Provider provider;
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor timer;

    /** From configuration. */
    @Activate
    public ProviderComponent(Map<String, Object> properties, @Reference NodeContext node, @Reference NetworkService network,
            @Reference ChainService chain, @Reference ChannelService channels, @Reference IdentityService identity,
            @Reference StrategyRegistry strategies, @Reference BackendRegistry backends, @Reference BenchmarkRunner benchmarks,
            @Reference MarketJournal journal,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL) ImageRegistries registries) {
        Settings settings = Settings.of(properties);
        this.workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("provider-", 0).factory());
        this.timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("provider-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        try {
            this.provider = new Provider(new Kit(network, chain, channels, identity, strategies, backends, benchmarks, journal,
                    InstantSource.system(), System::nanoTime, this::after, workers, new SecureRandom()), new LinuxHost(Path.of("/")), settings,
                    node.directory("provider"), Optional.ofNullable(registries));
        } catch (RuntimeException e) {
            timer.shutdownNow();
            workers.shutdown();
            throw e;
        }
        provider.start();
    }

    /** The owner changed settings: they hold from now on. What can't be read changes nothing. */
    @Modified
    public void modified(Map<String, Object> properties) {
        try {
            provider.change(Settings.of(properties));
            LOG.info("other settings hold from now on");
        } catch (IllegalArgumentException e) {
            LOG.warn("the settings of before go on: {}", e.getMessage());
        }
    }

    private Registration after(long millis, Runnable task) {
        try {
            ScheduledFuture<?> f = timer.schedule(() -> workers.execute(task), millis, TimeUnit.MILLISECONDS);
            return () -> f.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> { };
        }
    }

    /** Ends leases in order, within about three seconds. */
    @Deactivate
    public void deactivate() {
        try {
            provider.stop().get(STOP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("not all leases ended in time; the next start settles what is left");
        } catch (ExecutionException e) {
            LOG.error("the leases did not end in order", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        provider.close();
        workers.shutdown();
    }

    @Override
    public Status status() {
        return provider.status();
    }

    @Override
    public List<LeaseInfo> leases() {
        return provider.leases();
    }

    @Override
    public void drain() {
        provider.drain();
    }

    @Override
    public void keep() {
        provider.keep();
    }

    @Override
    public Registration watch(Runnable changed) {
        return provider.watch(changed);
    }
}
