package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.ControlMethods;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.publisher.JobFileService;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.wallet.WalletService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code job submit|list|show|results|cancel|check|template}. */
@Command(name = "job", description = "Run work on rented machines.")
final class JobCommand {
    private static final int SYNC_SECONDS = 60;
    private static final int FUNDS_SECONDS = 60;
    private final BundleContext bundles;
    private final NodeRuntime runtime;

    JobCommand(BundleContext bundles, NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    @Command(name = "submit", description = {"Run a job to its end, and print what it cost and where the result lies.",
        "Where a process of this data directory runs jobs already, it takes the job; else this command does, in the foreground: Ctrl-C ends the job in good order."})
    int submit(@Mixin Common common, @Mixin ProcessCommands.StartOptions options,
            @Parameters(paramLabel = "FILE", description = "The job file (YAML).") Path file,
            @Option(names = "--results", paramLabel = "DIR", description = "Where results go (default: results/<name of the file> in the working directory).")
            Path results,
            @Option(names = "--faucet", description = "Development networks only: first take a genesis coin of the published test key.") boolean faucet,
            @Mixin BackendOptions backends)
            throws Rejected {
        if (!Files.isRegularFile(file)) {
            throw new Rejected("there is no job file " + file);
        }
        Path job = file.toAbsolutePath().normalize();
        JobFiles.check(bundles, job);
        Path target = (results == null ? Path.of("results", job.getFileName().toString().replaceFirst("\\.ya?ml$", "")) : results)
                .toAbsolutePath().normalize();
        if (options.join == null) {
            ControlClient client = new ControlClient(DataDirectory.find(common.data, common.network()).path());
            if (client.answers()) {
                return remote(common, client, job, target, faucet);
            }
        }
        NodeLauncher.Request request = new NodeLauncher.Request(NodeLauncher.Role.PUBLISHER, common.data, common.network(),
                Common.join(options.join), settings(options, backends));
        Progress progress = new Progress();
        progress.say("starting");
        try (Foreground f = Foreground.start(bundles, runtime, request)) {
            f.awaitSync(SYNC_SECONDS);
            if (faucet) {
                progress.say("taking test coins");
                takeTestCoins(f.service(WalletService.class));
            }
            JobService jobs = f.service(JobService.class);
            return run(common, f, jobs, job, target, progress);
        }
    }

    /** Backends are for what is recomputed here. */
    private static Map<String, Map<String, Object>> settings(ProcessCommands.StartOptions options, BackendOptions backends) throws Rejected {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>(backends.settings());
        all.put("network", options.network());
        return all;
    }

    @Command(name = "forecast", description = {"Say what a job would cost, how long it would take and who can read its data.",
        "A probe runs its first tasks on a few providers and is paid; what it used is scaled to the whole job and priced at each offer's rates."})
    int forecast(@Mixin Common common, @Mixin Forecasts.Options options,
            @Parameters(paramLabel = "FILE", description = "The job file (YAML).") Path file,
            @Option(names = "--no-probe", description = "Only read the file: nothing is announced and nothing paid.") boolean unpaid) throws Rejected {
        return Forecasts.run(bundles, runtime, common, options, file, !unpaid);
    }

    private int run(Common common, Foreground f, JobService jobs, Path job, Path target, Progress progress) throws Rejected {
        Semaphore changed = new Semaphore(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (Registration watch = jobs.watch(changed::release)) {
            String id = jobs.submit(job, target);
            f.beforeStop(() -> cancelAndWait(jobs, id, ended));
            while (true) {
                changed.tryAcquire(1, TimeUnit.SECONDS);
                changed.drainPermits();
                JobInfo info = jobs.job(id).orElseThrow(() -> new Rejected("job " + id + " is gone"));
                progress.show(info);
                if (info.ended().isPresent()) {
                    ended.countDown();
                    report(common, Json.tree(info));
                    return info.state() == JobState.DONE ? 0 : 1;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    private static void cancelAndWait(JobService jobs, String id, CountDownLatch ended) {
        try {
            if (ended.getCount() > 0 && jobs.job(id).map(i -> i.ended().isEmpty()).orElse(false)) {
                jobs.cancel(id);
                ended.await(4, TimeUnit.SECONDS);
            }
        } catch (Rejected e) {
            System.err.println("zennet: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int remote(Common common, ControlClient client, Path job, Path target, boolean faucet) throws Rejected {
        if (faucet && client.call("wallet.balance", Map.of()).path("available").asLong() == 0) {
            client.call("wallet.testcoins", Map.of());
            awaitCoins(client);
        }
        String id = client.call("job.submit", Map.of("file", job.toString(), "results", target.toString())).path("id").asText();
        Progress progress = new Progress();
        try {
            while (true) {
                JsonNode info = client.call("job.show", Map.of("id", id));
                progress.show(info);
                if (info.hasNonNull("ended")) {
                    report(common, info);
                    return info.path("state").asText().equals("DONE") ? 0 : 1;
                }
                TimeUnit.MILLISECONDS.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted; the job goes on: 'zennet job show " + id + "'", e);
        }
    }

    private static void awaitCoins(ControlClient client) throws Rejected {
        try {
            for (int i = 0; i < FUNDS_SECONDS * 4; i++) {
                if (client.call("wallet.balance", Map.of()).path("available").asLong() > 0) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(250);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
        throw noCoins();
    }

    private static Rejected noCoins() {
        return new Rejected("the test coins did not arrive within " + FUNDS_SECONDS + " s: does anybody mine?");
    }

    /** Takes a coin of the published test key where there are none, and waits for it. */
    static void takeTestCoins(WalletService wallet) throws Rejected {
        Semaphore changed = new Semaphore(1);
        try (Registration watch = wallet.watch(changed::release)) {
            if (wallet.balance().available().isZero()) {
                wallet.takeTestCoins();
            }
            for (int i = 0; i < FUNDS_SECONDS * 4; i++) {
                if (!wallet.balance().available().isZero()) {
                    return;
                }
                changed.tryAcquire(250, TimeUnit.MILLISECONDS);
            }
            throw noCoins();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    @Command(name = "list", description = "List jobs, newest first.")
    int list(@Mixin Common common) throws Rejected {
        JsonNode all = ask(common, "job.list", Map.of());
        if (common.json) {
            common.out().json(all);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode j : all) {
            rows.add(List.of(j.path("id").asText(), j.path("name").asText(), j.path("state").asText().toLowerCase(Locale.ROOT),
                    j.path("tasksDone").asText() + "/" + j.path("tasksTotal").asText(), Output.xen(j.path("spent")), j.path("submitted").asText(),
                    j.path("phase").asText()));
        }
        common.out().table(List.of("JOB", "NAME", "STATE", ">TASKS", ">SPENT", "SUBMITTED", "PHASE"), rows);
        return 0;
    }

    @Command(name = "show", description = "Show a job: its tasks done, what it cost, its providers.")
    int show(@Mixin Common common, @Parameters(paramLabel = "JOB", arity = "0..1", description = JOB) String id,
            @Option(names = "--tasks", description = "Show every task too: who ran it, the hash that was accepted, and the fuel that its providers agreed on.") boolean tasks) throws Rejected {
        JsonNode job = one(common, id);
        report(common, job);
        if (tasks && !common.json) {
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode t : job.path("tasks")) {
                List<String> who = new ArrayList<>();
                t.path("providers").forEach(p -> who.add(Output.brief(p.asText())));
                rows.add(List.of(t.path("id").asText(), t.path("state").asText().toLowerCase(Locale.ROOT), t.path("attempts").asText(),
                        String.join(" ", who), t.hasNonNull("outputHash") ? Output.brief(t.path("outputHash").asText()) : "-",
                        t.path("fuel").path("amount").asText("-"), t.path("note").asText()));
            }
            common.out().line("");
            common.out().table(List.of("TASK", "STATE", ">ATTEMPTS", "PROVIDERS", "OUTPUT", ">FUEL", "NOTE"), rows);
        }
        return 0;
    }

    @Command(name = "results", description = "Tell where a job's result lies and what it says.")
    int results(@Mixin Common common, @Parameters(paramLabel = "JOB", arity = "0..1", description = JOB) String id) throws Rejected {
        JsonNode job = one(common, id);
        JsonNode result = job.path("result");
        if (!result.hasNonNull("path")) {
            throw new Rejected("job " + job.path("id").asText() + " has no result: it is " + job.path("state").asText().toLowerCase(Locale.ROOT)
                    + (job.hasNonNull("problem") ? ", " + job.path("problem").asText() : ""));
        }
        if (common.json) {
            common.out().json(result);
        } else {
            result(common.out(), result);
        }
        return Files.isDirectory(Path.of(result.path("path").asText())) ? 0 : gone(result.path("path").asText());
    }

    private static int gone(String path) {
        System.err.println("zennet: " + path + " is not there any more");
        return 1;
    }

    @Command(name = "cancel", description = "End a job of a running process; what was used is paid.")
    int cancel(@Mixin Common common, @Parameters(paramLabel = "JOB", description = "Its id, as 'zennet job list' shows it.") String id) throws Rejected {
        common.client().call("job.cancel", Map.of("id", id));
        common.done("cancelled", id);
        return 0;
    }

    @Command(name = "check", description = "Check a job file: tell all that is wrong with it, or what it asks for. Nothing is run or paid.")
    int check(@Parameters(paramLabel = "FILE", description = "The job file (YAML).") Path file,
            @Option(names = "--json", description = "Print a JSON document.") boolean json) throws Rejected {
        JobFileService.Summary s = JobFiles.check(bundles, file.toAbsolutePath().normalize());
        Output out = new Output(System.out);
        if (json) {
            out.json(s);
        } else {
            out.line(s.name() + ": " + s.tasks() + (s.tasks() == 1 ? " task" : " tasks") + (s.reduce() ? " and a reduce step" : "") + " on the backend "
                    + s.backend() + ", each on " + s.replicas() + (s.replicas() == 1 ? " provider" : " providers") + ", for at most " + s.budget()
                    + " within " + java.time.Duration.ofMillis(s.deadline()).toSeconds() + " s");
        }
        return 0;
    }

    @Command(name = "template", description = {"Write a job file to start from.",
        "With the id of a template it is filled in by --set; 'list' shows all templates and what they take. Without one, or with a FILE that ends in .yaml, "
        + "it is a job file with every key explained."})
    int template(@Mixin Common common,
            @Parameters(paramLabel = "ID|list|FILE", arity = "0..1", description = "A template's id, 'list', or where to write the explained file.") String word,
            @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A value of the template; may be repeated.") Map<String, String> values,
            @Option(names = "--to", paramLabel = "FILE", description = "Where to; it must not exist (default: standard output).") Path file) throws Rejected {
        return new JobTemplates(bundles, common).run(word, values == null ? Map.of() : values, file);
    }

    private static final String JOB = "Its id, as 'zennet job list' shows it (default: the newest).";

    private JsonNode one(Common common, String id) throws Rejected {
        if (id != null) {
            return ask(common, "job.show", Map.of("id", id));
        }
        JsonNode newest = ask(common, "job.list", Map.of()).path(0);
        if (newest.isMissingNode()) {
            throw new Rejected("there is no job yet: 'zennet job submit FILE' runs one");
        }
        return newest;
    }

    /** Asks the process that runs jobs here; where none runs, looks into the data directory by itself for a moment. */
    private JsonNode ask(Common common, String method, Map<String, ?> params) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        ControlClient client = new ControlClient(directory.path());
        if (client.answers()) {
            return client.call(method, params);
        }
        if (!Files.isDirectory(directory.path().resolve("publisher"))) {
            throw new Rejected("no job was submitted from " + directory.path() + " yet: 'zennet job submit FILE' runs one");
        }
        NodeLauncher.Request request = new NodeLauncher.Request(NodeLauncher.Role.PUBLISHER, common.data, common.network(), Optional.empty(), Map.of());
        try (NodeLauncher.RunningNode node = runtime.start(request)) {
            return new ControlMethods(bundles).call(method, Json.tree(params));
        }
    }

    private static void report(Common common, JsonNode job) {
        if (common.json) {
            common.out().json(job);
            return;
        }
        Output out = common.out();
        out.line("job        " + job.path("name").asText() + " (" + job.path("id").asText() + ") " + job.path("state").asText().toLowerCase(Locale.ROOT));
        out.line("tasks      " + job.path("tasksDone").asText() + " of " + job.path("tasksTotal").asText() + " verified");
        out.line("spent      " + Output.xen(job.path("spent")) + " of at most " + Output.xen(job.path("budget")));
        if (job.hasNonNull("problem")) {
            out.line("problem    " + job.path("problem").asText());
        }
        if (job.hasNonNull("result")) {
            result(out, job.path("result"));
        }
        providers(out, job.path("providers"));
    }

    private static void result(Output out, JsonNode result) {
        out.line("result     " + result.path("path").asText());
        out.line("sha256     " + result.path("sha256").asText());
        result.path("summary").asText().lines().forEach(l -> out.line("           " + l));
    }

    /** The table of a job's providers. */
    static void providers(Output out, JsonNode providers) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode p : providers) {
            rows.add(List.of(Output.brief(p.path("id").asText()), p.path("state").asText(), p.path("tasks").asText(),
                    p.path("rounds").asText(), Output.xen(p.path("promised")), Output.xen(p.path("paid")), Output.xen(p.path("released")),
                    Output.xen(p.path("withheld")), p.hasNonNull("settlement") ? Output.brief(p.path("settlement").asText()) + " in "
                    + p.path("settlementHeight").asText() : "-"));
        }
        out.line("");
        out.table(List.of("PROVIDER", "STATE", ">TASKS", ">ROUNDS", ">PROMISED", ">PAID", ">RELEASED", ">WITHHELD", "SETTLED BY TX IN BLOCK"), rows);
        for (JsonNode p : providers) {
            if (p.hasNonNull("drift")) {
                out.line(Output.drift(p));
            }
            if (p.hasNonNull("witness")) {
                out.line(Output.witness(p));
            }
        }
        Starts.table(out, providers, p -> Output.brief(p.path("id").asText()));
    }

    /** Lines of progress on standard error, only when something changed. */
    private static final class Progress {
        private static final long QUIET = TimeUnit.SECONDS.toNanos(5);
        private final long start = System.nanoTime();
        private String last = "";
        private long said;

        void say(String text) {
            say(text, "");
        }

        /** Says something new at once, and changes of the rest alone every few seconds. */
        private void say(String text, String rest) {
            long now = System.nanoTime();
            if (!text.equals(last) || !rest.isEmpty() && now - said >= QUIET) {
                last = text;
                said = now;
                System.err.println(String.format(Locale.ROOT, "[%6.1f s] %s", (now - start) / 1e9, text + rest));
            }
        }

        void show(JobInfo i) {
            show(Json.tree(i));
        }

        void show(JsonNode i) {
            say(i.path("state").asText().toLowerCase(Locale.ROOT) + ": " + i.path("phase").asText(),
                    " | spent " + Output.xen(i.path("spent")) + ", at risk " + Output.xen(i.path("exposure")));
        }
    }
}
