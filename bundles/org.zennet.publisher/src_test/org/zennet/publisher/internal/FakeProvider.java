package org.zennet.publisher.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.market.machine.Bill;
import org.zennet.market.message.AnnouncementProof;
import org.zennet.market.message.Close;
import org.zennet.market.message.Content;
import org.zennet.market.message.ContentRequest;
import org.zennet.market.message.Contract;
import org.zennet.market.message.CounterOffer;
import org.zennet.market.message.Descriptor;
import org.zennet.market.message.Offer;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Receipt;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.ResultStatement;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.SignedContract;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Started;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskOutput;
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.UsageStatement;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.buyer.ContentStore;
import org.zennet.services.chain.ChainService.AnnouncementInfo;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.crypto.IdentityService;
import org.zennet.services.network.MessageStream;
import org.zennet.services.wallet.ChannelService;

/** A provider that speaks the real messages over a network in memory, honest unless told otherwise. */
final class FakeProvider implements MessageStream.Receiver {
    static final RateVector RATES = RateVector.ZERO.with(Counter.CPU, 1_157_407_407L).with(Counter.WALL, 1_000_000L);
    final Loop loop;
    final FakeMoney money;
    final FakeNetwork network;
    final FakeNetwork publisher;
    final IdentityService identity;
    final List<Verdict> verdicts = new ArrayList<>();
    final List<String> refusals = new ArrayList<>();
    final List<SignedStatement> countersigned = new ArrayList<>();
    final List<Task> tasks = new ArrayList<>();
    private final FakeKeys keys;
    private final Map<Hash, byte[]> outputs = new HashMap<>();
    private final Deque<Task> queue = new ArrayDeque<>();
    private boolean busy;
    boolean lies;
    boolean forges;
    boolean keepsOutputs;
    /** Delivers what is no result. */
    boolean garbles;
    boolean fails;
    /** What it adds to each output: noise of its floating point. */
    String noise = "";
    int diesAfter = Integer.MAX_VALUE;
    /** After so many results its connection is cut; it calls again after {@link #awayMillis}. */
    int cutAfter = Integer.MAX_VALUE;
    long awayMillis = 3000;
    /** What it shows as its newest payment, where not the truth. */
    Optional<Amount> shows = Optional.empty();
    int resumptions;
    private final Map<String, TaskResult> results = new java.util.LinkedHashMap<>();
    private final Map<String, Hash> digests = new HashMap<>();
    private String running = "";
    long taskMillis = 1500;
    double overclaims = 1;
    /** What a witness in its guests sees of each millisecond that it works, in microseconds of processor. */
    long witnessed = 800;
    Amount paid = Amount.ZERO;
    Optional<Bill> bill = Optional.empty();
    Optional<Contract> contract = Optional.empty();
    Optional<OutPoint> channel = Optional.empty();
    boolean ended;
    boolean unsettled;
    FakeNetwork.Wire wire;
    private MessageStream market;
    private MessageStream payments;
    private AnnouncementInfo announcement;
    private boolean proven;
    Descriptor descriptor;
    private Offer offer;
    private long started;
    private int sequence;
    private int done;

    FakeProvider(int number, Loop loop, FakeMoney money, FakeKeys keys, FakeNetwork publisher) {
        this.loop = loop;
        this.money = money;
        this.keys = keys;
        this.publisher = publisher;
        this.identity = keys.identity(number);
        this.network = new FakeNetwork(loop, identity.identity());
        network.accept(Protocols.CONTENT, (from, stream) -> new Serve(stream));
        loop.after(100 * number, this::look);
    }

    private void look() {
        List<AnnouncementInfo> all = money.chain.announcements();
        if (all.isEmpty()) {
            loop.after(500, this::look);
            return;
        }
        announcement = all.getLast();
        wire = network.dial(publisher);
        market = wire.open(Protocols.MARKET, MessageStream.Priority.CONTROL, this);
    }

    /** The connection is gone, the container goes on; later it calls again. */
    void cut() {
        cutAfter = Integer.MAX_VALUE;
        market = null;
        wire.close();
        loop.after(awayMillis, this::callAgain);
    }

    private void callAgain() {
        wire = network.dial(publisher);
        List<Resume.Progress> tasks = new ArrayList<>();
        if (!running.isEmpty()) {
            tasks.add(new Resume.Progress(running, digests.get(running), Resume.Stage.RUNNING));
        }
        queue.forEach(t -> tasks.add(new Resume.Progress(t.taskId(), Records.digest(t), Resume.Stage.WAITING)));
        results.forEach((id, r) -> tasks.add(new Resume.Progress(id, r.statement().task(), Resume.Stage.DONE)));
        byte[] newest = paid.isZero() ? new byte[0] : Records.encode(new ChannelService.Payment(channel.get().txid(), channel.get().index(),
                java.nio.ByteBuffer.allocate(8).putLong(shows.orElse(paid).zen()).array(), 0, new byte[0]));
        market = wire.open(Protocols.RESUME, MessageStream.Priority.CONTROL, this);
        loop.after(5, () -> send(new Resume(contract.get().hash(), sequence, bill.get().usage(), paid, false, tasks, newest)));
    }

    private void resumed(Resumed r) {
        resumptions++;
        payments = wire.open(Protocols.PAYMENT, MessageStream.Priority.PAYMENT, new Payments());
        r.wanted().stream().filter(results::containsKey).forEach(id -> send(results.get(id)));
        loop.after(5, this::state);
    }

    void send(Record message) {
        if (market == null) {
            return;
        }
        market.send(Records.encode(message));
    }

    @Override
    public void message(byte[] message) {
        try {
            Record r = Records.decodeAny(message, AnnouncementProof.class, Descriptor.class, CounterOffer.class, SignedContract.class,
                    Refusal.class, ChannelService.Funding.class, Task.class, Verdict.class, Close.class, Resumed.class,
                    ChannelService.Payment.class);
            switch (r) {
                case Resumed again -> resumed(again);
                case ChannelService.Payment _ -> receive(message);
                case Refusal f -> {
                    refusals.add(f.reason());
                    if (!ended && contract.isEmpty()) {
                        loop.after(2000, this::look);
                    }
                }
                case AnnouncementProof p -> proven = keys.verify(announcement.announcement().key(), Records.digest(p.claim()), p.signature())
                        && p.claim().binding().equals(wire.binding()) && p.claim().provider().equals(identity.identity());
                case Descriptor d -> described(d);
                case CounterOffer c -> offer(c.round() + 1, c.rates(), true);
                case SignedContract c -> contract(c);
                case ChannelService.Funding f -> funded(f);
                case Task t -> {
                    tasks.add(t);
                    queue.add(t);
                    work();
                }
                case Verdict v -> {
                    verdicts.add(v);
                    results.remove(v.taskId());
                }
                case Close c -> closed(c);
                default -> throw new AssertionError(r);
            }
        } catch (EncodingException e) {
            throw new AssertionError(e);
        }
    }

    private void described(Descriptor d) {
        if (!proven || !Records.digest(d).equals(announcement.announcement().descriptor())) {
            throw new AssertionError("the publisher proves nothing");
        }
        descriptor = d;
        offer(0, RATES, false);
    }

    private void offer(int round, RateVector rates, boolean last) {
        offer = new Offer(round, rates, last, descriptor.terms(), descriptor.resources(), descriptor.isolation(), "fixed", "1", List.of(),
                keys.publicKey(identity.identity().toBytes()));
        send(offer);
    }

    private void contract(SignedContract c) {
        if (!identity.verify(c.contract().publisher(), c.contract(), c.publisherSignature())) {
            throw new AssertionError("a forged contract");
        }
        contract = Optional.of(c.contract());
        send(new SignedContract(c.contract(), c.publisherSignature(), Optional.of(identity.sign(c.contract()))));
        send(new Ready(c.contract().hash()));
    }

    private void funded(ChannelService.Funding f) {
        channel = Optional.of(f.outPoint());
        bill = Optional.of(Bill.start(contract.get().rates(), contract.get().terms()));
        loop.after(1000, () -> fetch(descriptor.image(), descriptor.imageBytes(), module -> {
            started = loop.millis();
            send(new Started(contract.get().hash(), 1000, 7, 300));
            payments = wire.open(Protocols.PAYMENT, MessageStream.Priority.PAYMENT, new Payments());
            loop.after(1000, this::state);
        }));
    }

    private void state() {
        if (ended || !wire.isOpen()) {
            return;
        }
        long wall = (long) ((loop.millis() - started) * overclaims);
        UsageVector usage = UsageVector.ZERO.with(Counter.CPU, wall * 800).with(Counter.WALL, wall);
        bill = bill.map(b -> b.used(usage));
        UsageStatement s = new UsageStatement(contract.get().hash(), ++sequence, usage, paid);
        payments.send(Records.encode(new SignedStatement(s, identity.sign(s), Optional.empty(), new byte[0])));
        loop.after(1000, this::state);
    }

    private void fetch(Hash content, long size, java.util.function.Consumer<byte[]> then) {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        MessageStream[] stream = new MessageStream[1];
        stream[0] = wire.open(Protocols.CONTENT, MessageStream.Priority.BULK, new MessageStream.Receiver() {
            @Override
            public void message(byte[] message) {
                try {
                    Content c = Records.decode(Content.class, message);
                    if (c.total() != size || c.bytes().length == 0) {
                        throw new AssertionError("the publisher does not serve " + content);
                    }
                    got.writeBytes(c.bytes());
                    if (got.size() < size) {
                        stream[0].send(Records.encode(new ContentRequest(contract.get().hash(), content, got.size())));
                    } else if (!ContentStore.sha256(got.toByteArray()).equals(content)) {
                        throw new AssertionError("the publisher serves other bytes");
                    } else {
                        then.accept(got.toByteArray());
                    }
                } catch (EncodingException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void closed(String reason) {
                // nothing more comes
            }
        });
        loop.after(5, () -> stream[0].send(Records.encode(new ContentRequest(contract.get().hash(), content, 0))));
    }

    private void work() {
        if (busy || queue.isEmpty() || ended) {
            return;
        }
        busy = true;
        Task t = queue.poll();
        running = t.taskId();
        digests.put(running, Records.digest(t));
        read(t.stdin(), t.stdinBytes(), stdin -> read(t.files(), t.filesBytes(), files -> run(t, stdin, files)));
    }

    private void read(Hash content, long size, java.util.function.Consumer<byte[]> then) {
        if (size == 0) {
            then.accept(new byte[0]);
        } else {
            fetch(content, size, then);
        }
    }

    private String report(Task t) {
        boolean witness = !t.command().isEmpty() && t.command().getFirst().equals("./zennet-witness");
        return witness ? "zennet-witness 1 cpu=" + taskMillis * witnessed + " memory=1000 wall=" + taskMillis + "\n" : "";
    }

    private void run(Task t, byte[] stdin, byte[] files) {
        loop.after(taskMillis, () -> {
            if (ended) {
                return;
            }
            if (done >= diesAfter) {
                ended = true;
                wire.close();
                return;
            }
            done++;
            byte[] output = TaskOutput.of(t, new Outcome(Outcome.Reason.EXITED, 0, Program.run(t.args(), stdin), new byte[0], UsageVector.ZERO,
                    "", Program.files(t.spec(stdin, files))));
            if (!noise.isEmpty() && t.outputs().isEmpty() && !t.args().getFirst().equals("reduce")) {
                output = (new String(output, StandardCharsets.UTF_8) + "energy " + noise + "\n").getBytes(StandardCharsets.UTF_8);
            }
            if (garbles) {
                output = new byte[3000];
            }
            if (lies) {
                output = new String(output, StandardCharsets.ISO_8859_1).replace('e', 'x').getBytes(StandardCharsets.ISO_8859_1);
            }
            Hash hash = ContentStore.sha256(output);
            outputs.put(hash, output);
            UsageVector usage = UsageVector.ZERO.with(Counter.CPU, taskMillis * 800).with(Counter.WALL, taskMillis);
            ResultStatement s = new ResultStatement(contract.get().hash(), Records.digest(t), Outcome.Reason.EXITED, fails ? 3 : 0, hash,
                    output.length, usage, Optional.empty());
            bill = bill.map(b -> b.delivered(usage));
            TaskResult result = new TaskResult(s, forges ? keys.identity(99).sign(s) : identity.sign(s), t.taskId(),
                    ("the log\nof it" + report(t)).getBytes(StandardCharsets.UTF_8));
            results.put(t.taskId(), result);
            if (done > cutAfter) {
                cut();
            }
            send(result);
            busy = false;
            running = "";
            work();
        });
    }

    private void closed(Close c) {
        receive(c.payment());
        ended = true;
        if (unsettled) {
            wire.close();
            return;
        }
        Hash tx = paid.isZero() ? Hash.of(new byte[32]) : money.settle(channel.orElseThrow());
        send(new Receipt(c.contract(), bill.map(Bill::usage).orElse(UsageVector.ZERO), paid, done, tx));
    }

    private void receive(byte[] payment) {
        if (payment.length > 0) {
            try {
                paid = Amount.max(paid, FakeMoney.amount(Records.decode(ChannelService.Payment.class, payment)));
            } catch (EncodingException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void closed(String reason) {
        ended = ended || contract.isPresent() && market != null && !wire.isOpen() && resumptions == 0 && contract.get().terms().patienceMillis() == 0;
    }

    private final class Payments implements MessageStream.Receiver {
        @Override
        public void message(byte[] message) {
            try {
                switch (Records.decodeAny(message, SignedStatement.class, ChannelService.Payment.class)) {
                    case ChannelService.Payment _ -> receive(message);
                    case SignedStatement s -> {
                        if (s.publisherSignature().isPresent()) {
                            countersigned.add(s);
                        }
                        receive(s.payment());
                    }
                    default -> throw new AssertionError();
                }
            } catch (EncodingException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void closed(String reason) {
            // the market stream tells
        }
    }

    /** Serves outputs. */
    private final class Serve implements MessageStream.Receiver {
        private final MessageStream stream;

        Serve(MessageStream stream) {
            this.stream = stream;
        }

        @Override
        public void message(byte[] message) {
            try {
                ContentRequest r = Records.decode(ContentRequest.class, message);
                byte[] all = keepsOutputs ? new byte[0] : outputs.getOrDefault(r.content(), new byte[0]);
                int from = (int) Math.min(r.offset(), all.length);
                stream.send(Records.encode(new Content(r.content(), r.offset(), all.length,
                        java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + Protocols.PIECE)))));
            } catch (EncodingException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void closed(String reason) {
            // nothing is kept
        }
    }
}
