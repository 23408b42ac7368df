package org.zennet.workbench.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.zennet.api.container.Isolation;
import org.zennet.api.template.TemplateParameter;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainParameters;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.BlockInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.services.market.ExtensionInfo;
import org.zennet.services.market.MarketJournal.Line;
import org.zennet.services.market.MarketJournal.Negotiation;
import org.zennet.services.market.MarketJournal.Side;
import org.zennet.services.market.PluginInfo;
import org.zennet.services.network.Endpoint;
import org.zennet.services.provider.ProviderService;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.publisher.ForecastService.Outline;
import org.zennet.services.publisher.JobService.Caught;
import org.zennet.services.publisher.JobService.HiredInfo;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.JobState;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.services.publisher.JobService.TaskState;
import org.zennet.services.publisher.JobTemplateService;
import org.zennet.services.publisher.RentService.Compared;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.services.publisher.RentService.RentState;
import org.zennet.services.publisher.RentService.Witness;
import org.zennet.services.wallet.ChannelService.ChannelInfo;
import org.zennet.services.wallet.ChannelService.Role;
import org.zennet.services.wallet.ChannelService.State;
import org.zennet.services.wallet.WalletService.Balance;
import org.zennet.services.wallet.WalletService.Entry;

/** A busy market as its services would tell it: one job in the middle of its tasks, one that is done, a liar that was caught. */
final class Scene {
    /** How many tasks the job has. */
    static final int TASKS = 12;
    /** How many entries the wallet has. */
    static final int ENTRIES = 60;
    private static final Instant START = Instant.parse("2026-03-01T09:30:00Z");
    /** What the clock says. */
    static final Instant NOW = START.plus(Duration.ofDays(1));
    private static final List<String> PROVIDERS = List.of("provider-a", "provider-b", "provider-c");

    private Scene() { }

    /** What a job file asks for: its name is the first line, without the key. */
    static Outline outline(Path file) {
        try {
            String name = Files.readAllLines(file).getFirst().substring("name: ".length());
            return new Outline(name, "wasm", 8, 2, false, 16, 4, zen(500_000_000), zen(1_000_000), 60_000, "whoever runs it can read it");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two templates with parameters of three types. */
    static List<JobTemplateService.Template> templates() {
        return List.of(new JobTemplateService.Template("array", "Array of tasks", "Independent tasks.", "org.zennet.publisher", "1.0.0",
                        List.of(TemplateParameter.needed("name", "Name", "what it is called", TemplateParameter.Type.TEXT))),
                new JobTemplateService.Template("sweep", "Sweep", "A task for each value.", "org.example.sweep", "2.0.0",
                        List.of(TemplateParameter.needed("name", "Name", "what it is called", TemplateParameter.Type.TEXT),
                                TemplateParameter.choice("backend", "Backend", "where it runs", List.of("wasm", "sandbox")),
                                TemplateParameter.optional("note", "Note", "for people", TemplateParameter.Type.TEXT))));
    }

    /** The values as they came, or what is missing. */
    static Object render(String id, Map<?, ?> values) {
        return values.get("name").equals("") ? new Rejected("the template '" + id + "' can't be filled in:\n  name: is missing (Name)")
                : "name: " + values.get("name") + "\n# " + new TreeMap<>(values) + "\n";
    }

    static Hash hash(String name) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static PublicKey key(String name) {
        return PublicKey.ofHex(hash(name).toHex());
    }

    static String brief(String name) {
        return hash(name).toHex().substring(0, 12);
    }

    static Amount zen(long n) {
        return new Amount(n);
    }

    static OutPoint out(String name) {
        return new OutPoint(hash(name), 0);
    }

    private static UsageVector usage(long seconds) {
        return UsageVector.ZERO.with(Counter.CPU, seconds * 1_000_000).with(Counter.MEMORY, seconds << 28).with(Counter.WALL, seconds * 1000)
                .with(Counter.NETWORK_IN, 3 << 20);
    }

    /** The jobs when so many tasks are done. */
    static List<JobInfo> jobs(int done) {
        List<TaskInfo> tasks = new ArrayList<>();
        for (int i = 1; i <= TASKS; i++) {
            TaskState state = i <= done ? TaskState.VERIFIED : i == done + 1 ? TaskState.COMPARING : i <= done + 3 ? TaskState.RUNNING : TaskState.WAITING;
            boolean retried = i == 4;
            tasks.add(new TaskInfo("seed-" + i, state, state == TaskState.WAITING ? List.of() : List.of(brief(PROVIDERS.get(i % 2)), brief(PROVIDERS.get(2))),
                    state == TaskState.VERIFIED ? Optional.of(hash("out" + i).toHex()) : Optional.empty(), state == TaskState.WAITING ? 0 : retried ? 3 : 2,
                    retried ? "results differ, a third decided" : ""));
        }
        JobInfo running = new JobInfo("job:" + brief("folding"), "protein folding", JobState.RUNNING, "12 tasks on 3 machines", START, Optional.empty(),
                TASKS, done, Amount.ofXen(5), zen(42_150_000), zen(1_250_000), tasks, hired(), Optional.empty(), Optional.of(out("announcement").toString()),
                false, Optional.empty());
        JobInfo finished = new JobInfo("job:" + brief("earlier"), "crambin, 4 seeds", JobState.DONE, "done", START.minusSeconds(3600),
                Optional.of(START.minusSeconds(3000)), 4, 4, Amount.ofXen(1), zen(9_870_000), Amount.ZERO, List.of(), List.of(),
                Optional.of(new Result(Path.of("/home/ada/results/crambin"), hash("result").toHex(), "")), Optional.empty(), true, Optional.empty());
        return List.of(running, finished);
    }

    private static List<HiredInfo> hired() {
        RateVector rates = RateVector.ZERO.with(Counter.CPU, 1_157_407_407L);
        return List.of(
                new HiredInfo(hash(PROVIDERS.get(0)).toHex(), "lease:" + brief("lease-a"), "running", 3, "calibrated 0.1.0", 7, usage(61), rates,
                        zen(21_300_000), zen(20_900_000), zen(2_100_000), Amount.ZERO, true, Optional.empty(), out("channel-a").toString(), Optional.empty(), 0),
                new HiredInfo(hash(PROVIDERS.get(1)).toHex(), "lease:" + brief("lease-b"), "settled", 2, "fixed 0.1.0", 6, usage(58), rates,
                        zen(18_400_000), zen(18_400_000), zen(1_900_000), Amount.ZERO, true, Optional.empty(), out("channel-b").toString(),
                        Optional.of(hash("settle-b").toHex()), 57),
                new HiredInfo(hash(PROVIDERS.get(2)).toHex(), "lease:" + brief("lease-c"), "caught", 1, "fixed 0.1.0", 1, usage(9), rates,
                        zen(2_450_000), zen(2_000_000), Amount.ZERO, zen(450_000), false,
                        Optional.of(new Caught("seed-4", hash("lie").toHex(), hash("out4").toHex(), List.of("a", "b"))), out("channel-c").toString(),
                        Optional.empty(), 0));
    }

    static List<AnnouncementInfo> announcements() {
        List<AnnouncementInfo> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(new AnnouncementInfo(out("announcement" + i), i == 0 ? 0 : 60 - i, 240 + i, new Announcement(i == 2 ? Isolation.WASM_SANDBOXED : Isolation.WASM,
                    "wasm32", 500 * (i + 1), 256 << i, 3 + i, 0, new Endpoint("198.51.100." + (i + 7), 7331), hash("descriptor" + i), key("announce" + i), 240 + i)));
        }
        return all;
    }

    /** So many announcements, each of another endpoint, the machines counted from 1. */
    static List<AnnouncementInfo> announcements(int count) {
        Hash descriptor = hash("descriptor");
        PublicKey key = key("announce");
        List<AnnouncementInfo> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new AnnouncementInfo(new OutPoint(Hash.ofHex(String.format("%064x", i)), 0), 1 + i % 60, 240, new Announcement(Isolation.WASM, "wasm32", 1000, 256, i + 1, 0,
                    new Endpoint("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 7331), descriptor, key, 240)));
        }
        return List.copyOf(all);
    }

    /** A job of so many tasks, every third of which is done. */
    static JobInfo largeJob(int tasks) {
        List<TaskInfo> all = new ArrayList<>();
        for (int i = 1; i <= tasks; i++) {
            all.add(new TaskInfo("part-" + i, i % 3 == 0 ? TaskState.VERIFIED : TaskState.WAITING, List.of(), Optional.empty(), i % 3 == 0 ? 2 : 0, ""));
        }
        return new JobInfo("job:" + brief("large"), "large sweep", JobState.RUNNING, tasks + " tasks", START, Optional.empty(), tasks, tasks / 3, Amount.ofXen(5), zen(42_150_000),
                zen(1_250_000), all, hired(), Optional.empty(), Optional.empty(), false, Optional.empty());
    }

    /** One of sixty blocks, each with a transaction. */
    static BlockInfo block(int height) {
        return new BlockInfo(height, hash("block" + height), hash("block" + (height - 1)), START.getEpochSecond() + height, 400 + height, Amount.ofXen(50), zen(height),
                new byte[0], List.of(new TransactionInfo(hash("tx" + height), height, 61 - height, zen(height), new byte[200])));
    }

    static List<TransactionInfo> mempool() {
        return List.of(new TransactionInfo(hash("waiting"), 0, 0, zen(900), new byte[300]));
    }

    static ChainParameters parameters() {
        return new ChainParameters("dev", hash("genesis"), "dxen", 1, 2, 1);
    }

    static List<PluginInfo> plugins() {
        return List.of(new PluginInfo("org.example.night", "1.2.0", "Night rate", "Apache-2.0", Optional.of("Ada"), List.of("org.zennet.api.pricing [1.0,2)"), "", true, "",
                List.of()));
    }

    static List<ExtensionInfo> extensions() {
        return List.of(
                new ExtensionInfo(ExtensionInfo.Kind.PRICING, "night-rate", "Cheaper at night", "org.example.night", "1.2.0", Optional.of("Ada"), 0, ExtensionInfo.State.QUARANTINED,
                        "it took longer than 1000 ms", 7, 1),
                new ExtensionInfo(ExtensionInfo.Kind.PRICING, "fixed", "A list price", "org.zennet.pricing", "0.1.0", Optional.empty(), 0, ExtensionInfo.State.ACTIVE, "", 2, 0));
    }

    static List<Negotiation> negotiations() {
        List<Negotiation> all = new ArrayList<>();
        for (String p : PROVIDERS) {
            String provider = hash(p).toHex();
            String publisher = hash("publisher").toHex();
            all.add(new Negotiation(brief(p), List.of(
                    new Line(START, provider, publisher, Side.PUBLISHER, "descriptor", "3 machines, 1 core, 256 MiB, wasm"),
                    new Line(START.plusSeconds(1), provider, publisher, Side.PROVIDER, "offer", "cpu 0.0000139 XEN/s by calibrated 0.1.0"),
                    new Line(START.plusSeconds(2), provider, publisher, Side.PUBLISHER, "counter", "cpu 0.0000110 XEN/s at most"),
                    new Line(START.plusSeconds(3), provider, publisher, Side.PROVIDER, "contract", "cpu 0.0000116 XEN/s, interval 2 s, hold-back 10 %"))));
        }
        return all;
    }

    static Balance balance() {
        return new Balance(zen(1_234_500_000L), zen(50_000_000), zen(150_000_000));
    }

    /** The wallet's history, newest first. */
    static List<Entry> history() {
        List<Entry> all = new ArrayList<>();
        String[] kinds = {"channel opened", "fee", "received", "channel settled", "announcement", "sent"};
        for (int i = 0; i < ENTRIES; i++) {
            String kind = kinds[i % kinds.length];
            boolean in = kind.equals("received") || kind.equals("channel settled");
            all.add(new Entry(START.minusSeconds(47L * i), kind, hash("tx" + i), i == 0 ? 0 : 60 - i, (in ? 1 : -1) * (50_000_000L + i * 1_000_003L),
                    in ? "from " + brief("publisher") : "lease:" + brief("lease-a")));
        }
        return all;
    }

    static List<ChannelInfo> channels() {
        return List.of(
                new ChannelInfo(out("channel-a"), Role.PAYER, State.OPEN, "lease:" + brief("lease-a"), key("me"), key("a"), zen(50_000_000), zen(20_900_000),
                        340, 12, 61, Optional.empty(), 0, Optional.empty()),
                new ChannelInfo(out("channel-b"), Role.PAYER, State.SETTLED, "lease:" + brief("lease-b"), key("me"), key("b"), zen(50_000_000), zen(18_400_000),
                        340, 14, 55, Optional.of(hash("settle-b")), 57, Optional.empty()));
    }

    static ProviderService.Status providing() {
        Resources machine = new Resources(4000, 8L << 30, 0);
        return new ProviderService.Status(hash("me").toHex(), true, machine, Optional.of(machine), List.of("wasm"), "calibrated", List.of(), zen(321_000_000), 2, 31,
                Optional.empty(), Optional.empty());
    }

    static List<LeaseInfo> leases() {
        return List.of(
                new LeaseInfo("lease:" + brief("lease-x"), hash("publisher").toHex(), LeaseState.RUNNING, START, "wasm", RateVector.ZERO, "calibrated 0.1.0", usage(125), 19,
                        zen(12_500_000), zen(12_400_000), zen(100_000), Amount.ZERO, Optional.empty(), 0, ""),
                new LeaseInfo("lease:" + brief("lease-y"), hash("publisher2").toHex(), LeaseState.SETTLED, START.minusSeconds(999), "wasm", RateVector.ZERO, "calibrated 0.1.0",
                        usage(4000), 12, zen(308_500_000), zen(308_500_000), Amount.ZERO, Amount.ZERO, Optional.of(hash("settle-y").toHex()), 49, ""));
    }

    /** What this person rents: one rent of two machines, the first of which may be a real one. */
    static List<RentInfo> rents(Optional<SshMachine> ssh) {
        RateVector rates = RateVector.ZERO.with(Counter.CPU, 1_157_407_407L);
        MachineInfo first = new MachineInfo("zennet-1", "abcdef0123456789", hash(PROVIDERS.get(0)).toHex(), "ready", ssh.map(SshMachine::port).orElse(0),
                ssh.map(SshMachine::fingerprint).orElse("SHA256:none"), rates, usage(125), zen(1_300_000), zen(1_250_000), 1,
                Optional.of(NOW.minusSeconds(30)), out("rent-a").toString(), Optional.empty(), 0, "", Optional.empty(),
                Optional.of(new Witness(40, 18, 2, 0, List.of(new Compared("cpu", 121_000_000, 125_000_000)), "")));
        MachineInfo second = new MachineInfo("zennet-2", "fedcba9876543210", hash(PROVIDERS.get(1)).toHex(), "starting", 0, "SHA256:none", rates,
                UsageVector.ZERO, Amount.ZERO, Amount.ZERO, 0, Optional.empty(), out("rent-b").toString(), Optional.empty(), 0, "", Optional.empty());
        return List.of(new RentInfo("rent-1", RentState.OPEN, "1 of 2 ready", NOW.minusSeconds(600), NOW.plusSeconds(3000), Optional.empty(), 2, 1,
                Amount.ofXen(2), zen(1_250_000), ssh.map(SshMachine::directory).orElse(Path.of("/home/ada/rents/1")), List.of(first, second),
                Optional.of(out("announcement-rent").toString()), new Resources(500, 64 << 20, 0), "sandbox"));
    }
}
