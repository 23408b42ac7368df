package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code health}: for supervisors and containers. */
@Command(name = "health", description = {"Tell whether the process of this data directory does its work.",
    "Exit code 0 when it does, 1 with a line for each problem when not. 'start --metrics-port' tells the same over HTTP."})
final class HealthCommand implements Callable<Integer> {
    @Mixin
    private Common common;

    @Override
    public Integer call() throws Rejected {
        JsonNode health = common.client().call("health", Map.of());
        boolean healthy = health.path("healthy").asBoolean();
        if (common.json) {
            common.out().json(health);
        } else if (healthy) {
            common.out().line("healthy");
        } else {
            health.path("problems").forEach(p -> System.err.println("zennet: " + p.asText()));
        }
        return healthy ? 0 : 1;
    }
}
