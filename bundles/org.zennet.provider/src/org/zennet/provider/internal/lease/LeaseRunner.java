package org.zennet.provider.internal.lease;

import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Close;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Started;
import org.zennet.market.message.Task;
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.UsageStatement;
import org.zennet.market.message.Verdict;
import org.zennet.provider.internal.Inbox;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.Texts;
import org.zennet.provider.internal.content.ContentClient;
import org.zennet.provider.machine.LeaseEffect;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.Payment;

/** Drives one lease: its machine in its mailbox, the new state on disk before what others see. */
public final class LeaseRunner {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRunner.class);
    private static final int KEPT_STATEMENTS = 64;

    private final LeaseHost host;
    private final Kit kit;
    private final Mailbox mailbox;
    private final TreeMap<Integer, SignedStatement> stated = new TreeMap<>();
    private final CompletableFuture<LeaseMachine> quiet = new CompletableFuture<>();
    private volatile LeaseMachine machine;
    private Optional<Wire> wire = Optional.empty();
    private Optional<MessageStream> payments = Optional.empty();
    private Registration tick = () -> { };
    private boolean broken;
    private boolean off;

    /** The connection to the publisher, the stream of the contract, and the container. */
    private record Wire(PeerConnection connection, MessageStream market, Containers containers) { }

    /** A lease of the past or of an earlier life. */
    LeaseRunner(LeaseHost host, LeaseMachine machine) {
        this(host, machine, new Mailbox(host.kit().workers()));
    }

    private LeaseRunner(LeaseHost host, LeaseMachine machine, Mailbox mailbox) {
        this.host = host;
        this.kit = host.kit();
        this.machine = machine;
        this.mailbox = mailbox;
    }

    /**
     * A lease that was just agreed, with its capacity reserved. Called in the negotiation's mailbox, which it keeps.
     *
     * @param announce sends the contract once the lease is durable
     */
    static LeaseRunner begin(LeaseHost host, Contract contract, Signature publisher, Signature provider, String label,
            long moduleBytes, MessageStream market, Mailbox mailbox, Consumer<LeaseRunner> announce) {
        Instant now = host.kit().clock().instant();
        LeaseMachine.Step step = LeaseMachine.start(contract, publisher, provider, label, now);
        LeaseRunner r = new LeaseRunner(host, step.state(), mailbox);
        ContentClient content = new ContentClient(host.kit(), market.connection(), contract.hash());
        r.wire = Optional.of(new Wire(market.connection(), market, new Containers(host, contract, moduleBytes, content, r::post)));
        host.store().put(step.state(), true);
        announce.accept(r);
        step.effects().forEach(r::perform);
        r.arm();
        return r;
    }

    /** The lease as it stands. */
    public LeaseMachine machine() {
        return machine;
    }

    /** Its id. */
    public String id() {
        return machine.contract().leaseId();
    }

    /** Completes when nothing is to be done but to wait for the chain. */
    CompletableFuture<LeaseMachine> quiet() {
        return quiet;
    }

    /** Something happened. */
    public void post(LeaseEvent event) {
        mailbox.execute(() -> apply(event));
    }

    /** A new life of the process: settles what the channel of the earlier one holds. Nothing else may be posted before. */
    void recover(Optional<ChannelService.ChannelInfo> channel) {
        channel.filter(c -> machine.channel().isEmpty()).ifPresent(c -> apply(new LeaseEvent.Accepted(c.id())));
        apply(new LeaseEvent.Restarted(channel.map(ChannelService.ChannelInfo::paid).orElse(machine.account().paid())));
    }

    /** Nothing more is to happen: the process ends. Completes when nothing does. */
    CompletableFuture<Void> off() {
        return CompletableFuture.runAsync(() -> {
            off = true;
            tick.close();
        }, mailbox);
    }

    private void apply(LeaseEvent event) {
        if (broken || off) {
            return;
        }
        LeaseMachine before = machine;
        LeaseMachine.Step step = before.on(event, kit.clock().instant());
        try {
            if (!step.state().equals(before)) {
                boolean durable = step.state().state() != before.state() || step.effects().stream().anyMatch(LeaseEffect::visible);
                host.store().put(step.state(), durable);
            }
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        machine = step.state();
        if (step.state().state() != before.state()) {
            LOG.info("lease {}: {}{}", id(), machine.state(), machine.note().isEmpty() ? "" : " (" + machine.note() + ")");
        }
        step.effects().forEach(this::perform);
        arm();
        if (machine.over() || machine.settlement().isPresent()) {
            quiet.complete(machine);
        }
        if (!machine.equals(before)) {
            host.changed(this);
        }
    }

    /** Its state can't be written down: nothing more is promised or worked; the channel settles what it holds. */
    private void fail(RuntimeException e) {
        LOG.error("lease {} ends: its state can't be stored: {}", id(), e.getMessage());
        broken = true;
        tick.close();
        wire.ifPresent(w -> {
            w.containers().end();
            w.market().close();
        });
        machine.channel().ifPresent(c -> {
            try {
                kit.channels().settle(c);
            } catch (Rejected | RuntimeException r) {
                LOG.error("lease {}: not settled: {}", id(), r.getMessage());
            }
        });
        quiet.complete(machine);
    }

    private void arm() {
        tick.close();
        tick = () -> { };
        machine.wait(kit.clock().instant()).ifPresent(millis -> tick = kit.timers().after(millis, () -> mailbox.execute(() -> {
            if (machine.live() && machine.startedAt() == 0) {
                wire.ifPresent(w -> w.containers().keepAlive());
            }
            apply(new LeaseEvent.Tick());
        })));
    }

    // ---- effects

    private void perform(LeaseEffect effect) {
        Hash contract = machine.contract().hash();
        switch (effect) {
            case LeaseEffect.SendReady _ -> send(new Ready(contract));
            case LeaseEffect.Accept e -> accept(e.funding());
            case LeaseEffect.AwaitDepth e -> kit.channels().confirmed(e.channel(), e.depth()).whenComplete((depth, failure) ->
                    post(failure == null ? new LeaseEvent.Deep() : new LeaseEvent.NotFunded(Texts.reason(failure))));
            case LeaseEffect.Prepare _ -> wire.ifPresent(w -> w.containers().prepare());
            case LeaseEffect.SendStarted e -> {
                send(new Started(contract, e.startMillis()));
                payments = wire.map(w -> w.connection().open(Protocols.PAYMENT, MessageStream.Priority.PAYMENT, new Payments(w.connection())));
            }
            case LeaseEffect.ReadUsage _ -> wire.ifPresent(w -> w.containers().read());
            case LeaseEffect.SendStatement e -> state(e.statement());
            case LeaseEffect.Freeze e -> wire.ifPresent(w -> w.containers().freeze(e.frozen()));
            case LeaseEffect.RunTask e -> wire.ifPresent(w -> w.containers().run(e.task()));
            case LeaseEffect.SendResult e -> wire.ifPresent(w -> send(new TaskResult(e.statement(), kit.identity().sign(e.statement()),
                    e.taskId(), w.containers().takeLog(e.taskId()))));
            case LeaseEffect.EndContainer _ -> wire.ifPresent(w -> w.containers().end());
            case LeaseEffect.SendClose e -> send(new Close(contract, Texts.line(e.reason(), 300), new byte[0]));
            case LeaseEffect.Settle e -> settle(e);
            case LeaseEffect.SendReceipt e -> {
                send(e.receipt());
                payments.ifPresent(MessageStream::close);
            }
        }
    }

    private void send(Record message) {
        wire.ifPresent(w -> w.market().send(Records.encode(message)));
    }

    private void accept(ChannelService.Funding funding) {
        int blocks = machine.contract().terms().channelBlocks();
        try {
            if (!funding.payee().equals(machine.contract().payee())) {
                throw new Rejected("it does not pay the key of the contract");
            }
            kit.channels().accept(funding, machine.label(), machine.contract().terms().capacity(), Math.max(1, blocks - blocks / 8 - 8));
            post(new LeaseEvent.Accepted(funding.outPoint()));
        } catch (Rejected | IllegalArgumentException e) {
            post(new LeaseEvent.NotFunded(Texts.reason(e)));
        }
    }

    private void state(UsageStatement statement) {
        SignedStatement s = new SignedStatement(statement, kit.identity().sign(statement), Optional.empty(), new byte[0]);
        stated.put(statement.sequence(), s);
        if (stated.size() > KEPT_STATEMENTS) {
            stated.pollFirstEntry();
        }
        payments.ifPresent(p -> p.send(Records.encode(s)));
    }

    private void settle(LeaseEffect.Settle e) {
        try {
            Optional<Hash> tx = kit.channels().settle(e.channel());
            post(tx.<LeaseEvent>map(LeaseEvent.Settling::new).orElse(new LeaseEvent.NotSettled("nothing was paid", false)));
            kit.channels().channel(e.channel()).ifPresent(this::seen);
        } catch (Rejected x) {
            post(new LeaseEvent.NotSettled(Texts.reason(x), true));
        }
    }

    /** The wallet saw something of its channel. */
    void seen(ChannelService.ChannelInfo info) {
        if (machine.live() && info.paid().isMoreThan(machine.account().paid())) {
            post(new LeaseEvent.Paid(info.paid()));
        }
        post(new LeaseEvent.ChannelSeen(info.state(), info.settledHeight()));
    }

    // ---- messages

    /** A message on the stream of the contract; called in the mailbox. */
    public void market(byte[] message) {
        if (wire.isEmpty()) {
            return;
        }
        try {
            Record r = Records.decodeAny(message, ChannelService.Funding.class, Payment.class, SignedStatement.class, Task.class,
                    Verdict.class, Close.class, Refusal.class);
            switch (r) {
                case ChannelService.Funding f -> apply(new LeaseEvent.FundingArrived(f));
                case Payment p -> receive(p);
                case SignedStatement s -> answered(s);
                case Task t -> task(t);
                case Verdict v when mine(v.contract()) -> apply(new LeaseEvent.Judged(v, v.passed() || genuine(v)));
                case Close c when mine(c.contract()) -> {
                    pay(c.payment());
                    apply(new LeaseEvent.Closed("the publisher ended it" + (c.reason().isEmpty() ? "" : ": " + c.reason())));
                }
                case Refusal f -> apply(new LeaseEvent.Closed("the publisher ended it: " + f.reason()));
                default -> violated("a " + r.getClass().getSimpleName() + " about another contract");
            }
        } catch (EncodingException e) {
            violated(e.getMessage());
            wire.get().connection().violation(e.getMessage());
        }
    }

    /** The stream of the contract ended; called in the mailbox. */
    public void lost(String reason) {
        apply(new LeaseEvent.Lost(reason));
    }

    private boolean mine(Hash contract) {
        return contract.equals(machine.contract().hash());
    }

    private void violated(String what) {
        LOG.warn("lease {}: {}", id(), what);
        apply(new LeaseEvent.Violated(what));
    }

    private boolean genuine(Verdict v) {
        return v.evidence().stream().allMatch(r -> kit.identity().verify(r.provider(), r.statement(), r.signature()));
    }

    private void task(Task t) {
        if (!t.taskId().matches("[a-z0-9-]{1,80}") || t.timeoutMillis() < 1 || t.maxOutput() < 0 || t.maxOutput() > Protocols.MAX_CONTENT
                || t.stdinBytes() > Containers.MAX_INPUT) {
            violated("a task that can't be run: " + t.taskId() + ", " + t.timeoutMillis() + " ms, " + t.stdinBytes() + " bytes of input, "
                    + t.maxOutput() + " of output");
            return;
        }
        apply(new LeaseEvent.TaskArrived(t, Records.digest(t)));
    }

    private void answered(SignedStatement s) {
        SignedStatement own = stated.get(s.statement().sequence());
        if (own == null || !own.statement().equals(s.statement())) {
            violated("an answer to a statement that was not made");
            return;
        }
        if (s.publisherSignature().isPresent()) {
            if (!kit.identity().verify(machine.contract().publisher(), s.statement(), s.publisherSignature().get())) {
                violated("a statement with a forged signature");
                return;
            }
            host.store().countersigned(id(), new SignedStatement(own.statement(), own.providerSignature(), s.publisherSignature(), new byte[0]));
        }
        pay(s.payment());
    }

    private void pay(byte[] payment) {
        if (payment.length > 0) {
            try {
                receive(Records.decode(Payment.class, payment));
            } catch (EncodingException e) {
                violated("a malformed payment: " + e.getMessage());
            }
        }
    }

    /** A payment on another channel is of another lease with this publisher, which hears of it through the wallet. */
    private void receive(Payment payment) {
        try {
            Amount total = kit.channels().receive(payment);
            if (machine.channel().equals(Optional.of(payment.outPoint()))) {
                apply(new LeaseEvent.Paid(total));
            }
        } catch (Rejected e) {
            LOG.warn("lease {}: {}", id(), e.getMessage());
        }
    }

    private final class Payments implements MessageStream.Receiver {
        private final Inbox inbox;

        private Payments(PeerConnection connection) {
            inbox = new Inbox(mailbox, connection);
        }

        @Override
        public void message(byte[] message) {
            inbox.take(message, this::handle);
        }

        private void handle(byte[] message) {
            try {
                switch (Records.decodeAny(message, SignedStatement.class, Payment.class)) {
                    case SignedStatement s -> answered(s);
                    case Payment p -> receive(p);
                    default -> throw new IllegalStateException("decodeAny answers with what it was asked for");
                }
            } catch (EncodingException e) {
                violated(e.getMessage());
            }
        }

        @Override
        public void closed(String reason) {
            mailbox.execute(() -> {
                payments = Optional.empty();
                if (machine.live()) {
                    apply(new LeaseEvent.Lost("the payment stream closed: " + reason));
                }
            });
        }
    }
}
