package org.zennet.provider.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.zennet.api.container.ImageReference;
import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.pricing.Bid;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.Bill;
import org.zennet.market.machine.BuyerNegotiation;
import org.zennet.market.message.Access;
import org.zennet.market.message.AnnouncementProof;
import org.zennet.market.message.Close;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.ImageProgress;
import org.zennet.market.message.LeaseKind;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Pause;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.SignedContract;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Started;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.Terms;
import org.zennet.market.message.Verdict;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;

/** A publisher that speaks real messages and does what a test tells it, bad things too. */
final class FakePublisher {
    static final byte[] MODULE = "module".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    static final byte[] INPUT = "input".getBytes(StandardCharsets.UTF_8);

    static final String USER_KEY = Access.text(new byte[32]);

    final World world;
    final FakeWires.Network net;
    final Fakes.Identity identity;
    final PublicKey key;
    final OutPoint id;
    Terms terms = new Terms(1000, 2000, new Amount(1000), new Amount(10), new Amount(100_000), 1000, 1, 200, new Amount(3_000),
            new Amount(50_000), 600_000, "none");
    RateVector most = RateVector.ZERO;
    int tasks = 3;
    /** Where there are any: what tasks find in their directory. */
    volatile byte[] files = new byte[0];
    volatile boolean pays = true;
    volatile boolean countersigns = true;
    volatile boolean wanted = true;
    /** The image of a registry, instead of the module. */
    volatile Optional<String> reference = Optional.empty();
    /** Whether it wants to log in instead. */
    volatile LeaseKind kind = LeaseKind.TASKS;
    volatile boolean badProof;
    volatile boolean judges = true;
    volatile UnaryOperator<Contract> forge = c -> c;
    volatile boolean takesBack = true;
    volatile boolean closesBack;
    final List<Resume> asked = new CopyOnWriteArrayList<>();
    final Map<String, Lease> leases = new HashMap<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    final List<Long> cached = new CopyOnWriteArrayList<>();
    final List<Integer> rounds = new CopyOnWriteArrayList<>();
    private int nonce;

    static final class Lease {
        Contract contract;
        MessageStream market;
        MessageStream payment;
        Optional<OutPoint> channel = Optional.empty();
        Bill bill;
        Amount paid = Amount.ZERO;
        boolean started;
        final Map<String, TaskResult> results = new HashMap<>();
        final Map<String, byte[]> outputs = new HashMap<>();
        final List<SignedStatement> statements = new ArrayList<>();
        final List<ImageProgress> pulls = new CopyOnWriteArrayList<>();
        final List<Pause> pauses = new CopyOnWriteArrayList<>();
        volatile Optional<Receipt> receipt = Optional.empty();
        volatile Optional<Close> close = Optional.empty();
        volatile boolean lost;
    }

    FakePublisher(FakeWires.Wires wires, String name, int port) {
        this.world = wires.world;
        this.identity = new Fakes.Identity(Fakes.key(name));
        this.net = new FakeWires.Network(wires, port, identity.identity());
        this.key = Fakes.key("announcement of " + name);
        this.id = new OutPoint(Fakes.hash("announcement of " + name), 0);
        net.accept(Protocols.MARKET, (from, stream) -> new Talk(from, stream, false));
        net.accept(Protocols.PAYMENT, (from, stream) -> new Payments(stream));
        net.accept(Protocols.RESUME, (from, stream) -> new Talk(from, stream, true));
        net.accept(Protocols.CONTENT, (from, stream) -> new Server(stream));
    }

    Descriptor descriptor() {
        return new Descriptor(Fakes.hash("job"), "job", "wasm", Isolation.WASM, reference.map(r -> ImageReference.parse(r).digest()).orElse(sha256(MODULE)),
                reference.isPresent() ? 0 : MODULE.length, new Resources(1000, 64 << 20, 0), tasks, UsageVector.ZERO, terms, kind, List.of(), reference);
    }

    void announce(Fakes.Chain chain) {
        Announcement a = new Announcement(Isolation.WASM, "wasm32", 1000, 64, 3, 0, net.endpoint, Records.digest(descriptor()), key, 100_000);
        chain.announcements.add(new AnnouncementInfo(id, chain.height, 100_000, a));
    }

    static Hash sha256(byte[] bytes) {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    Task task(int n) {
        if (files.length > 0) {
            return new Task(Fakes.hash("job"), "task-" + n, List.of("/bin/p"), List.of(), List.of(new Task.Variable("N", "" + n)), sha256(INPUT),
                    INPUT.length, sha256(files), files.length, List.of("data"), 60_000, 1 << 20);
        }
        return new Task(Fakes.hash("job"), "task-" + n, List.of("--seed", "" + n), sha256(INPUT), INPUT.length, 60_000, 1 << 20);
    }

    synchronized List<Lease> all() {
        return List.copyOf(leases.values());
    }

    Lease only() {
        return all().getFirst();
    }

    synchronized void close(Lease l, String reason, boolean pay) {
        l.bill = l.bill.close();
        byte[] payment = pay ? pay(l, true) : new byte[0];
        l.market.send(Records.encode(new Close(l.contract.hash(), reason, payment)));
    }

    private byte[] pay(Lease l, boolean exact) {
        Amount due = l.bill.due();
        long step = exact ? 1 : l.contract.terms().quantum().zen();
        Amount to = new Amount(Math.max(l.paid.zen(), due.zen() / step * step));
        if (!pays || l.channel.isEmpty() || to.equals(l.paid)) {
            return new byte[0];
        }
        l.paid = to;
        return Records.encode(FakeMoney.payment(l.channel.get(), to));
    }

    synchronized void judge(Lease l, String taskId, boolean passed, List<Verdict.SignedResult> evidence) {
        UsageVector used = l.results.get(taskId).statement().usage();
        l.bill = passed ? l.bill.passed(used) : l.bill.refused(used);
        l.market.send(Records.encode(new Verdict(l.contract.hash(), taskId, passed, l.bill.holdBack(used), evidence)));
    }

    void send(Lease l, int n) {
        l.market.send(Records.encode(task(n)));
    }

    private final class Talk implements MessageStream.Receiver {
        final PeerConnection from;
        final MessageStream stream;
        BuyerNegotiation negotiation;
        Lease lease;

        Talk(PeerConnection from, MessageStream stream, boolean back) {
            this.from = from;
            this.stream = stream;
            if (back) {
                return;
            }
            if (!wanted) {
                stream.send(Records.encode(new Refusal("no machine is needed of you now")));
                return;
            }
            AnnouncementProof.Claim c = new AnnouncementProof.Claim(id.txid(), id.index(), from.binding(), identity.identity(),
                    badProof ? Fakes.key("another") : from.identity());
            stream.send(Records.encode(new AnnouncementProof(c, Fakes.sign(key, c))));
            stream.send(Records.encode(descriptor()));
            negotiation = BuyerNegotiation.start(descriptor(), new BuyerNegotiation.Parties(Fakes.GENESIS, Fakes.hash("nonce" + nonce++),
                    identity.identity(), from.identity(), Records.digest(descriptor()), kind == LeaseKind.TASKS ? Optional.empty() : Optional.of(USER_KEY)), world.instant());
        }

        @Override
        public void message(byte[] message) {
            synchronized (FakePublisher.this) {
                try {
                    handle(Records.decodeAny(message, Offer.class, Refusal.class, SignedContract.class, Ready.class, Started.class, TaskResult.class,
                            Receipt.class, Close.class, Resume.class, Pause.class, ImageProgress.class));
                } catch (EncodingException e) {
                    throw new AssertionError(e);
                }
            }
        }

        private void handle(Record r) {
            switch (r) {
                case Offer o -> {
                    rounds.add(o.round());
                    cached.add(o.cached());
                    step(new BuyerNegotiation.Event.Offered(o));
                }
                case Refusal f -> refusals.add(f.reason());
                case SignedContract c -> {
                    if (!Fakes.sign(from.identity(), c.contract()).equals(c.providerSignature().orElseThrow())) {
                        throw new AssertionError("a forged contract");
                    }
                    step(new BuyerNegotiation.Event.Countersigned(c.contract()));
                }
                case Ready _ -> {
                    ChannelService.Funding f = FakeMoney.funding(lease.contract.payee(), terms.capacity(), terms.quantum(), leases.size());
                    lease.channel = Optional.of(f.outPoint());
                    stream.send(Records.encode(f));
                }
                case Started _ -> {
                    lease.started = true;
                    for (int i = 0; i < tasks; i++) {
                        FakePublisher.this.send(lease, i);
                    }
                }
                case TaskResult t -> {
                    if (!Fakes.sign(from.identity(), t.statement()).equals(t.signature())) {
                        throw new AssertionError("a forged result");
                    }
                    if (lease.results.putIfAbsent(t.taskId(), t) != null) {
                        throw new AssertionError("a result was told twice: " + t.taskId());
                    }
                    lease.bill = lease.bill.delivered(t.statement().usage());
                    fetch(from, lease, t);
                    if (judges) {
                        judge(lease, t.taskId(), true, List.of());
                    }
                }
                case Resume x -> back(x);
                case Pause x -> lease.pauses.add(x);
                case ImageProgress x -> lease.pulls.add(x);
                case Receipt x -> lease.receipt = Optional.of(x);
                case Close c -> {
                    lease.close = Optional.of(c);
                    FakePublisher.this.close(lease, "so be it", true);
                }
                default -> throw new AssertionError(r);
            }
        }

        private void back(Resume r) {
            lease = all().stream().filter(l -> l.contract.hash().equals(r.contract())).findFirst().orElse(null);
            if (!takesBack || lease == null) {
                stream.send(Records.encode(new Refusal("this lease is not at work here")));
                stream.close();
                return;
            }
            asked.add(r);
            lease.market = stream;
            lease.lost = false;
            if (closesBack) {
                FakePublisher.this.close(lease, "too late", true);
                return;
            }
            List<String> known = r.tasks().stream().map(Resume.Progress::taskId).toList();
            List<Integer> open = java.util.stream.IntStream.range(0, tasks).filter(n -> !lease.results.containsKey("task-" + n)).boxed().toList();
            stream.send(Records.encode(new Resumed(r.contract(), lease.statements.size(), open.stream().map(n -> "task-" + n).toList())));
            if (!lease.paid.isZero()) {
                stream.send(Records.encode(FakeMoney.payment(lease.channel.orElseThrow(), lease.paid)));
            }
            lease.results.values().stream().filter(t -> !lease.outputs.containsKey(t.taskId())).forEach(t -> fetch(from, lease, t));
            open.stream().filter(n -> !known.contains("task-" + n)).forEach(n -> FakePublisher.this.send(lease, n));
            r.tasks().stream().filter(t -> t.stage() == Resume.Stage.DONE && lease.results.containsKey(t.taskId())).forEach(t ->
                    stream.send(Records.encode(new Verdict(r.contract(), t.taskId(), true, lease.bill.holdBack(lease.results.get(t.taskId())
                            .statement().usage()), List.of()))));
        }

        private void step(BuyerNegotiation.Event e) {
            BuyerNegotiation.Step s = negotiation.on(e, world.instant());
            negotiation = s.state();
            for (BuyerNegotiation.Effect effect : s.effects()) {
                switch (effect) {
                    case BuyerNegotiation.Effect.AskStrategy a -> step(new BuyerNegotiation.Event.Decided(
                            a.offer().rates().isAtMost(most) ? Bid.accept("") : Bid.counter(most, "")));
                    case BuyerNegotiation.Effect.SendCounter c -> stream.send(Records.encode(c.counter()));
                    case BuyerNegotiation.Effect.SignAndSend c -> {
                        Contract k = forge.apply(c.contract());
                        stream.send(Records.encode(new SignedContract(k, identity.sign(k), Optional.empty())));
                    }
                    case BuyerNegotiation.Effect.Agreed a -> {
                        lease = new Lease();
                        lease.contract = a.contract();
                        lease.market = stream;
                        lease.bill = Bill.start(a.contract().rates(), a.contract().terms());
                        leases.put(a.contract().leaseId(), lease);
                    }
                    case BuyerNegotiation.Effect.SendRefusal f -> stream.send(Records.encode(f.refusal()));
                    case BuyerNegotiation.Effect.End x -> stream.close();
                }
            }
        }

        @Override
        public void closed(String reason) {
            if (lease != null) {
                lease.lost |= lease.market == stream;
            }
        }
    }

    private void fetch(PeerConnection from, Lease lease, TaskResult t) {
        MessageStream[] s = new MessageStream[1];
        s[0] = from.open(Protocols.CONTENT, MessageStream.Priority.BULK, new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                try {
                    Content c = Records.decode(Content.class, message);
                    synchronized (FakePublisher.this) {
                        lease.outputs.put(t.taskId(), c.bytes());
                    }
                } catch (EncodingException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void closed(String reason) { }
        });
        s[0].send(Records.encode(new ContentRequest(lease.contract.hash(), t.statement().output(), 0)));
    }

    private final class Payments implements MessageStream.Receiver {
        private final MessageStream stream;

        Payments(MessageStream stream) {
            this.stream = stream;
        }

        @Override
        public void message(byte[] message) {
            synchronized (FakePublisher.this) {
                try {
                    SignedStatement s = Records.decode(SignedStatement.class, message);
                    Lease l = all().stream().filter(x -> x.contract.hash().equals(s.statement().contract())).findFirst().orElseThrow();
                    if (!Fakes.sign(l.contract.provider(), s.statement()).equals(s.providerSignature())) {
                        throw new AssertionError("a forged statement");
                    }
                    l.payment = stream;
                    l.statements.add(s);
                    l.bill = l.bill.used(s.statement().usage());
                    stream.send(Records.encode(new SignedStatement(s.statement(), s.providerSignature(),
                            countersigns ? Optional.of(identity.sign(s.statement())) : Optional.empty(), pay(l, false))));
                } catch (EncodingException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void closed(String reason) { }
    }

    private final class Server implements MessageStream.Receiver {
        private final MessageStream stream;

        Server(MessageStream stream) {
            this.stream = stream;
        }

        @Override
        public void message(byte[] message) {
            try {
                ContentRequest r = Records.decode(ContentRequest.class, message);
                byte[] all = r.content().equals(sha256(MODULE)) ? MODULE : r.content().equals(sha256(files)) ? files : INPUT;
                int end = (int) Math.min(all.length, r.offset() + Protocols.PIECE);
                stream.send(Records.encode(new Content(r.content(), r.offset(), all.length, Arrays.copyOfRange(all, (int) r.offset(), end))));
            } catch (EncodingException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void closed(String reason) { }
    }
}
