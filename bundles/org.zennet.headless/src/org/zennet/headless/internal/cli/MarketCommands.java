package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code offers} and {@code plugins}, over a running process. */
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

    @Command(name = "plugins", description = "Pricing strategies, backends and benchmarks of a running process; add and remove them while it runs.")
    static final class Plugins {
        @Command(name = "list", description = "List installed plug-ins and all extensions.")
        int list(@Mixin Common common) throws Rejected {
            JsonNode installed = common.client().call("plugins.list", Map.of());
            JsonNode extensions = common.client().call("strategies", Map.of());
            if (common.json) {
                common.out().json(Map.of("plugins", installed, "extensions", extensions));
                return 0;
            }
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode e : extensions) {
                rows.add(List.of(e.path("kind").asText().toLowerCase(Locale.ROOT), e.path("id").asText(), e.path("label").asText(),
                        e.path("bundle").asText(), e.path("version").asText(), e.path("state").asText().toLowerCase(Locale.ROOT), e.path("reason").asText()));
            }
            common.out().table(List.of("KIND", "ID", "LABEL", "BUNDLE", "VERSION", "STATE", "REASON"), rows);
            if (!installed.isEmpty()) {
                common.out().line("");
                installed.forEach(p -> common.out().line("installed: " + p.path("name").asText() + " " + p.path("version").asText()
                        + (p.path("problem").asText().isEmpty() ? "" : " - " + p.path("problem").asText())));
            }
            return 0;
        }

        @Command(name = "install", description = "Install a plug-in into the running process. Its code is trusted from then on.")
        int install(@Mixin Common common, @Parameters(paramLabel = "FILE", description = "The bundle (a jar).") Path file) throws Rejected {
            return show(common, common.client().call("plugins.install", Map.of("file", file.toAbsolutePath().toString())));
        }

        @Command(name = "remove", description = "Remove a plug-in from the running process.")
        int remove(@Mixin Common common, @Parameters(paramLabel = "NAME", description = "Its symbolic name, as 'zennet plugins list' shows it.") String name) throws Rejected {
            common.client().call("plugins.remove", Map.of("name", name));
            common.done("removed", name);
            return 0;
        }

        @Command(name = "update", description = "Replace a plug-in of the running process by another version.")
        int update(@Mixin Common common, @Parameters(paramLabel = "FILE", description = "The bundle (a jar).") Path file) throws Rejected {
            return show(common, common.client().call("plugins.update", Map.of("file", file.toAbsolutePath().toString())));
        }

        private static int show(Common common, JsonNode p) {
            if (common.json) {
                common.out().json(p);
            } else {
                common.out().line("installed " + p.path("name").asText() + " " + p.path("version").asText() + ", signer "
                        + p.path("signer").asText("none (unsigned)") + ", licence " + p.path("license").asText());
            }
            return p.path("problem").asText().isEmpty() ? 0 : 1;
        }
    }
}
