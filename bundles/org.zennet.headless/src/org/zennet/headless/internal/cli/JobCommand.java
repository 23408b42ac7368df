package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.wallet.WalletService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code job submit|list|show|results|cancel}. */
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
            @Option(names = "--results", paramLabel = "DIR", description = "Where results go (default: results/<job> beside the job file's working directory).")
            Path results,
            @Option(names = "--faucet", description = "Development networks only: first take a genesis coin of the published test key.") boolean faucet)
            throws Rejected {
        if (!Files.isRegularFile(file)) {
            throw new Rejected("there is no job file " + file);
        }
        Path job = file.toAbsolutePath().normalize();
        Path target = (results == null ? Path.of("results", job.getFileName().toString().replaceFirst("\\.ya?ml$", "")) : results)
                .toAbsolutePath().normalize();
        if (options.join == null) {
            ControlClient client = new ControlClient(DataDirectory.find(common.data, common.network()).path());
            if (client.answers()) {
                return remote(common, client, job, target);
            }
        }
        NodeLauncher.Request request = new NodeLauncher.Request(NodeLauncher.Role.PUBLISHER, common.data, common.network(),
                Common.join(options.join), Map.of("network", options.network()));
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

    private int remote(Common common, ControlClient client, Path job, Path target) throws Rejected {
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

    private static void takeTestCoins(WalletService wallet) throws Rejected {
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
            throw new Rejected("the test coins did not arrive within " + FUNDS_SECONDS + " s: does anybody mine?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    @Command(name = "list", description = "List the jobs of a running process.")
    int list(@Mixin Common common) throws Rejected {
        JsonNode all = common.client().call("job.list", Map.of());
        if (common.json) {
            common.out().json(all);
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode j : all) {
            rows.add(List.of(Output.brief(j.path("id").asText()), j.path("name").asText(), j.path("state").asText().toLowerCase(Locale.ROOT),
                    j.path("tasksDone").asText() + "/" + j.path("tasksTotal").asText(), Output.xen(j.path("spent")), j.path("phase").asText()));
        }
        common.out().table(List.of("JOB", "NAME", "STATE", ">TASKS", ">SPENT", "PHASE"), rows);
        return 0;
    }

    @Command(name = "show", description = "Show a job of a running process.")
    int show(@Mixin Common common, @Parameters(paramLabel = "JOB") String id) throws Rejected {
        report(common, common.client().call("job.show", Map.of("id", id)));
        return 0;
    }

    @Command(name = "cancel", description = "End a job; what was used is paid.")
    int cancel(@Mixin Common common, @Parameters(paramLabel = "JOB") String id) throws Rejected {
        common.client().call("job.cancel", Map.of("id", id));
        common.out().line("cancelled");
        return 0;
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
            out.line("result     " + job.path("result").path("path").asText());
            out.line("sha256     " + job.path("result").path("sha256").asText());
            job.path("result").path("summary").asText().lines().forEach(l -> out.line("           " + l));
        }
        providers(out, job.path("providers"));
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
    }

    /** Lines of progress on standard error, only when something changed. */
    private static final class Progress {
        private final long start = System.nanoTime();
        private String last = "";

        void say(String text) {
            if (!text.equals(last)) {
                last = text;
                System.err.println(String.format(Locale.ROOT, "[%6.1f s] %s", (System.nanoTime() - start) / 1e9, text));
            }
        }

        void show(JobInfo i) {
            show(Json.tree(i));
        }

        void show(JsonNode i) {
            long hired = 0;
            for (JsonNode p : i.path("providers")) {
                if (p.path("state").asText().equals("running")) {
                    hired++;
                }
            }
            say(i.path("state").asText().toLowerCase(Locale.ROOT) + ": " + i.path("phase").asText() + " | " + i.path("tasksDone").asText() + "/"
                    + i.path("tasksTotal").asText() + " tasks, " + hired + " providers, spent " + Output.xen(i.path("spent")) + ", at risk "
                    + Output.xen(i.path("exposure")));
        }
    }
}
