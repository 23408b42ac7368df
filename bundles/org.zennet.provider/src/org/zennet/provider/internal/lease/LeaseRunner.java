package org.zennet.provider.internal.lease;

import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Close;
import org.zennet.market.message.Contract;
import org.zennet.market.message.ImageProgress;
import org.zennet.market.message.Pause;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Ready;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.ShellOpen;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Started;
import org.zennet.market.message.TaskResult;
import org.zennet.market.message.UsageStatement;
import org.zennet.provider.internal.Kit;
import org.zennet.provider.internal.Mailbox;
import org.zennet.provider.internal.Texts;
import org.zennet.provider.internal.content.ImageSource;
import org.zennet.provider.internal.ssh.HostKey;
import org.zennet.provider.internal.ssh.LeaseShells;
import org.zennet.provider.machine.LeaseEffect;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.provider.machine.LeaseTimes;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.network.Endpoint;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.LeaseState;
import org.zennet.services.wallet.ChannelService;

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
    private final Containers containers;
    private final LeaseMessages messages = new LeaseMessages(this);
    private Optional<Line> line = Optional.empty();
    private Optional<MessageStream> payments = Optional.empty();
    private Registration tick = () -> { };
    /** When this life of the lease began, by the clock that only goes forward. */
    private final long agreed;
    private boolean broken;
    private boolean off;

    /** The connection to the publisher and the stream of the contract. */
    private record Line(PeerConnection connection, MessageStream market) { }

    /** A lease of the past or of an earlier life. */
    LeaseRunner(LeaseHost host, LeaseMachine machine) {
        this(host, machine, ImageSource.NONE, host.store().hostKey(machine.contract().leaseId()), new Mailbox(host.kit().workers()));
    }

    private LeaseRunner(LeaseHost host, LeaseMachine machine, ImageSource image, Optional<HostKey> hostKey, Mailbox mailbox) {
        this.host = host;
        this.kit = host.kit();
        this.machine = machine;
        this.mailbox = mailbox;
        this.agreed = kit.nanos().getAsLong();
        this.containers = new Containers(host, machine.contract(), image, hostKey, new Containers.Owner() {
            @Override
            public void accept(LeaseEvent event) {
                post(event);
            }

            @Override
            public void pulls(ImageProgress progress) {
                mailbox.execute(() -> {
                    if (LeaseRunner.this.machine.live()) {
                        send(progress);
                        host.changed(LeaseRunner.this);
                    }
                });
            }
        });
    }

    /**
     * A lease that was just agreed, with its capacity reserved. Called in the negotiation's mailbox, which it keeps.
     *
     * @param endpoint where the publisher is called again when the connection is lost
     * @param hostKey  of the contract, where it is for shells
     * @param announce sends the contract once the lease is durable
     */
    static LeaseRunner begin(LeaseHost host, Contract contract, Signature publisher, Signature provider, String label, Endpoint endpoint,
            ImageSource image, Optional<HostKey> hostKey, MessageStream market, Mailbox mailbox, Consumer<LeaseRunner> announce) {
        Instant now = host.kit().clock().instant();
        LeaseMachine.Step step = LeaseMachine.start(contract, publisher, provider, label, endpoint, now);
        LeaseRunner r = new LeaseRunner(host, step.state(), image, hostKey, mailbox);
        r.line = Optional.of(new Line(market.connection(), market));
        r.containers.connected(market.connection());
        hostKey.ifPresent(k -> host.store().hostKey(r.id(), k));
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

    /** As people see it. */
    LeaseInfo info() {
        return LeaseViews.info(machine, containers.pulling());
    }

    /** Its id. */
    public String id() {
        return machine.contract().leaseId();
    }

    /** The publisher opened a stream for a login; any thread. */
    public MessageStream.Receiver login(ShellOpen request, MessageStream stream) {
        LeaseMachine m = machine;
        boolean starts = m.live() && (m.state() != LeaseState.RUNNING || !m.account().prepaid());
        Optional<LeaseShells> shells = m.live() && !starts ? containers.shells() : Optional.empty();
        return shells.isPresent() ? shells.get().open(request, stream) : LeaseShells.refuse(stream, starts,
                m.state() == LeaseState.FROZEN ? "the lease is frozen until it is paid" : starts ? "the lease is not paid yet" : "the lease is over");
    }

    /** Its backend does not name its container: looks whether it is still there, and tells whether that ended the lease. */
    boolean examine() {
        Optional<String> over = containers.over();
        over.ifPresent(why -> post(new LeaseEvent.Broken("the container ended: " + why)));
        return over.isPresent();
    }

    /** Completes when nothing is to be done but to wait for the chain. */
    CompletableFuture<LeaseMachine> quiet() {
        return quiet;
    }

    /** Something happened. */
    public void post(LeaseEvent event) {
        mailbox.execute(() -> apply(event));
    }

    /**
     * A new life of the process: goes on where that is possible, else settles what the channel of the earlier one holds. Nothing
     * else may be posted before.
     */
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

    void apply(LeaseEvent event) {
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
        containers.end();
        line.ifPresent(l -> l.market().close());
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
                containers.keepAlive();
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
                    post(failure == null ? new LeaseEvent.Deep(kit.millisSince(agreed)) : new LeaseEvent.NotFunded(Texts.reason(failure))));
            case LeaseEffect.Prepare _ -> containers.prepare();
            case LeaseEffect.Adopt _ -> containers.adopt();
            case LeaseEffect.Redial e -> Resumption.begin(kit, mailbox, machine.endpoint(), machine.contract().publisher(), proven(e.resume()),
                    new Return());
            case LeaseEffect.OpenPayments _ -> openPayments();
            case LeaseEffect.SendStarted e -> {
                LeaseTimes t = e.times();
                send(new Started(contract, t.channel().orElse(0), t.image().orElse(0), t.start().orElse(0)));
                openPayments();
            }
            case LeaseEffect.ReadUsage _ -> containers.read();
            case LeaseEffect.SendStatement e -> state(e.statement());
            case LeaseEffect.Freeze e -> containers.freeze(e.frozen());
            case LeaseEffect.SendPause e -> send(new Pause(contract, e.paused(), Texts.line(e.reason(), 300)));
            case LeaseEffect.KeepAlive _ -> containers.keepAlive();
            case LeaseEffect.RunTask e -> containers.run(e.task());
            case LeaseEffect.SendResult e when machine.connected() -> send(new TaskResult(e.statement(),
                    kit.identity().sign(e.statement()), e.taskId(), containers.takeLog(e.taskId())));
            case LeaseEffect.SendResult _ -> { }
            case LeaseEffect.EndContainer _ -> containers.end();
            case LeaseEffect.SendClose e -> send(new Close(contract, Texts.line(e.reason(), 300), new byte[0]));
            case LeaseEffect.Settle e -> settle(e);
            case LeaseEffect.SendReceipt e -> {
                send(e.receipt());
                payments.ifPresent(MessageStream::close);
            }
        }
    }

    private void openPayments() {
        payments.ifPresent(MessageStream::close);
        payments = line.map(l -> {
            Payments receiver = new Payments(l.connection());
            receiver.stream = l.connection().open(Protocols.PAYMENT, MessageStream.Priority.PAYMENT, receiver);
            return receiver.stream;
        });
    }

    /** With the newest payment, by which the publisher sees what it promised. */
    private Resume proven(Resume r) {
        byte[] payment = machine.channel().flatMap(kit.channels()::newest).map(Records::encode).orElse(new byte[0]);
        return new Resume(r.contract(), r.sequence(), r.usage(), r.paid(), r.frozen(), r.tasks(), payment);
    }

    private void send(Record message) {
        line.ifPresent(l -> l.market().send(Records.encode(message)));
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

    // ---- what the publisher says; called in the mailbox

    /** A message on the stream of the contract. */
    public void market(byte[] message) {
        line.ifPresent(l -> messages.market(l.connection(), message));
    }

    /** The stream of the contract, or the one that took its place, ended. */
    public void lost(MessageStream stream, String reason) {
        if (line.map(l -> l.market() == stream).orElse(false)) {
            apply(new LeaseEvent.Lost(reason));
        }
    }

    Optional<SignedStatement> stated(int sequence) {
        return Optional.ofNullable(stated.get(sequence));
    }

    Mailbox mailbox() {
        return mailbox;
    }

    LeaseHost host() {
        return host;
    }

    private final class Payments implements MessageStream.Receiver {
        private final Inbox inbox;
        private MessageStream stream;

        private Payments(PeerConnection connection) {
            this.inbox = new Inbox(mailbox, connection);
        }

        @Override
        public void message(byte[] message) {
            inbox.take(message, messages::payment);
        }

        @Override
        public void closed(String reason) {
            mailbox.execute(() -> {
                boolean current = payments.map(p -> p == stream).orElse(false);
                if (current) {
                    payments = Optional.empty();
                }
                if (current && machine.live()) {
                    apply(new LeaseEvent.Lost("the payment stream closed: " + reason));
                }
            });
        }
    }

    /** How a call to take the lease up again goes. */
    private final class Return implements Resumption.Lease {
        @Override
        public void notReached(String reason) {
            LOG.debug("lease {}: the publisher can't be reached: {}", id(), reason);
            apply(new LeaseEvent.NotReached(reason));
        }

        @Override
        public void refused(String reason) {
            apply(new LeaseEvent.NotResumed(reason));
        }

        @Override
        public void reached(MessageStream stream) {
            line = Optional.of(new Line(stream.connection(), stream));
            containers.connected(stream.connection());
        }

        @Override
        public void resumed(Resumed answer) {
            LOG.info("lease {}: the publisher takes it up again", id());
            apply(new LeaseEvent.Resumed(answer.sequence(), answer.wanted()));
        }

        @Override
        public void message(byte[] message) {
            market(message);
        }

        @Override
        public void lost(MessageStream stream, String reason) {
            LeaseRunner.this.lost(stream, reason);
        }
    }
}
