package org.zennet.publisher.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.value.Amount;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.internal.buyer.Settings;
import org.zennet.publisher.internal.job.JobBook;
import org.zennet.publisher.internal.rent.Rents;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.crypto.SignatureScheme;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.ComparerRegistry;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.network.NetworkService;
import org.zennet.services.node.NodeContext;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.RentService;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.WalletService;
import org.zennet.store.DurableStore;

/** The publisher as a component. Needs configuration, so that installing the bundle starts nothing. */
@Component(service = {JobService.class, ForecastService.class, RentService.class},
        configurationPid = PublisherComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PublisherComponent.Config.class)
public final class PublisherComponent implements JobService, ForecastService, RentService {
    /** Its configuration's id. */
    public static final String PID = "org.zennet.publisher";
    private static final Logger LOG = LoggerFactory.getLogger(PublisherComponent.class);
    private static final int SCHEMA = 1;

    /** How jobs are run. */
    @ObjectClassDefinition(name = "Publisher", description = "How jobs are run on rented machines")
    public @interface Config {
        /** {@code advertise}. */
        @AttributeDefinition(name = "Host that announcements name; empty: where the network listens") String advertise() default "";

        /** {@code max-providers}. */
        @AttributeDefinition(name = "Most providers of a job, 1 to 1000", min = "1", max = "1000") int max$_$providers() default 16;

        /** {@code buying}. */
        @AttributeDefinition(name = "Buying strategy of jobs that name none") String buying() default "ceiling";

        /** {@code core-per-day}. */
        @AttributeDefinition(name = "What a core costs about for a day; sizes first payment and tick") String core$_$per$_$day() default "1 XEN";

        /** {@code max-output-mib}. */
        @AttributeDefinition(name = "Most MiB that a task may write, 1 to 64", min = "1", max = "64") int max$_$output$_$mib() default 16;

        /** {@code identity-work}. */
        @AttributeDefinition(name = "Zero bits of work that a provider's identity must show", min = "0", max = "64") int identity$_$work() default 0;

        /** {@code recompute}. */
        @AttributeDefinition(name = "Recompute a sample and the reduce step here") boolean recompute() default true;

        /** {@code start-seconds}. */
        @AttributeDefinition(name = "Seconds from contract to ready, and from funding to started", min = "1") int start$_$seconds() default 60;

        /** {@code result-seconds}. */
        @AttributeDefinition(name = "Seconds beyond a task's timeout for its result, and for its output", min = "0") int result$_$seconds() default 15;

        /** {@code settle-seconds}. */
        @AttributeDefinition(name = "Seconds that a job waits at its end for settlements in a block", min = "0") int settle$_$seconds() default 30;

        /** {@code envelope-millis}. */
        @AttributeDefinition(name = "Milliseconds that a usage claim may be ahead of the own clock", min = "0") int envelope$_$millis() default 2000;
    }

    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("publisher-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("publisher-timer").factory());
    private final JobBook book;
    private final Publisher publisher;
    private final Rents rents;

    /** Takes up what earlier jobs left. */
    @Activate
    public PublisherComponent(@Reference NodeContext node, @Reference NetworkService network, @Reference WalletService wallet,
            @Reference ChannelService channels, @Reference ChainService chain, @Reference IdentityService identity,
            @Reference SignatureScheme signatures, @Reference MarketJournal journal, @Reference StrategyRegistry strategies,
            @Reference BackendRegistry backends, @Reference ComparerRegistry comparers, Config config) {
        Path directory = node.directory("publisher");
        this.book = new JobBook(DurableStore.open(directory.resolve("jobs.mv"), SCHEMA));
        Ports ports = new Ports(network, wallet, channels, chain, identity, signatures, journal, strategies, backends, comparers,
                InstantSource.system(), System::nanoTime, new SecureRandom(), this::work, this::after);
        this.rents = new Rents(ports, settings(config), new ContentStore(directory.resolve("images")), node.directory().resolve("rents"));
        this.publisher = new Publisher(ports, settings(config), book, new ContentStore(directory.resolve("content")), rents::running);
    }

    private void work(Runnable action) {
        try {
            workers.execute(action);
        } catch (RejectedExecutionException e) {
            // the component is going
        }
    }

    private void after(Duration time, Runnable action) {
        try {
            timer.schedule(() -> work(action), time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the component is going
        }
    }

    /** Other settings hold for jobs and rents that begin from now on. What can't be read changes nothing. */
    @Modified
    void modified(Config config) {
        try {
            Settings to = settings(config);
            publisher.change(to);
            rents.change(to);
        } catch (IllegalArgumentException e) {
            LOG.warn("the settings of before go on: {}", e.getMessage());
        }
    }

    private static Settings settings(Config c) {
        return new Settings(Optional.of(c.advertise()).filter(a -> !a.isBlank()), Math.clamp(c.max$_$providers(), 1, 1000), c.buying(),
                Amount.parse(c.core$_$per$_$day()), Math.clamp(c.max$_$output$_$mib(), 1, 64) << 20,
                Math.clamp(c.identity$_$work(), 0, 64), c.recompute(), new JobPlan.Waits(1000L * Math.clamp(c.start$_$seconds(), 1, 3600),
                        1000L * Math.clamp(c.result$_$seconds(), 1, 3600), 1000L * Math.clamp(c.settle$_$seconds(), 0, 3600),
                        Math.clamp(c.envelope$_$millis(), 0, 60_000)));
    }

    @Deactivate
    void deactivate() {
        publisher.close();
        rents.close();
        timer.shutdownNow();
        workers.shutdownNow();
        book.close();
    }

    @Override
    public String submit(Path file, Path results) throws Rejected {
        return publisher.submit(file, results);
    }

    @Override
    public Optional<JobInfo> job(String id) {
        return publisher.job(id);
    }

    @Override
    public List<JobInfo> jobs() {
        return publisher.jobs();
    }

    @Override
    public void cancel(String id) throws Rejected {
        publisher.cancel(id);
    }

    @Override
    public Outline outline(Path file) throws Rejected {
        return publisher.outline(file);
    }

    @Override
    public String probe(Path file, int providers, Path results) throws Rejected {
        return publisher.probe(file, providers, results);
    }

    @Override
    public Forecast forecast(Path file, String probe) throws Rejected {
        return publisher.forecast(file, probe);
    }

    @Override
    public Registration watch(Runnable changed) {
        Registration jobs = publisher.watch(changed);
        Registration rented = rents.watch(changed);
        return () -> {
            jobs.close();
            rented.close();
        };
    }

    @Override
    public String open(Request request) throws Rejected {
        return rents.open(request);
    }

    @Override
    public Optional<RentInfo> rent(String id) {
        return rents.rent(id);
    }

    @Override
    public List<RentInfo> rents() {
        return rents.rents();
    }

    @Override
    public void close(String id) throws Rejected {
        rents.close(id);
    }
}
