package org.zennet.publisher.internal.buyer;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Signature;
import org.zennet.market.message.Close;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Terms;
import org.zennet.publisher.machine.BuyerEffect;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.LeaseStage;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.services.network.MessageStream;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.Payment;

/**
 * The payer's end of leases: funds their channels, checks usage statements and pays for them, and sees the settlements. Runs in the buyer's
 * event loop.
 *
 * @param <L> the leases
 */
public final class LeasePayer<L extends LeaseLink> {
    private static final Logger LOG = LoggerFactory.getLogger(LeasePayer.class);
    private static final int MAX_REASON = 300;
    private static final byte[] NONE = new byte[0];
    private final BuyerRunner<?, L> buyer;
    private final Ports ports;
    private final String label;

    /** @param label begins the label of each channel; the lease's id follows */
    public LeasePayer(BuyerRunner<?, L> buyer, String label) {
        this.buyer = buyer;
        this.ports = buyer.ports();
        this.label = label;
    }

    /** Opens the channel and sends its funding. */
    public void fund(L link) {
        Terms t = link.contract().terms();
        try {
            Funding funding = ports.channels().open(link.contract().payee(), t.capacity(), t.quantum(), t.channelBlocks(), label + link.id());
            link.channel = Optional.of(funding.outPoint());
            buyer.touched();
            link.market().send(Records.encode(funding));
        } catch (Rejected e) {
            buyer.event(new BuyerEvent.NotFunded(link.id(), e.getMessage()));
        }
    }

    /** Pays the first interval; the payment waits for a stream where there is none yet. */
    public void prepay(L link, Amount amount) {
        link.unsent = pay(link, amount, true);
        link.payments.ifPresent(s -> payments(link, s));
    }

    /** A stream for payments is there: what waited for it goes out. */
    public void payments(L link, MessageStream stream) {
        link.payments = Optional.of(stream);
        link.unsent.ifPresent(p -> {
            if (stream.send(Records.encode(p))) {
                link.unsent = Optional.empty();
            }
        });
    }

    private Optional<Payment> pay(L link, Amount due, boolean exact) {
        if (link.channel.isEmpty()) {
            return Optional.empty();
        }
        OutPoint channel = link.channel.get();
        try {
            Optional<Payment> payment = exact ? ports.channels().payExactly(channel, due) : ports.channels().pay(channel, due);
            ports.channels().channel(channel).map(ChannelService.ChannelInfo::paid)
                    .ifPresent(total -> buyer.event(new BuyerEvent.Paid(link.id(), total)));
            return payment;
        } catch (Rejected e) {
            LOG.info("lease {}: {}", link.id(), e.getMessage());
            buyer.event(new BuyerEvent.Exhausted(link.id(), e.getMessage()));
            return Optional.empty();
        }
    }

    /** Pays what is due to the zen, and tells so even where it was paid before. */
    public void repay(L link, Amount due) {
        pay(link, Amount.max(due, buyer.paid(link.id())), true).ifPresent(p -> link.market().send(Records.encode(p)));
    }

    /** A usage statement arrived: its signature is checked before the machine hears of it. */
    void statement(L link, MessageStream stream, SignedStatement m) {
        if (link == null || buyer.over()) {
            return;
        }
        boolean right = m.publisherSignature().isEmpty() && m.payment().length == 0
                && ports.identity().verify(link.provider(), m.statement(), m.providerSignature());
        if (!right) {
            buyer.event(new BuyerEvent.Violated(link.id(), "a usage statement without a valid signature"));
            link.connection().violation("a usage statement without a valid signature");
            return;
        }
        payments(link, stream);
        link.statement = Optional.of(m);
        buyer.event(new BuyerEvent.Claimed(link.id(), m.statement().sequence(), m.statement().usage(), link.relayed()));
    }

    /** Pays and answers a usage statement. */
    public void answer(L link, BuyerEffect.Answer e) {
        Optional<Payment> payment = pay(link, e.due(), e.exact());
        SignedStatement m = link.statement.filter(s -> s.statement().sequence() == e.sequence()).orElse(null);
        if (m == null || link.payments.isEmpty()) {
            payment.ifPresent(p -> link.unsent = payment);
            return;
        }
        Optional<Signature> signature = e.countersign() ? Optional.of(ports.identity().sign(m.statement())) : Optional.empty();
        if (signature.isEmpty()) {
            LOG.info("lease {}: statement {} claims {}, more than the own clock and count allow", link.id(), e.sequence(), m.statement().usage());
        }
        link.payments.get().send(Records.encode(new SignedStatement(m.statement(), m.providerSignature(), signature,
                payment.map(Records::encode).orElse(NONE))));
    }

    /** Ends a lease, with a last payment where one goes with it. */
    public void close(L link, BuyerEffect.Close e) {
        Optional<Payment> payment = e.pay() ? pay(link, e.due(), true) : Optional.empty();
        link.market().send(Records.encode(new Close(link.hash(), Texts.cut(e.reason(), MAX_REASON), payment.map(Records::encode).orElse(NONE))));
        LOG.info("lease {} of {} ends: {}", link.id(), buyer.name(), e.reason());
    }

    /** Tells a provider that it can't go on with a lease, and shuts its stream. */
    public void refuse(L link, MessageStream stream, String reason) {
        LOG.info("lease {} of {} is not taken up again: {}", link.id(), buyer.name(), reason);
        stream.send(Records.encode(new Refusal(Texts.cut(reason, MAX_REASON))));
        stream.close();
    }

    /** What is wrong with the payment that a provider shows which comes back, if anything. Nothing was signed since its connection was lost. */
    public Optional<String> objection(L link, Resume r) {
        if (r.payment().length == 0) {
            return Optional.empty();
        }
        try {
            Payment newest = Records.decode(Payment.class, r.payment());
            if (!link.channel.equals(Optional.of(newest.outPoint()))) {
                return Optional.of("it shows a payment on another channel");
            }
            Amount held = ports.channels().sync(newest.outPoint(), newest);
            buyer.event(new BuyerEvent.Paid(link.id(), held));
            return Optional.empty();
        } catch (EncodingException | Rejected e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Looks for settlements of leases that ended. */
    void settlements() {
        boolean news = false;
        for (L link : buyer.links().values()) {
            boolean open = buyer.stage(link.id()).map(LeaseStage::live).orElse(true);
            if (open || link.channel.isEmpty() || link.settlementHeight > 0) {
                continue;
            }
            Optional<TransactionInfo> spender = ports.chain().spender(link.channel.get());
            if (spender.isPresent()) {
                int height = spender.get().depth() > 0 ? spender.get().height() : 0;
                news |= height > 0 || !Optional.of(spender.get().txid()).equals(link.settlement);
                link.settlement = Optional.of(spender.get().txid());
                link.settlementHeight = height;
                if (height > 0) {
                    buyer.event(new BuyerEvent.Settled(link.id()));
                }
            }
        }
        if (news) {
            buyer.touched();
        }
    }
}
