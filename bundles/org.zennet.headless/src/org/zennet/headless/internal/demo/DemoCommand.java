package org.zennet.headless.internal.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.cli.JobFiles;
import org.zennet.headless.internal.cli.Misused;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code demo}: a whole market on this machine. It only drives commands that people have, each as its own process, and
 * judges what it sees by signed results, a recomputation and a scan of the chain.
 */
@Command(name = "demo", description = {"Run a whole market on this machine, and say who worked and what was paid.",
    "A private network, a node, a miner, providers and a job, each its own process, in a temporary directory and on free ports."})
public final class DemoCommand implements Callable<Integer> {
    private static final int SETTLE_SECONDS = 20;

    @Option(names = "--providers", paramLabel = "N", defaultValue = "3", description = "How many providers, 2 to 16 (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--backend", paramLabel = "ID", defaultValue = "wasm",
            description = "In what containers the job runs: wasm, docker or sandbox (default: ${DEFAULT-VALUE}).")
    private String containers;

    @Option(names = "--docker-socket", paramLabel = "PATH", description = {"Where the container engine listens (default: /var/run/docker.sock).",
        "Where none answers and dockerd is installed, root gets an engine of the demo's own, which ends with it."})
    private Path socket;

    @Option(names = "--job", paramLabel = "FILE", description = "The job file (default: the protein folding of examples/).")
    private Path job;

    @Option(names = "--liars", paramLabel = "N", defaultValue = "0", description = "How many providers lie, by a test plug-in.")
    private int liars;

    @Option(names = "--lie", paramLabel = "KIND", defaultValue = "output",
            description = "What they lie about: their output, their meter, or both, by turns (default: ${DEFAULT-VALUE}).")
    private String lie;

    @Option(names = "--kill-provider", description = "Kill the first provider that does not lie with signal 9 in the middle of the job, and start it again.")
    private boolean killProvider;

    @Option(names = "--results", paramLabel = "DIR", description = "Where the result goes (default: in the temporary directory).")
    private Path results;

    @Option(names = "--keep", description = "Keep the data directories of all processes.")
    private boolean keep;

    @Option(names = "--json", description = "Print a JSON document on standard output.")
    private boolean json;

    private final BundleContext bundles;
    private final NodeRuntime runtime;
    private final long start = System.nanoTime();
    private long phaseStart = start;
    private String phase = "";
    private volatile boolean over;
    private volatile String killed;

    /** Within a framework that has the services of the product. */
    public DemoCommand(BundleContext bundles, NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    @Override
    public Integer call() throws Rejected {
        if (count < 2 || count > 16) {
            throw new Misused("--providers lies between 2 and 16: " + count);
        }
        if (liars < 0 || liars > (count - 1) / 2) {
            throw new Misused("with " + count + " providers at most " + (count - 1) / 2 + " may lie: the honest must be more");
        }
        if (!List.of("output", "meter", "both").contains(lie)) {
            throw new Misused("--lie is output, meter or both, not '" + lie + "'");
        }
        if (liars > 0 && !containers.matches("wasm|sandbox")) {
            throw new Misused("--liars goes with --backend wasm or sandbox: the plug-in that lies takes the place of these");
        }
        Path home = property("zennet.home");
        Path launcher = property("zennet.launcher");
        Path file = job == null ? DemoBackend.example(home, containers) : job.toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new Rejected("there is no job file " + file);
        }
        JobFiles.check(bundles, file);
        try (DemoBackend backend = DemoBackend.open(containers, Optional.ofNullable(socket))) {
            DemoMarket market = new DemoMarket(temporary(), launcher, keep);
            try {
                backend.probe(bundles, runtime, market.directory().resolve("probe"));
            } catch (Rejected e) {
                market.close();
                market.forget();
                throw e;
            }
            return call(market, backend, home, file);
        }
    }

    private int call(DemoMarket market, DemoBackend backend, Path home, Path file) throws Rejected {
        Path directory = market.directory();
        Path target = results == null ? directory.resolve("result") : results.toAbsolutePath().normalize();
        backend.engine().ifPresent(e -> note("the container engine at " + e.socket() + (e.isOwn() ? " is the demo's own" : "")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Ctrl-C: nobody will ask for the logs. The publisher gets it too, and its end is seen as a failure meanwhile.
            boolean interrupted = !over;
            market.close();
            backend.close();
            if (interrupted) {
                market.forget();
            }
        }, "zennet-demo-stop"));
        try {
            int code = run(market, backend, home, file, target);
            over = true;
            market.close();
            if (code == 0 && results != null) {
                market.forget();
            }
            return code;
        } catch (Rejected e) {
            over = true;
            market.close();
            phase("");
            System.err.println("zennet: the logs are in " + directory);
            throw e;
        }
    }

    private int run(DemoMarket market, DemoBackend backend, Path home, Path file, Path target) throws Rejected {
        phase("making a private network");
        market.makeNetwork();
        phase("starting a node and a miner");
        market.startChain();
        phase("starting " + count + " providers");
        market.startProviders(count, backend.options());
        if (liars > 0) {
            phase("giving " + liars + " of them the plug-in that lies");
            for (int i = 0; i < liars; i++) {
                market.ask(market.providers().get(i), "plugins.install", Map.of("file", liar(home).toString()));
                market.ask(market.providers().get(i), "config.set", Map.of("key", "liar.lie", "value", meterLies(i) ? "meter" : "output"));
            }
        }
        phase("running the job");
        JsonNode done = runJob(market, backend, file, target);
        phase("reading settlements and fees");
        DemoReport report = new DemoReport();
        report.job(done);
        for (DemoProcess p : market.providers()) {
            report.provider(p.name(), market.ask(p, "status", Map.of()).path("identity").asText(), awaitSettled(market, p));
        }
        report.miner(market.ask(market.miner(), "miner.status", Map.of()));
        phase("adding up the chain");
        report.conservation(market.ask(market.node(), "chain.conservation", Map.of()));
        phase("ending all processes");
        List<Long> left = new ArrayList<>(market.stop());
        backend.close();
        left.addAll(backend.left());
        report.processesLeft(left);
        phase("");
        report.elapsed((System.nanoTime() - start) / 1e9);
        report.backend(backend.id());
        JsonNode document = report.document(outputLiars(), liars - outputLiars(), Optional.ofNullable(killed));
        if (json) {
            new Output(System.out).json(document);
        } else {
            DemoReport.print(new Output(System.out), document);
        }
        return document.path("ok").asBoolean() ? 0 : 1;
    }

    private JsonNode runJob(DemoMarket market, DemoBackend backend, Path file, Path target) throws Rejected {
        List<String> words = new ArrayList<>(List.of("job", "submit", file.toString(), "--join", market.join().toString(), "--faucet", "--json",
                "--results", target.toString()));
        words.addAll(backend.options());
        DemoProcess publisher = market.prepare("publisher", words);
        Process process = publisher.startForOutput();
        Thread relay = Thread.ofPlatform().daemon().start(() -> relay(publisher));
        Thread killer = killProvider ? Thread.ofPlatform().daemon().start(() -> killAndRestart(market, publisher)) : null;
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(30, TimeUnit.SECONDS);
            relay.interrupt();
            if (killer != null) {
                killer.join(TimeUnit.SECONDS.toMillis(60));
            }
            if (output.isBlank()) {
                throw new Rejected("the publisher ended without a result: " + publisher.lastLine());
            }
            return Json.MAPPER.readTree(output);
        } catch (JsonProcessingException e) {
            throw new Rejected("the publisher's report is not JSON", e);
        } catch (IOException e) {
            throw new Rejected("the publisher's report can't be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    /** Kills the first provider that does not lie once two tasks are verified, and starts it again over its own data. */
    private void killAndRestart(DemoMarket market, DemoProcess publisher) {
        try {
            List<DemoProcess> all = market.providers();
            DemoProcess victim = all.get(Math.min(liars, all.size() - 1));
            while (publisher.isAlive()) {
                if (publisher.client(market.network()).answers()) {
                    JsonNode jobs = publisher.client(market.network()).call("job.list", Map.of());
                    if (jobs.path(0).path("tasksDone").asInt() >= 2) {
                        note("kill -9 of " + victim.name() + " (process " + victim.pid() + ")");
                        victim.kill();
                        killed = victim.name();
                        market.restart(victim);
                        note(victim.name() + " is back as process " + victim.pid());
                        return;
                    }
                }
                DemoProcess.pause();
            }
        } catch (Rejected e) {
            note(e.getMessage());
        }
    }

    /** Passes on what the publisher says while it runs. */
    private void relay(DemoProcess publisher) {
        try {
            while (!Files.exists(publisher.log()) && !Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(publisher.log()), StandardCharsets.UTF_8))) {
                while (!Thread.currentThread().isInterrupted()) {
                    String line = lines.readLine();
                    if (line == null) {
                        TimeUnit.MILLISECONDS.sleep(100);
                    } else {
                        note("publisher " + line);
                    }
                }
            }
        } catch (IOException e) {
            note("the publisher's log can't be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonNode awaitSettled(DemoMarket market, DemoProcess provider) throws Rejected {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        JsonNode leases;
        while (true) {
            leases = market.ask(provider, "provider.leases", Map.of());
            boolean open = false;
            for (JsonNode l : leases) {
                String state = l.path("state").asText();
                open |= !state.equals("SETTLED") && !state.equals("UNPAID") && !state.equals("FAILED");
            }
            if (!open || System.nanoTime() > end) {
                return leases;
            }
            DemoProcess.pause();
        }
    }

    private boolean meterLies(int liar) {
        return lie.equals("meter") || lie.equals("both") && liar % 2 == 1;
    }

    private int outputLiars() {
        return (int) java.util.stream.IntStream.range(0, liars).filter(i -> !meterLies(i)).count();
    }

    private static Path liar(Path home) throws Rejected {
        Path targets = home.resolve("tests/org.zennet.liar/target");
        try (java.util.stream.Stream<Path> jars = Files.list(targets)) {
            Optional<Path> jar = jars.filter(p -> p.getFileName().toString().matches("org\\.zennet\\.liar-[^-]*(-SNAPSHOT)?\\.jar")).findFirst();
            return jar.orElseThrow(() -> new Rejected("the test plug-in is not built: run './zennet demo --liars N' from a checkout"));
        } catch (IOException e) {
            throw new Rejected("the test plug-in is not built in " + targets + ": run './zennet demo --liars N' from a checkout", e);
        }
    }

    private static Path property(String name) throws Rejected {
        String value = System.getProperty(name);
        if (value == null) {
            throw new Rejected("the demo is started by the 'zennet' script, which sets " + name);
        }
        return Path.of(value);
    }

    private static Path temporary() throws Rejected {
        try {
            return Files.createTempDirectory("zennet-demo-");
        } catch (IOException e) {
            throw new Rejected("no temporary directory can be made: " + e.getMessage(), e);
        }
    }

    /** Ends a phase with its time and begins the next. */
    private void phase(String next) {
        long now = System.nanoTime();
        if (!phase.isEmpty()) {
            note(phase + ": done in " + String.format(Locale.ROOT, "%.1f s", (now - phaseStart) / 1e9));
        }
        phase = next;
        phaseStart = now;
        if (!next.isEmpty()) {
            note(next + " ...");
        }
    }

    private void note(String text) {
        System.err.println(String.format(Locale.ROOT, "[%6.1f s] %s", (System.nanoTime() - start) / 1e9, text));
    }

}
