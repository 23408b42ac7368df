package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.value.Amount;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.control.RentCalls;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.node.NodeRuntime;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.node.NodeLauncher;
import org.zennet.services.publisher.RentService;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.services.wallet.WalletService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rent}, {@code rent list}, {@code rent close}. */
@Command(name = "rent", description = {"Rent machines to log in to, until Ctrl-C, --for or the budget's end.",
    "Prints a table of local ports, and writes what OpenSSH and GNU parallel read into a directory: ssh_config, known_hosts, hosts, keys.",
    "Where a process of this data directory rents already, it takes these too; then 'rent close' ends them."})
final class RentCommand implements Callable<Integer> {
    private static final int SYNC_SECONDS = 60;
    private static final int CLOSE_SECONDS = 25;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([KMGT])?(iB|B)?");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(s|m|h|d)");
    private final BundleContext bundles;
    private final NodeRuntime runtime;

    @Mixin
    private Common common;
    @Mixin
    private ProcessCommands.StartOptions options;
    @Option(names = {"-n", "--machines"}, paramLabel = "N", description = "How many machines (default: 1).")
    private int machines = 1;
    @Option(names = {"-m", "--memory"}, paramLabel = "SIZE", description = "Memory of each, such as 512M or 2G (default: 64M).")
    private String memory = "64M";
    @Option(names = "--cores", paramLabel = "CORES", description = "Cores of each, such as 2 or 0.1 (default: 1).")
    private String cores = "1";
    @Option(names = "--disk", paramLabel = "SIZE", description = "A work directory on disk of this size (default: 0, in memory).")
    private String disk = "0";
    @Option(names = "--backend", paramLabel = "ID", description = "What isolates them: sandbox or docker (default: sandbox).")
    private String backend = "sandbox";
    @Option(names = "--image", paramLabel = "IMAGE",
            description = {"An image archive as docker save or an OCI layout has it, or an image of a registry:",
                "REGISTRY/NAME@sha256:DIGEST (default: the provider's own programs, read-only; sandbox only)."})
    private String image;
    @Option(names = "--budget", paramLabel = "AMOUNT", description = "The most that all may cost together (default: 1 XEN for each).")
    private String budget;
    @Option(names = "--for", paramLabel = "TIME", description = "For how long at most, such as 90m or 8h (default: 4h).")
    private String time = "4h";
    @Option(names = "--idle", paramLabel = "TIME", description = "End logins that move nothing for so long (default: never).")
    private String idle;
    @Option(names = "--egress", paramLabel = "DESTINATION", split = ",", description = "What programs on them may reach, such as public,"
            + " example.org:443 or 203.0.113.0/24:1000-2000/udp; only providers that sell it (default: nothing).")
    private List<String> egress = List.of();
    @Option(names = "--witness", paramLabel = "WHAT", description = {"Run the own witness on each machine, beside the provider's meter, over OpenSSH:",
        "show (what it sees), end (also give machines back whose bill is too far above that) or off (default)."})
    private String witness = "off";
    @Option(names = "--dir", paramLabel = "DIR", description = "Where the files go (default: a directory of the data directory).")
    private Path directory;
    @Option(names = "--faucet", description = "Development networks only: first take a genesis coin of the published test key.")
    private boolean faucet;

    RentCommand(BundleContext bundles, NodeRuntime runtime) {
        this.bundles = bundles;
        this.runtime = runtime;
    }

    @Override
    public Integer call() throws Rejected {
        Map<String, Object> wanted = wanted();
        Request request = RentCalls.request(Json.tree(wanted));
        if (options.join == null) {
            ControlClient client = new ControlClient(DataDirectory.find(common.data, common.network()).path());
            if (client.answers()) {
                return remote(client, wanted);
            }
        }
        Progress progress = new Progress();
        progress.say("starting");
        NodeLauncher.Request node = new NodeLauncher.Request(NodeLauncher.Role.PUBLISHER, common.data, common.network(),
                Common.join(options.join), Map.of("network", options.network()));
        try (Foreground f = Foreground.start(bundles, runtime, node)) {
            f.awaitSync(SYNC_SECONDS);
            if (faucet) {
                progress.say("taking test coins");
                JobCommand.takeTestCoins(f.service(WalletService.class));
            }
            return run(f, f.service(RentService.class), request, progress);
        }
    }

    private int run(Foreground f, RentService rents, Request request, Progress progress) throws Rejected {
        Semaphore changed = new Semaphore(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (Registration watch = rents.watch(changed::release)) {
            String id = rents.open(request);
            f.beforeStop(() -> closeAndWait(rents, id, ended));
            while (true) {
                changed.tryAcquire(1, TimeUnit.SECONDS);
                changed.drainPermits();
                RentInfo info = rents.rent(id).orElseThrow(() -> new Rejected("rent " + id + " is gone"));
                JsonNode tree = Json.tree(info);
                progress.show(tree);
                if (info.ended().isPresent()) {
                    report(tree);
                    ended.countDown();
                    return info.state() == RentService.RentState.DONE ? ZennetCommand.DONE : ZennetCommand.FAILED;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted", e);
        }
    }

    private static void closeAndWait(RentService rents, String id, CountDownLatch ended) {
        try {
            if (ended.getCount() > 0) {
                rents.close(id);
                ended.await(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (Rejected e) {
            System.err.println("zennet: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int remote(ControlClient client, Map<String, Object> wanted) throws Rejected {
        String id = client.call("rent.open", wanted).path("id").asText();
        Progress progress = new Progress();
        try {
            while (true) {
                JsonNode info = client.call("rent.show", Map.of("id", id));
                progress.show(info);
                if (info.hasNonNull("ended")) {
                    report(info);
                    return info.path("state").asText().equals("DONE") ? ZennetCommand.DONE : ZennetCommand.FAILED;
                }
                TimeUnit.MILLISECONDS.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected("interrupted; the machines stay: 'zennet rent close " + id + "' gives them back", e);
        }
    }

    @Command(name = "list", description = "List what a running process rents: machines, ports, who is logged in and idle.")
    int list(@Mixin Common at) throws Rejected {
        JsonNode all = at.client().call("rent.list", Map.of());
        if (at.json()) {
            at.out().json(all);
            return ZennetCommand.DONE;
        }
        for (JsonNode r : all) {
            at.out().line("rent " + r.path("id").asText() + ": " + r.path("state").asText().toLowerCase(Locale.ROOT) + ", " + r.path("phase").asText());
            table(at.out(), r);
        }
        return ZennetCommand.DONE;
    }

    @Command(name = "close", description = "Give machines of a running process back, in good order.")
    int close(@Mixin Common at, @Parameters(paramLabel = "ID", description = "The rent's id, or its first digits.") String id) throws Rejected {
        ControlClient client = at.client();
        List<String> found = new ArrayList<>();
        client.call("rent.list", Map.of()).forEach(r -> {
            if (r.path("id").asText().startsWith(id)) {
                found.add(r.path("id").asText());
            }
        });
        if (found.size() != 1) {
            throw new Rejected(found.isEmpty() ? "nothing is rented under " + id + ": 'zennet rent list' tells what is" : "more than one rent begins with " + id);
        }
        client.call("rent.close", Map.of("id", found.getFirst()));
        at.done("closing", "rent " + found.getFirst());
        return ZennetCommand.DONE;
    }

    // ---- what is wanted

    private Map<String, Object> wanted() throws Rejected {
        Map<String, Object> w = new LinkedHashMap<>();
        w.put("machines", machines);
        w.put("cores", cores(cores));
        w.put("memory", size("--memory", memory));
        w.put("disk", size("--disk", disk));
        w.put("backend", backend);
        w.put("image", image == null ? "" : image());
        try {
            w.put("budget", (budget == null ? new Amount(Math.multiplyExact(Amount.parse("1 XEN").zen(), (long) Math.max(1, machines)))
                    : Amount.parse(budget)).zen());
        } catch (IllegalArgumentException e) {
            throw new Misused("--budget: " + e.getMessage(), e);
        }
        w.put("seconds", time("--for", time));
        w.put("idle", idle == null ? 0 : time("--idle", idle));
        try {
            w.put("egress", Egress.parse(String.join(",", egress)).toString());
        } catch (IllegalArgumentException e) {
            throw new Misused("--egress: " + e.getMessage(), e);
        }
        if (!List.of("off", "show", "end").contains(witness)) {
            throw new Misused("--witness: '" + witness + "' is not known; write off, show or end");
        }
        w.put("witness", witness);
        w.put("directory", directory == null ? "" : directory.toAbsolutePath().normalize().toString());
        return w;
    }

    /** A file by its whole path, since another process may read it; an image of a registry as it is written. */
    private String image() throws Misused {
        if (!ImageReference.looksLike(image)) {
            return Path.of(image).toAbsolutePath().normalize().toString();
        }
        try {
            return ImageReference.parse(image).toString();
        } catch (IllegalArgumentException e) {
            throw new Misused("--image: " + e.getMessage(), e);
        }
    }

    private static int cores(String text) throws Misused {
        if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            throw new Misused("--cores: '" + text + "' is not a number of cores; write for example 2 or 0.1");
        }
        return new BigDecimal(text).movePointRight(3).intValueExact();
    }

    private static long size(String option, String text) throws Misused {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new Misused(option + ": '" + text + "' is not a size; write for example 512M or 2G");
        }
        int shift = m.group(2) == null ? 0 : 10 * (1 + "KMGT".indexOf(m.group(2)));
        return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
    }

    private static long time(String option, String text) throws Misused {
        Matcher m = TIME.matcher(text);
        if (!m.matches()) {
            throw new Misused(option + ": '" + text + "' is not a time; write for example 90m or 8h");
        }
        return Long.parseLong(m.group(1)) * switch (m.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            default -> 86_400;
        };
    }

    // ---- what people see

    private static void table(Output out, JsonNode rent) {
        List<List<String>> rows = new ArrayList<>();
        Instant now = Instant.now();
        for (JsonNode m : rent.path("machines")) {
            String quiet = m.path("idleSince").isTextual() ? Math.max(0, Duration.between(Instant.parse(m.path("idleSince").asText()), now).toSeconds())
                    + " s" : "";
            rows.add(List.of(m.path("name").asText(), m.path("state").asText(), m.path("port").asInt() == 0 ? "" : "127.0.0.1:" + m.path("port").asText(),
                    Output.brief(m.path("provider").asText()), Starts.up(m), m.path("logins").asText(), quiet, Output.xen(m.path("due")), Output.xen(m.path("paid")),
                    m.path("settlementHeight").asInt() > 0 ? "tx:" + Output.brief(m.path("settlement").asText()) + " in " + m.path("settlementHeight").asText()
                            : m.path("note").asText()));
        }
        boolean witness = false;
        for (JsonNode m : rent.path("machines")) {
            witness |= m.hasNonNull("witness");
        }
        out.table(List.of("MACHINE", "STATE", "PORT", "PROVIDER", ">UP AFTER", ">LOGINS", ">IDLE", ">DUE", ">PAID", "NOTE"), rows);
        Starts.medians(out, rent.path("machines"));
        if (witness) {
            out.table(List.of("WITNESS", ">READINGS", ">JUDGED", ">BEYOND", "SEEN / BILLED"), witnesses(rent));
        }
    }

    private static List<List<String>> witnesses(JsonNode rent) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode m : rent.path("machines")) {
            JsonNode w = m.path("witness");
            if (w.isObject()) {
                List<String> pairs = new ArrayList<>();
                w.path("compared").forEach(c -> pairs.add(seen(c)));
                rows.add(List.of(m.path("name").asText(), w.path("readings").asText(), w.path("judged").asText(), w.path("far").asText(),
                        w.path("problem").asText().isEmpty() ? String.join(", ", pairs) : w.path("problem").asText()));
            }
        }
        return rows;
    }

    private static String seen(JsonNode c) {
        double per = c.path("counter").asText().equals("cpu") ? 1e6 : 1 << 20;
        String unit = switch (c.path("counter").asText()) {
            case "cpu" -> "s";
            case "memory" -> "MiB s";
            default -> "MiB";
        };
        return String.format(Locale.ROOT, "%s %.1f / %.1f %s", c.path("counter").asText(), c.path("seen").asLong() / per, c.path("billed").asLong() / per, unit);
    }

    /** The end. */
    private void report(JsonNode rent) {
        if (common.json()) {
            common.out().line(rent.toString());
        } else {
            table(common.out(), rent);
            common.out().line(Output.xen(rent.path("paid")) + " of " + Output.xen(rent.path("budget")) + " paid; " + rent.path("phase").asText());
        }
        System.out.flush();
    }

    /** Tells what changes: to people on standard error; the table, or a line of JSON, once all machines are there. */
    private final class Progress {
        private final long start = System.nanoTime();
        private final Set<String> gone = new HashSet<>();
        private String last = "";
        private boolean shown;

        void say(String text) {
            if (!text.equals(last)) {
                last = text;
                System.err.println(String.format(Locale.ROOT, "[%6.1f s] %s", (System.nanoTime() - start) / 1e9, text));
            }
        }

        void show(JsonNode rent) {
            say(rent.path("state").asText().toLowerCase(Locale.ROOT) + ": " + rent.path("phase").asText());
            for (JsonNode m : rent.path("machines")) {
                boolean over = m.path("state").asText().matches("ended|lost") && rent.path("state").asText().equals("OPEN");
                if (over && gone.add(m.path("lease").asText())) {
                    System.err.println("zennet: " + m.path("name").asText() + " is gone: " + m.path("note").asText());
                }
            }
            if (!shown && rent.path("state").asText().equals("OPEN") && rent.path("ready").asInt() == rent.path("wanted").asInt()) {
                shown = true;
                if (common.json()) {
                    common.out().line(rent.toString());
                } else {
                    table(common.out(), rent);
                    String d = rent.path("directory").asText();
                    common.out().line("log in:        ssh -F " + d + "/ssh_config " + rent.path("machines").path(0).path("name").asText());
                    common.out().line("on all:        parallel --nonall --sshloginfile " + d + "/hosts hostname");
                    common.out().line("give back:     Ctrl-C; at the latest " + rent.path("until").asText());
                }
                System.out.flush();
            }
        }
    }
}
