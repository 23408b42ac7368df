package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.BundleContext;
import org.zennet.api.container.Egress;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeLauncher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code node}, {@code miner} and {@code provider}: processes that run until they are stopped. */
final class ProcessCommands {
    private static final int STOP_SECONDS = 30;

    private static final String STOP = "Stop the process that runs over this data directory, in good order, and wait for its end.";

    private ProcessCommands() { }

    /** What {@code start} of all three takes. */
    static final class StartOptions {
        @Option(names = "--join", paramLabel = "LINE", description = "Join the network of this line first (default: the variable ZENNET_JOIN).",
                defaultValue = "${env:ZENNET_JOIN}")
        String join;

        @Option(names = "--listen", paramLabel = "HOST:PORT",
                description = "Where to listen (default: any free port, on loopback where the network is there too).")
        String listen;

        @Option(names = "--advertise", paramLabel = "HOST", description = "The address that others reach this machine at.")
        String advertise;

        @Option(names = "--metrics-port", paramLabel = "PORT",
                description = "Tell metrics (OpenMetrics) and health at http://127.0.0.1:PORT/metrics and /health; 0: any free port (default: nowhere).")
        Integer metricsPort;

        Map<String, Object> network() {
            Map<String, Object> m = new LinkedHashMap<>();
            if (listen != null) {
                m.put("listen", listen);
            }
            if (advertise != null) {
                m.put("advertise", advertise);
            }
            return m;
        }
    }

    private abstract static class Role {
        final BundleContext bundles;
        final NodeRuntime runtime;
        final NodeLauncher.Role role;

        Role(BundleContext bundles, NodeRuntime runtime, NodeLauncher.Role role) {
            this.bundles = bundles;
            this.runtime = runtime;
            this.role = role;
        }

        int start(Common common, StartOptions options, Map<String, Map<String, Object>> settings) throws Rejected {
            Map<String, Map<String, Object>> all = new LinkedHashMap<>(settings);
            all.put("network", options.network());
            if (options.metricsPort != null) {
                all.put("metrics", Map.of("port", options.metricsPort));
            }
            try (Foreground f = Foreground.start(bundles, runtime,
                    new NodeLauncher.Request(role, common.data, common.network(), Common.join(options.join), all))) {
                return f.serve(common);
            }
        }

        /** Stops the process and waits for its end; first something else is asked of it, where that is named. */
        int stop(Common common, java.util.Optional<String> before) throws Rejected {
            ControlClient client = common.client();
            JsonNode status = client.call("status", Map.of());
            long pid = status.path("pid").asLong();
            if (before.isPresent()) {
                client.call(before.get(), Map.of());
            }
            client.call("stop", Map.of());
            awaitEnd(pid);
            common.done("stopped", status.path("role").asText() + ", process " + pid);
            return 0;
        }

        private static void awaitEnd(long pid) throws Rejected {
            try {
                java.util.Optional<ProcessHandle> process = ProcessHandle.of(pid);
                if (process.isPresent()) {
                    process.get().onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Rejected("interrupted; process " + pid + " was told to stop", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new Rejected("process " + pid + " was told to stop and is still there after " + STOP_SECONDS + " s", e);
            }
        }

        @Command(name = "status", description = "Tell how the process is.")
        int status(@Mixin Common common) throws Rejected {
            JsonNode s = common.client().call("status", Map.of());
            if (common.json) {
                common.out().json(s);
                return 0;
            }
            Output out = common.out();
            out.line(s.path("role").asText() + ", process " + s.path("pid").asText() + ", " + s.path("peers").asInt() + " peers, block "
                    + s.path("height").asText() + (s.path("synced").asBoolean() ? "" : " (catching up)"));
            out.line("identity   " + s.path("identity").asText());
            out.line("listening  " + s.path("listening").asText());
            out.line("available  " + Output.xen(s.path("balance").path("available")));
            out.line("data       " + s.path("directory").asText());
            more(common, out);
            return 0;
        }

        /** What a role tells beyond that. */
        void more(Common common, Output out) throws Rejected { }
    }

    @Command(name = "node", description = "A chain node with a wallet.")
    static final class Node extends Role {
        Node(BundleContext bundles, NodeRuntime runtime) {
            super(bundles, runtime, NodeLauncher.Role.NODE);
        }

        @Command(name = "stop", description = STOP)
        int stop(@Mixin Common common) throws Rejected {
            return stop(common, java.util.Optional.empty());
        }

        @Command(name = "start", description = "Run a node in the foreground until Ctrl-C or 'node stop'.")
        int start(@Mixin Common common, @Mixin StartOptions options) throws Rejected {
            return start(common, options, Map.of());
        }
    }

    @Command(name = "miner", description = "A chain node that makes blocks and earns their fees.")
    static final class Miner extends Role {
        Miner(BundleContext bundles, NodeRuntime runtime) {
            super(bundles, runtime, NodeLauncher.Role.MINER);
        }

        @Command(name = "stop", description = STOP)
        int stop(@Mixin Common common) throws Rejected {
            return stop(common, java.util.Optional.empty());
        }

        @Command(name = "start", description = "Mine in the foreground until Ctrl-C or 'miner stop'.")
        int start(@Mixin Common common, @Mixin StartOptions options,
                @Option(names = "--registries", paramLabel = "LIST",
                        description = {"Registries that images may be pulled from, such as docker.io,quay.io/team,http://localhost:5000",
                            "(default: none)."}) String registries,
                @Option(names = "--payout", paramLabel = "ADDRESS", description = "Who is paid (default: this process's own wallet).")
                String payout) throws Rejected {
            return start(common, options, payout == null ? Map.of() : Map.of("blockchain.miner", Map.of("address", payout)));
        }

        @Command(name = "blocks", description = "Tell what the miner made and earned.")
        int blocks(@Mixin Common common) throws Rejected {
            JsonNode s = common.client().call("miner.status", Map.of());
            if (common.json) {
                common.out().json(s);
            } else {
                common.out().line(s.path("blocks").asInt() + " blocks, " + Output.xen(s.path("subsidies")) + " new coins, "
                        + Output.xen(s.path("fees")) + " fees, to " + s.path("address").asText());
            }
            return 0;
        }
    }

    @Command(name = "provider", description = "Offer this machine for rent.")
    static final class Provider extends Role {
        Provider(BundleContext bundles, NodeRuntime runtime) {
            super(bundles, runtime, NodeLauncher.Role.PROVIDER);
        }

        @Command(name = "stop", description = STOP)
        int stop(@Mixin Common common, @Option(names = "--keep", description = {"Leave the leases that run as they are: their containers work on,",
            "and the next start takes them up again. It has to come within the patience of their contracts."}) boolean keep) throws Rejected {
            return stop(common, keep ? java.util.Optional.of("provider.keep") : java.util.Optional.empty());
        }

        @Command(name = "start", description = "Provide in the foreground until Ctrl-C or 'provider stop'.")
        int start(@Mixin Common common, @Mixin StartOptions options,
                @Option(names = "--strategy", paramLabel = "ID", description = "The pricing strategy (default: calibrated).") String strategy,
                @Option(names = "--target", paramLabel = "AMOUNT",
                        description = "What the whole machine shall earn in a day at full load, such as '20 XEN'.") String target,
                @Option(names = "--cores", paramLabel = "N", description = "How many cores to rent out (default: all).") String cores,
                @Option(names = "--memory", paramLabel = "SIZE", description = "How much memory to rent out, such as 2GiB.") String memory,
                @Option(names = "--registries", paramLabel = "LIST",
                        description = {"Registries that images may be pulled from, such as docker.io,quay.io/team,http://localhost:5000",
                            "(default: none)."}) String registries,
                @Option(names = "--payout", paramLabel = "ADDRESS", description = "Who gets what is earned (default: this process's own wallet).")
                String payout,
                @Option(names = "--egress", paramLabel = "DESTINATION", split = ",", description = {"What guests may reach where their contract names it,",
                    "such as public, example.org:443 or 203.0.113.0/24 (default: nothing)."}) List<String> egress,
                @Mixin BackendOptions backends, @Mixin OwnerOptions owner)
                throws Rejected {
            Map<String, Object> p = new LinkedHashMap<>();
            put(p, "backends", backends.ids().isEmpty() ? null : backends.ids());
            put(p, "strategy", strategy);
            put(p, "target", target);
            put(p, "cores", cores);
            put(p, "memory", memory);
            try {
                put(p, "egress", egress == null ? null : Egress.parse(String.join(",", egress)).toString());
            } catch (IllegalArgumentException e) {
                throw new Misused("--egress: " + e.getMessage(), e);
            }
            p.putAll(owner.settings());
            Map<String, Map<String, Object>> settings = new LinkedHashMap<>(backends.settings());
            settings.put("provider", p);
            settings.put("virtualization.registry", registries == null ? Map.of() : Map.of("registries", registries));
            settings.put("wallet", payout == null ? Map.of() : Map.of("payout", payout));
            return start(common, options, settings);
        }

        @Override
        void more(Common common, Output out) throws Rejected {
            JsonNode s = common.client().call("provider.status", Map.of());
            JsonNode m = s.path("machine");
            out.line("offers     " + m.path("cores").asLong() / 1000.0 + " cores, " + (m.path("memory").asLong() >> 20) + " MiB, "
                    + s.path("strategy").asText() + " prices" + (s.path("accepting").asBoolean() ? "" : "; takes no new work"));
            out.line("leases     " + s.path("leases").asText() + " running, " + s.path("tasks").asText() + " tasks done");
            out.line("earned     " + Output.xen(s.path("earned")));
            out.line("containers " + (s.path("backends").isEmpty() ? "none" : String.join(", ", words(s.path("backends")))));
            s.path("notSold").properties().forEach(e -> out.line("not sold   " + e.getKey() + ": " + e.getValue().asText()));
            if (s.hasNonNull("problem")) {
                out.line("problem    " + s.path("problem").asText());
            }
            out.line("for rent   " + OwnerOptions.describe(s.path("owner")));
            JsonNode r = s.path("reconciliation");
            if (r.isObject()) {
                out.line("checked    " + r.path("at").asText() + ": " + r.path("containers").asText() + " containers, " + r.path("contracts").asText()
                        + " contracts, " + r.path("reservations").asText() + " reservations, " + r.path("channels").asText() + " channels"
                        + (r.hasNonNull("problem") ? "; " + r.path("problem").asText() : ""));
                r.path("ended").forEach(e -> out.line("           " + e.asText()));
            }
        }

        private static List<String> words(JsonNode list) {
            List<String> all = new ArrayList<>();
            list.forEach(w -> all.add(w.asText()));
            return all;
        }

        @Command(name = "filter", description = {"Tell what is for rent now and what stands in the way: the owner, the schedule, the backends.",
            "It is set with 'provider start' or in config.yaml."})
        int filter(@Mixin Common common) throws Rejected {
            JsonNode s = common.client().call("provider.status", Map.of());
            if (common.json) {
                com.fasterxml.jackson.databind.node.ObjectNode o = org.zennet.headless.internal.control.Json.MAPPER.createObjectNode();
                for (String field : List.of("accepting", "machine", "backends", "notSold", "problem", "owner")) {
                    o.set(field, s.path(field));
                }
                common.out().json(o);
                return 0;
            }
            JsonNode m = s.path("machine");
            Output out = common.out();
            out.line("machine    " + m.path("cores").asLong() / 1000.0 + " cores, " + (m.path("memory").asLong() >> 20) + " MiB");
            out.line("for rent   " + OwnerOptions.describe(s.path("owner")));
            out.line("containers " + (s.path("backends").isEmpty() ? "none" : String.join(", ", words(s.path("backends")))));
            s.path("notSold").properties().forEach(e -> out.line("           not " + e.getKey() + ": " + e.getValue().asText()));
            out.line("new work   " + (s.path("accepting").asBoolean() ? "is taken" : "is not taken: " + s.path("problem").asText("")));
            return 0;
        }

        @Command(name = "drain", description = "Take no new work; leases go on to their end.")
        int drain(@Mixin Common common) throws Rejected {
            common.done("draining", common.client().call("provider.drain", Map.of()).asText());
            return 0;
        }

        private static void put(Map<String, Object> map, String key, String value) {
            if (value != null) {
                map.put(key, value);
            }
        }

        @Command(name = "earnings", description = {"Tell what was earned by day (UTC): by leases that ended on it, today also by those that run.",
            "Of this machine, or of others over ssh."})
        int earnings(@Mixin Common common, @Option(names = "--csv", description = "Print comma-separated values (RFC 4180).") boolean csv,
                @Option(names = "--connect", paramLabel = "ssh://HOST", description = {"Another machine instead of this one: ssh://[USER@]HOST[:PORT][/DIR];",
                    "may be given several times. The system's ssh is used, or what ZENNET_SSH names."}) List<String> machines) throws Rejected {
            return EarningsReport.print(common, csv, machines == null ? List.of() : machines);
        }

        @Command(name = "leases", description = "List leases and what they earned.")
        int leases(@Mixin Common common) throws Rejected {
            JsonNode all = common.client().call("provider.leases", Map.of());
            if (common.json) {
                common.out().json(all);
                return 0;
            }
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode l : all) {
                rows.add(List.of(l.path("id").asText(), Output.brief(l.path("publisher").asText()), l.path("state").asText().toLowerCase(java.util.Locale.ROOT),
                        l.path("tasks").asText(), Output.xen(l.path("owed")), Output.xen(l.path("paid")), Output.xen(l.path("withheld")),
                        l.path("settlement").asText("-").equals("null") ? "-" : Output.brief(l.path("settlement").asText("-")), l.path("note").asText()));
            }
            common.out().table(List.of("LEASE", "PUBLISHER", "STATE", ">TASKS", ">OWED", ">PAID", ">WITHHELD", "SETTLED BY", "NOTE"), rows);
            return 0;
        }
    }
}
