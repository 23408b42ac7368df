package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offers}, over a running process. */
final class MarketCommands {
    private MarketCommands() { }

    @Command(name = "offers", description = {"List what was offered to or by a running process.",
        "With --for, ask the market for offers and rank them by what a job would cost at each, from a small paid run of its first tasks."})
    static final class Offers implements java.util.concurrent.Callable<Integer> {
        private final BundleContext bundles;
        private final NodeRuntime runtime;

        @Mixin
        Common common;

        @Mixin
        Forecasts.Options options;

        @Option(names = "--for", paramLabel = "FILE", description = "Rank offers by what the job of this file would cost.")
        Path job;

        @Option(names = "--explain", description = "Show every round of every negotiation: who said it, the rates per counter, the reason.")
        boolean explain;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most so many (default: ${DEFAULT-VALUE}).")
        int limit;

        Offers(BundleContext bundles, NodeRuntime runtime) {
            this.bundles = bundles;
            this.runtime = runtime;
        }

        @Override
        public Integer call() throws Rejected {
            if (job != null) {
                return Forecasts.run(bundles, runtime, common, options, job, true);
            }
            JsonNode all = common.client().call("market.negotiations", Map.of("limit", limit));
            if (common.json) {
                common.out().json(all);
                return 0;
            }
            for (JsonNode n : all) {
                JsonNode lines = n.path("lines");
                JsonNode last = lines.path(lines.size() - 1);
                common.out().line(Output.brief(last.path("provider").asText()) + " -> " + Output.brief(last.path("publisher").asText()) + ": "
                        + last.path("kind").asText() + ", " + last.path("text").asText());
                if (explain) {
                    lines.forEach(l -> common.out().line("  " + l.path("at").asText() + " " + l.path("side").asText().toLowerCase(Locale.ROOT) + " "
                            + l.path("kind").asText() + ": " + l.path("text").asText()));
                }
            }
            return 0;
        }
    }
}
