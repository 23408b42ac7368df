package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code offers}, over a running process. */
final class MarketCommands {
    private MarketCommands() { }

    @Command(name = "offers", description = "List what was offered to or by a running process.")
    static final class Offers implements java.util.concurrent.Callable<Integer> {
        @Mixin
        Common common;

        @Option(names = "--explain", description = "Show every round of every negotiation.")
        boolean explain;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most so many (default: ${DEFAULT-VALUE}).")
        int limit;

        @Override
        public Integer call() throws Rejected {
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
