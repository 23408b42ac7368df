package org.zennet.provider.internal.lease;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;
import org.zennet.market.message.Close;
import org.zennet.market.message.Protocols;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Task;
import org.zennet.market.message.Verdict;
import org.zennet.provider.machine.LeaseEvent;
import org.zennet.provider.machine.LeaseMachine;
import org.zennet.services.Rejected;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.Payment;

/** What the publisher of a lease says: checked for form and signatures, then told to the machine. In the lease's mailbox. */
final class LeaseMessages {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseMessages.class);
    private final LeaseRunner lease;

    LeaseMessages(LeaseRunner lease) {
        this.lease = lease;
    }

    private LeaseMachine machine() {
        return lease.machine();
    }

    /** On the stream of the contract. */
    void market(PeerConnection connection, byte[] message) {
        try {
            Record r = Records.decodeAny(message, ChannelService.Funding.class, Payment.class, SignedStatement.class, Task.class,
                    Verdict.class, Close.class, Refusal.class);
            switch (r) {
                case ChannelService.Funding f -> lease.apply(new LeaseEvent.FundingArrived(f));
                case Payment p -> receive(p);
                case SignedStatement s -> answered(s);
                case Task t -> task(t);
                case Verdict v when mine(v.contract()) -> lease.apply(new LeaseEvent.Judged(v, v.passed() || genuine(v)));
                case Close c when mine(c.contract()) -> {
                    pay(c.payment());
                    lease.apply(new LeaseEvent.Closed("the publisher ended it" + (c.reason().isEmpty() ? "" : ": " + c.reason())));
                }
                case Refusal f -> lease.apply(new LeaseEvent.Closed("the publisher ended it: " + f.reason()));
                default -> violated("a " + r.getClass().getSimpleName() + " about another contract");
            }
        } catch (EncodingException e) {
            violated(e.getMessage());
            connection.violation(e.getMessage());
        }
    }

    /** On the stream of payments. */
    void payment(byte[] message) {
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

    private boolean mine(Hash contract) {
        return contract.equals(machine().contract().hash());
    }

    private void violated(String what) {
        LOG.warn("lease {}: {}", lease.id(), what);
        lease.apply(new LeaseEvent.Violated(what));
    }

    private boolean genuine(Verdict v) {
        return v.evidence().stream().allMatch(r -> lease.host().kit().identity().verify(r.provider(), r.statement(), r.signature()));
    }

    private void task(Task t) {
        Optional<String> objection = TaskSpecs.objection(t);
        if (objection.isPresent()) {
            violated("a task that can't be run: " + objection.get());
            return;
        }
        lease.apply(new LeaseEvent.TaskArrived(t, Records.digest(t)));
    }

    private void answered(SignedStatement s) {
        Optional<SignedStatement> own = lease.stated(s.statement().sequence());
        if (own.isEmpty() || !own.get().statement().equals(s.statement())) {
            violated("an answer to a statement that was not made");
            return;
        }
        if (s.publisherSignature().isPresent()) {
            if (!lease.host().kit().identity().verify(machine().contract().publisher(), s.statement(), s.publisherSignature().get())) {
                violated("a statement with a forged signature");
                return;
            }
            lease.host().store().countersigned(lease.id(), new SignedStatement(own.get().statement(), own.get().providerSignature(),
                    s.publisherSignature(), new byte[0]));
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
            Amount total = lease.host().kit().channels().receive(payment);
            if (machine().channel().equals(Optional.of(payment.outPoint()))) {
                lease.apply(new LeaseEvent.Paid(total));
            }
        } catch (Rejected e) {
            LOG.warn("lease {}: {}", lease.id(), e.getMessage());
        }
    }
}
