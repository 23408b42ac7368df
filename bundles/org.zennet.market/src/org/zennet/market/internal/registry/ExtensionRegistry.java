package org.zennet.market.internal.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.zennet.api.benchmark.Benchmark;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.BuyingStrategy;
import org.zennet.api.pricing.PricingStrategy;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.template.JobTemplate;
import org.zennet.api.verification.Comparison;
import org.zennet.api.verification.ResultComparer;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.BenchmarkRunner;
import org.zennet.services.market.ComparerRegistry;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.StrategyRegistry;
import org.zennet.services.node.NodeContext;
import org.zennet.services.publisher.JobTemplateService;

/**
 * The only holder of references to plug-ins. One component for all kinds, so that the number of abandoned threads is
 * bounded for the process. Its state (quarantine, counts) lasts as long as somebody holds the service.
 */
@Component(service = {StrategyRegistry.class, BackendRegistry.class, BenchmarkRunner.class, ComparerRegistry.class, JobTemplateService.class})
public final class ExtensionRegistry implements StrategyRegistry, BackendRegistry, BenchmarkRunner, ComparerRegistry, JobTemplateService {
    private final Guard guard = new Guard();
    private final Watchers watchers = new Watchers();
    private final Shelf<PricingStrategy> pricing;
    private final Shelf<BuyingStrategy> buying;
    private final Shelf<ContainerBackend> backends;
    private final Shelf<Benchmark> benchmarks;
    private final Shelf<ResultComparer> comparers;
    private final Shelf<JobTemplate> templates;
    private final Asker<PricingStrategy> sellers;
    private final Asker<BuyingStrategy> buyers;
    private final BenchmarkRuns runs;
    private final Comparers comparing;
    private final Templates filling;
    private final long percent;
    private Path node;

    /** Empty: services come by the bind methods. */
    @Activate
    public ExtensionRegistry() {
        this(100);
    }

    /**
     * For tests.
     *
     * @param percent of the SPIs' time limits that is granted
     */
    ExtensionRegistry(long percent) {
        this.percent = percent;
        Signers signers = new Signers();
        long limit = Math.max(1, PricingStrategy.TIME_LIMIT_MILLIS * percent / 100);
        pricing = new Shelf<>(ExtensionInfo.Kind.PRICING, PricingStrategy.ID, PricingStrategy.LABEL, guard, signers::of, watchers::changed);
        buying = new Shelf<>(ExtensionInfo.Kind.BUYING, BuyingStrategy.ID, BuyingStrategy.LABEL, guard, signers::of, watchers::changed);
        backends = new Shelf<>(ExtensionInfo.Kind.BACKEND, ContainerBackend.ID, ContainerBackend.LABEL, guard, signers::of, watchers::changed);
        benchmarks = new Shelf<>(ExtensionInfo.Kind.BENCHMARK, Benchmark.ID, null, guard, signers::of, watchers::changed);
        comparers = new Shelf<>(ExtensionInfo.Kind.COMPARER, ResultComparer.ID, ResultComparer.LABEL, guard, signers::of, watchers::changed);
        templates = new Shelf<>(ExtensionInfo.Kind.TEMPLATE, JobTemplate.ID, JobTemplate.LABEL, guard, signers::of, watchers::changed);
        sellers = new Asker<>(pricing, guard, LAST_PRICING, limit, Math.max(1, PricingStrategy.PREPARE_LIMIT_MILLIS * percent / 100));
        buyers = new Asker<>(buying, guard, LAST_BUYING, limit, Math.max(1, PricingStrategy.PREPARE_LIMIT_MILLIS * percent / 100));
        runs = new BenchmarkRuns(benchmarks, guard, percent);
        comparing = new Comparers(new Caller<>(comparers, guard, Math.max(1, ResultComparer.TIME_LIMIT_MILLIS * percent / 100)));
        filling = new Templates(templates, new Caller<>(templates, guard, Math.max(1, JobTemplate.TIME_LIMIT_MILLIS * percent / 100)));
    }

    @Override
    public CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest request) {
        return sellers.ask(preferredId, s -> s.prepare(request.settings()), s -> s.quote(copy(request)), Checks::quote);
    }

    @Override
    public CompletableFuture<Answer<Bid>> bid(String preferredId, BidRequest request) {
        return buyers.ask(preferredId, s -> s.prepare(request.settings()), s -> s.bid(request), Checks::bid);
    }

    @Override
    public List<ExtensionInfo> extensions() {
        return Stream.of(pricing, buying, backends, benchmarks, comparers, templates).flatMap(s -> s.infos().stream()).toList();
    }

    @Override
    public int reinstate(ExtensionInfo.Kind kind, String id) {
        return switch (kind) {
            case PRICING -> pricing.reinstate(id);
            case BUYING -> buying.reinstate(id);
            case BACKEND -> backends.reinstate(id);
            case BENCHMARK -> benchmarks.reinstate(id);
            case COMPARER -> comparers.reinstate(id);
            case TEMPLATE -> templates.reinstate(id);
        };
    }

    @Override
    public Optional<ContainerBackend> backend(String id) {
        return backends.best(id).map(e -> new GuardedBackend(id, backends, guard, percent));
    }

    @Override
    public List<String> ids() {
        return backends.ordered().stream().filter(Entry::isActive).map(Entry::id).distinct().toList();
    }

    @Override
    public long revision(String id) {
        return backends.best(id).map(Entry::revision).orElse(0L);
    }

    @Override
    public List<ExtensionInfo> backends() {
        return backends.infos();
    }

    @Override
    public CompletableFuture<List<BenchmarkResult>> run(long budgetMillis) {
        return runs.run(budgetMillis);
    }

    @Override
    public CompletableFuture<List<BenchmarkResult>> run(List<String> ids, long budgetMillis, Consumer<BenchmarkResult> each) throws Rejected {
        return runs.run(ids, budgetMillis, each);
    }

    @Override
    public List<Info> benchmarks() {
        return runs.infos();
    }

    @Override
    public List<BenchmarkResult> newest() {
        return runs.newest();
    }

    @Override
    public synchronized void save(Path directory, List<BenchmarkResult> results) throws Rejected {
        BenchmarkFile file = new BenchmarkFile(directory, BenchmarkFile.thisMachine());
        List<BenchmarkResult> all = BenchmarkRuns.overlay(results, file.read());
        all = BenchmarkRuns.overlay(all, results);
        try {
            file.write(all);
        } catch (IOException e) {
            throw new Rejected("the results can't be kept in " + directory + ": " + e.getMessage(), e);
        }
        if (directory.equals(node)) {
            runs.saved(all);
        }
    }

    @Override
    public CompletableFuture<Boolean> same(String id, Comparison comparison) {
        return comparing.same(id, comparison);
    }

    @Override
    public void check(String id, Map<String, String> settings) throws Rejected {
        comparing.check(id, settings);
    }

    @Override
    public List<ExtensionInfo> comparers() {
        return comparers.infos();
    }

    @Override
    public List<Template> templates() {
        return filling.templates();
    }

    @Override
    public String render(String id, Map<String, String> values) throws Rejected {
        return filling.render(id, values);
    }

    /** The node of this process: what was saved for it goes into its offers. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    synchronized void bindNode(NodeContext context) {
        node = context.directory();
        runs.saved(new BenchmarkFile(node, BenchmarkFile.thisMachine()).read());
    }

    synchronized void unbindNode(NodeContext context) {
        node = null;
        runs.saved(List.of());
    }

    @Override
    public Registration watch(Runnable changed) {
        return watchers.add(changed);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedPricing")
    void bindPricing(PricingStrategy service, ServiceReference<PricingStrategy> reference) {
        pricing.bind(service, reference);
    }

    void updatedPricing(ServiceReference<PricingStrategy> reference) {
        pricing.updated(reference);
    }

    void unbindPricing(ServiceReference<PricingStrategy> reference) {
        pricing.unbind(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedBuying")
    void bindBuying(BuyingStrategy service, ServiceReference<BuyingStrategy> reference) {
        buying.bind(service, reference);
    }

    void updatedBuying(ServiceReference<BuyingStrategy> reference) {
        buying.updated(reference);
    }

    void unbindBuying(ServiceReference<BuyingStrategy> reference) {
        buying.unbind(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedBackend")
    void bindBackend(ContainerBackend service, ServiceReference<ContainerBackend> reference) {
        backends.bind(service, reference);
    }

    void updatedBackend(ServiceReference<ContainerBackend> reference) {
        backends.updated(reference);
    }

    void unbindBackend(ServiceReference<ContainerBackend> reference) {
        backends.unbind(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedBenchmark")
    void bindBenchmark(Benchmark service, ServiceReference<Benchmark> reference) {
        benchmarks.bind(service, reference);
    }

    void updatedBenchmark(ServiceReference<Benchmark> reference) {
        benchmarks.updated(reference);
    }

    void unbindBenchmark(ServiceReference<Benchmark> reference) {
        benchmarks.unbind(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedComparer")
    void bindComparer(ResultComparer service, ServiceReference<ResultComparer> reference) {
        comparers.bind(service, reference);
    }

    void updatedComparer(ServiceReference<ResultComparer> reference) {
        comparers.updated(reference);
    }

    void unbindComparer(ServiceReference<ResultComparer> reference) {
        comparers.unbind(reference);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, updated = "updatedTemplate")
    void bindTemplate(JobTemplate service, ServiceReference<JobTemplate> reference) {
        templates.bind(service, reference);
    }

    void updatedTemplate(ServiceReference<JobTemplate> reference) {
        templates.updated(reference);
    }

    void unbindTemplate(ServiceReference<JobTemplate> reference) {
        templates.unbind(reference);
    }

    /** A request whose bytes a strategy may overwrite without harm. */
    private static QuoteRequest copy(QuoteRequest r) {
        return new QuoteRequest(r.now(), r.resources(), r.machine(), r.benchmarks(), r.targetPerDay(), r.utilisationPerMille(),
                r.round(), r.previous(), r.counter(), r.outcomes(), r.settings(), r.state().clone());
    }
}
