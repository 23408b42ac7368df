package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeLauncher;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a job would cost: {@code job forecast FILE} and {@code offers --for FILE}. */
final class Forecasts {
    private static final int SYNC_SECONDS = 60;
    private static final int COINS_SECONDS = 60;

    private Forecasts() { }

    /** What both commands take. */
    static final class Options {
        @Mixin
        ProcessCommands.StartOptions start;

        @Option(names = "--probe", paramLabel = "N", defaultValue = "2",
                description = "How many providers run the first tasks for the forecast, 1 to 8 (default: ${DEFAULT-VALUE}). They are paid.")
        int probe;

        @Option(names = "--faucet", description = "Development networks only: first take a genesis coin of the published test key.")
        boolean faucet;
    }

    /**
     * Asks the process of the data directory; where none runs, this one becomes a publisher for as long as it takes.
     *
     * @param paid whether a probe is run; else only the file is read
     */
    static int run(BundleContext bundles, NodeRuntime runtime, Common common, Options options, Path file, boolean paid) throws Rejected {
        if (!Files.isRegularFile(file)) {
            throw new Rejected("there is no job file " + file);
        }
        Path job = file.toAbsolutePath().normalize();
        if (options.start.join == null) {
            ControlClient client = common.client();
            if (client.answers()) {
                return ask(common, client, options, job, paid);
            }
        }
        NodeLauncher.Request request = new NodeLauncher.Request(NodeLauncher.Role.PUBLISHER, common.data, common.network(),
                Common.join(options.start.join), Map.of("network", options.start.network()));
        say("starting");
        try (Foreground f = Foreground.start(bundles, runtime, request)) {
            if (paid) {
                f.awaitSync(SYNC_SECONDS);
            }
            return ask(common, new ControlClient(DataDirectory.find(common.data, common.network()).path()), options, job, paid);
        }
    }

    private static int ask(Common common, ControlClient client, Options options, Path job, boolean paid) throws Rejected {
        JsonNode outline = client.call("forecast.outline", Map.of("file", job.toString()));
        if (!paid) {
            if (common.json) {
                common.out().json(outline);
            } else {
                outline(common.out(), outline);
            }
            return 0;
        }
        if (options.faucet) {
            coins(client);
        }
        Path results = null;
        try {
            results = Files.createTempDirectory("zennet-probe");
            String probe = client.call("forecast.probe", Map.of("file", job.toString(), "providers", options.probe,
                    "results", results.resolve("results").toString())).path("id").asText();
            JsonNode ran = await(client, probe);
            ObjectNode forecast = (ObjectNode) client.call("forecast.show", Map.of("file", job.toString(), "probe", probe));
            forecast.set("probe", ran.path("id"));
            if (common.json) {
                common.out().json(forecast);
            } else {
                show(common.out(), forecast);
            }
            return 0;
        } catch (IOException e) {
            throw new Rejected("no temporary directory: " + e.getMessage(), e);
        } finally {
            delete(results);
        }
    }

    private static JsonNode await(ControlClient client, String probe) throws Rejected {
        String last = "";
        try {
            while (true) {
                JsonNode info = client.call("job.show", Map.of("id", probe));
                String now = "probe " + info.path("state").asText().toLowerCase(Locale.ROOT) + ": " + info.path("phase").asText();
                if (!now.equals(last)) {
                    last = now;
                    say(now);
                }
                if (info.hasNonNull("ended")) {
                    return info;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted; the probe goes on: 'zennet job cancel " + probe + "' ends it", e);
        }
    }

    private static void coins(ControlClient client) throws Rejected {
        if (client.call("wallet.balance", Map.of()).path("available").asLong() > 0) {
            return;
        }
        say("taking test coins");
        client.call("wallet.testcoins", Map.of());
        try {
            for (int i = 0; i < COINS_SECONDS * 4; i++) {
                if (client.call("wallet.balance", Map.of()).path("available").asLong() > 0) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(250);
            }
            throw new Rejected("the test coins did not arrive within " + COINS_SECONDS + " s: does anybody mine?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    /** What the file says. */
    static void outline(Output out, JsonNode o) {
        out.line("job        " + o.path("name").asText() + ": " + o.path("tasks").asInt() + " tasks, each on " + o.path("replicas").asInt()
                + " providers" + (o.path("reduce").asBoolean() ? ", and a reduce step" : "") + ": " + o.path("runs").asInt() + " runs on at most "
                + o.path("machines").asInt() + " machines (" + o.path("backend").asText() + ")");
        out.line("budget     " + Output.xen(o.path("budget")) + ", at most " + Output.xen(o.path("perRun")) + " a run; deadline "
                + time(o.path("deadlineMillis").asLong()));
        out.line("can read   " + o.path("readers").asText());
    }

    /** A forecast. */
    static void show(Output out, JsonNode f) {
        outline(out, f.path("outline"));
        out.line("probe      " + f.path("samples").asInt() + " runs, cost " + Output.xen(f.path("probeCost")) + "; one run used " + Output.usage(f.path("run")));
        out.line("cost       about " + Output.xen(f.path("expected")) + ", between " + Output.xen(f.path("low")) + " and " + Output.xen(f.path("high"))
                + "; fees and the announcement come on top");
        out.line("time       about " + time(f.path("wallMillis").asLong()));
        f.path("notes").forEach(n -> out.line("note       " + n.asText()));
        out.line("");
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode o : f.path("offers")) {
            rows.add(List.of(Output.brief(o.path("provider").asText()), Output.xen(o.path("cost")), Output.xen(o.path("low")), Output.xen(o.path("high")),
                    o.path("agreed").asBoolean() ? "agreed" : "asked", o.path("strategy").asText(), Output.rates(o.path("rates")), o.path("note").asText("")));
        }
        out.table(List.of("PROVIDER", ">THIS JOB", ">LOW", ">HIGH", "RATES", "STRATEGY", "AT", "NOTE"), rows);
    }

    private static String time(long millis) {
        long s = (millis + 500) / 1000;
        return s < 120 ? s + " s" : s < 7200 ? s / 60 + " min" : s / 3600 + " h";
    }

    private static void say(String text) {
        System.err.println(text);
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | java.io.UncheckedIOException e) {
            directory.toFile().deleteOnExit();
        }
    }
}
