package org.zennet.publisher.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.api.verification.Comparison;
import org.zennet.publisher.internal.compare.NumericComparer;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.ComparerRegistry;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.market.StrategyRegistry;

/** A buyer that bids once, a backend that runs {@link Program}, a journal. */
final class FakeRegistries implements StrategyRegistry, BackendRegistry, MarketJournal, ComparerRegistry {
    final List<Line> lines = new ArrayList<>();
    boolean backend = true;
    boolean otherBytes;
    Optional<String> comparerFails = Optional.empty();
    int compared;

    @Override
    public CompletableFuture<Boolean> same(String id, Comparison comparison) {
        compared++;
        return comparerFails.isPresent() ? CompletableFuture.failedFuture(new Rejected(comparerFails.get()))
                : CompletableFuture.completedFuture(new NumericComparer().same(comparison));
    }

    @Override
    public void check(String id, Map<String, String> settings) throws Rejected {
        Optional<String> problem = id.equals("numeric") ? new NumericComparer().problem(settings) : Optional.of("there is no comparer '" + id + "' here");
        if (problem.isPresent()) {
            throw new Rejected(problem.get());
        }
    }

    @Override
    public List<ExtensionInfo> comparers() {
        return List.of();
    }

    @Override
    public CompletableFuture<Answer<Quote>> quote(String preferredId, QuoteRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Answer<Bid>> bid(String preferredId, BidRequest request) {
        RateVector lower = RateVector.of((Counter c) -> request.offer().get(c) * 8 / 10);
        Bid bid = request.round() == 0 ? Bid.counter(lower, "") : Bid.accept("");
        return CompletableFuture.completedFuture(new Answer<>(bid, "ceiling", "test", "1", List.of()));
    }

    @Override
    public List<ExtensionInfo> extensions() {
        return List.of();
    }

    @Override
    public int reinstate(ExtensionInfo.Kind kind, String id) {
        return 0;
    }

    @Override
    public Registration watch(Runnable changed) {
        return () -> { };
    }

    @Override
    public Optional<ContainerBackend> backend(String id) {
        return backend ? Optional.of(new Backend()) : Optional.empty();
    }

    @Override
    public List<String> ids() {
        return List.of("wasm");
    }

    @Override
    public List<ExtensionInfo> backends() {
        return List.of();
    }

    @Override
    public void record(String negotiation, Line line) {
        lines.add(line);
    }

    @Override
    public List<Negotiation> newest(int limit) {
        return List.of();
    }

    private final class Backend implements ContainerBackend {
        @Override
        public Capabilities probe() {
            return new Capabilities(Isolation.WASM, new Resources(1000, 1 << 30, 0), Set.of(), true, false, "");
        }

        @Override
        public List<Container> survivors() {
            return List.of();
        }

        @Override
        public Container start(ContainerSpec spec) {
            return new Container() {
                @Override
                public String leaseId() {
                    return spec.leaseId();
                }

                @Override
                public Outcome run(TaskSpec task) {
                    byte[] out = otherBytes ? new byte[] {1} : Program.run(task.args(), task.stdin());
                    return new Outcome(Outcome.Reason.EXITED, 0, out, new byte[0], UsageVector.ZERO, "", Program.files(task));
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
                public void stop() { }

                @Override
                public Optional<String> ended() {
                    return Optional.empty();
                }
            };
        }
    }

}
