package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.EncodingException;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Signature;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Close;
import org.zennet.market.message.Refusal;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Terms;
import org.zennet.publisher.internal.job.Ports;
import org.zennet.publisher.internal.job.Texts;
import org.zennet.publisher.machine.RentEffect;
import org.zennet.publisher.machine.RentEvent;
import org.zennet.publisher.machine.RentedMachine;
import org.zennet.services.Rejected;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.chain.ChainService.TransactionInfo;
import org.zennet.services.network.MessageStream;
import org.zennet.services.wallet.ChannelService;
import org.zennet.services.wallet.ChannelService.Funding;
import org.zennet.services.wallet.ChannelService.Payment;

/** Does what a rent's machine says. Runs in the rent's mailbox. */
final class RentEffects {
    private static final Logger LOG = LoggerFactory.getLogger(RentEffects.class);
    private static final byte[] NONE = new byte[0];
    /** A block takes no longer chain of fundings that each spend the change of the one before. */
    private static final int MAX_WAITING_FUNDINGS = 20;
    private final RentRunner rent;
    private final Ports ports;
    private final Queue<RentLink> unfunded = new ArrayDeque<>();

    RentEffects(RentRunner rent) {
        this.rent = rent;
        this.ports = rent.ports();
    }

    void run(RentEffect effect) {
        switch (effect) {
            case RentEffect.Fund e -> {
                unfunded.add(link(e.lease()));
                fundings();
            }
            case RentEffect.Begin e -> begin(link(e.lease()), e.prepaid());
            case RentEffect.Answer e -> answer(link(e.lease()), e);
            case RentEffect.Resume e -> resume(link(e.lease()), e);
            case RentEffect.Decline e -> decline(link(e.lease()), e.reason());
            case RentEffect.Shut e -> shut(link(e.lease()));
            case RentEffect.Close e -> close(link(e.lease()), e);
            case RentEffect.StopHiring e -> {
                List.copyOf(rent.talks()).forEach(t -> t.withdraw(e.reason()));
                ports.workers().execute(rent::revoke);
            }
            case RentEffect.Over _ -> over();
        }
    }

    private RentLink link(String lease) {
        return rent.links().get(lease);
    }

    // ---- money

    /** Funds what waits, a few at a time: each spends the change of the one before. */
    void fundings() {
        while (!unfunded.isEmpty() && waiting() < MAX_WAITING_FUNDINGS) {
            RentLink link = unfunded.poll();
            RentedMachine m = rent.machine().leases().get(link.id);
            if (m != null && m.stage() == RentedMachine.Stage.FUNDED) {
                fund(link);
            }
        }
    }

    private long waiting() {
        return rent.links().values().stream().map(l -> l.channel).flatMap(Optional::stream).map(ports.channels()::channel)
                .flatMap(Optional::stream).filter(c -> c.state() == ChannelService.State.FUNDING).count();
    }

    private void fund(RentLink link) {
        Terms t = link.contract.terms();
        try {
            Funding funding = ports.channels().open(link.contract.payee(), t.capacity(), t.quantum(), t.channelBlocks(), Rents.LABEL + link.id);
            link.channel = Optional.of(funding.outPoint());
            link.market.send(Records.encode(funding));
        } catch (Rejected e) {
            rent.event(new RentEvent.NotFunded(link.id, e.getMessage()));
        }
    }

    /** A stream for payments is there: what waited for it goes out. */
    private void payments(RentLink link, MessageStream stream) {
        link.payments = Optional.of(stream);
        link.unsent.ifPresent(p -> {
            if (stream.send(Records.encode(p))) {
                link.unsent = Optional.empty();
            }
        });
    }

    private Optional<Payment> pay(RentLink link, Amount due, boolean exact) {
        if (link.channel.isEmpty()) {
            return Optional.empty();
        }
        OutPoint channel = link.channel.get();
        try {
            Optional<Payment> payment = exact ? ports.channels().payExactly(channel, due) : ports.channels().pay(channel, due);
            ports.channels().channel(channel).map(ChannelService.ChannelInfo::paid).ifPresent(total -> rent.event(new RentEvent.Paid(link.id, total)));
            return payment;
        } catch (Rejected e) {
            LOG.info("lease {}: {}", link.id, e.getMessage());
            rent.event(new RentEvent.Exhausted(link.id, e.getMessage()));
            return Optional.empty();
        }
    }

    /** A usage statement arrived: its signature is checked before the machine hears of it. */
    void statement(RentLink link, MessageStream stream, SignedStatement m) {
        if (link == null || rent.machine().over()) {
            return;
        }
        boolean right = m.publisherSignature().isEmpty() && m.payment().length == 0
                && ports.identity().verify(link.provider(), m.statement(), m.providerSignature());
        if (!right) {
            rent.event(new RentEvent.Violated(link.id, "a usage statement without a valid signature"));
            link.connection.violation("a usage statement without a valid signature");
            return;
        }
        payments(link, stream);
        link.statement = Optional.of(m);
        UsageVector relayed = link.door.map(LocalDoor::relayed).orElse(UsageVector.ZERO);
        rent.event(new RentEvent.Claimed(link.id, m.statement().sequence(), m.statement().usage(), relayed));
    }

    private void answer(RentLink link, RentEffect.Answer e) {
        Optional<Payment> payment = pay(link, e.due(), e.exact());
        SignedStatement m = link.statement.filter(s -> s.statement().sequence() == e.sequence()).orElse(null);
        if (m == null || link.payments.isEmpty()) {
            payment.ifPresent(p -> link.unsent = payment);
            return;
        }
        Optional<Signature> signature = e.countersign() ? Optional.of(ports.identity().sign(m.statement())) : Optional.empty();
        if (signature.isEmpty()) {
            LOG.info("lease {}: statement {} claims {}, more than the own clock and count allow", link.id, e.sequence(), m.statement().usage());
        }
        link.payments.get().send(Records.encode(new SignedStatement(m.statement(), m.providerSignature(), signature,
                payment.map(Records::encode).orElse(NONE))));
    }

    private void close(RentLink link, RentEffect.Close e) {
        if (link == null) {
            return;
        }
        Optional<Payment> payment = e.pay() ? pay(link, e.due(), true) : Optional.empty();
        link.market.send(Records.encode(new Close(link.hash, Texts.cut(e.reason(), 300), payment.map(Records::encode).orElse(NONE))));
        LOG.info("lease {} of rent {} ends: {}", link.id, rent.id(), e.reason());
        if (!rent.machine().leases().containsKey(link.id)) { // it was never taken
            rent.links().remove(link.id);
            unname(link);
        }
    }

    // ---- logins

    private void begin(RentLink link, Amount prepaid) {
        link.unsent = pay(link, prepaid, true);
        link.payments.ifPresent(s -> payments(link, s));
        try {
            rent.files().key(keyFile(link), link.key.file(link.name, ports.random()));
            link.door = Optional.of(new LocalDoor(ports, link.hash, () -> Optional.ofNullable(link.connection), rent.request().idle()));
            link.open = true;
            files();
        } catch (IOException e) {
            rent.event(new RentEvent.Broken("people can't be let in: " + e.getMessage()));
        }
    }

    private static String keyFile(RentLink link) {
        return link.name + "-" + link.id.substring(0, 8);
    }

    /** Writes the files anew: the machines that have a port. */
    private void files() throws IOException {
        List<SshFiles.Host> hosts = rent.links().values().stream().filter(l -> l.open).sorted(java.util.Comparator.comparingInt(
                (RentLink l) -> Integer.parseInt(l.name.substring(l.name.lastIndexOf('-') + 1)))).map(l -> new SshFiles.Host(l.name,
                l.door.get().port(), l.contract.access().orElseThrow().hostKey(), keyFile(l))).toList();
        rent.files().write(hosts, List.of());
    }

    private void shut(RentLink link) {
        link.door.ifPresent(LocalDoor::close);
        boolean was = link.open;
        link.open = false;
        unname(link);
        if (was) {
            try {
                files();
            } catch (IOException e) {
                LOG.warn("rent {}: its files can't be written: {}", rent.id(), e.getMessage());
            }
        }
    }

    /** Its name may go to another. */
    private void unname(RentLink link) {
        if (link.named) {
            link.named = false;
            rent.names().free(link.name);
        }
    }

    private void over() {
        LOG.info("rent {} is over: {}", rent.id(), rent.machine().note());
        rent.links().values().forEach(l -> {
            l.door.ifPresent(LocalDoor::close);
            l.market.close();
        });
        try {
            rent.files().remove();
        } catch (IOException e) {
            LOG.warn("rent {}: its files stay: {}", rent.id(), e.getMessage());
        }
    }

    // ---- a connection that was lost

    /** A provider asks to go on: whether it shows true things is found out before the machine hears of it. */
    void returned(RentLink link, MessageStream stream, Resume r) {
        link.asking.ifPresent(MessageStream::close);
        link.asking = Optional.of(stream);
        Optional<String> lie = rent.machine().over() ? Optional.of("the rent is over") : shown(link, r);
        if (lie.isPresent()) {
            decline(link, lie.get());
            return;
        }
        rent.event(new RentEvent.Returned(link.id, r.sequence(), r.usage()));
    }

    private Optional<String> shown(RentLink link, Resume r) {
        if (!r.tasks().isEmpty()) {
            return Optional.of("it names a task that was not sent");
        }
        if (r.payment().length == 0) {
            return Optional.empty();
        }
        try {
            Payment newest = Records.decode(Payment.class, r.payment());
            if (!link.channel.equals(Optional.of(newest.outPoint()))) {
                return Optional.of("it shows a payment on another channel");
            }
            rent.event(new RentEvent.Paid(link.id, ports.channels().sync(newest.outPoint(), newest)));
            return Optional.empty();
        } catch (EncodingException | Rejected e) {
            return Optional.of(e.getMessage());
        }
    }

    private void resume(RentLink link, RentEffect.Resume e) {
        LOG.info("lease {} of rent {} goes on", link.id, rent.id());
        link.rewire();
        link.market.send(Records.encode(new Resumed(link.hash, e.sequence(), List.of())));
        pay(link, Amount.max(e.due(), rent.paid(link.id)), true).ifPresent(p -> link.market.send(Records.encode(p)));
    }

    private void decline(RentLink link, String reason) {
        link.asking.ifPresent(stream -> {
            LOG.info("lease {} of rent {} is not taken up again: {}", link.id, rent.id(), reason);
            stream.send(Records.encode(new Refusal(Texts.cut(reason, 300))));
            stream.close();
        });
        link.asking = Optional.empty();
    }

    /** Looks for settlements of leases that ended. */
    void settlements() {
        for (RentLink link : rent.links().values()) {
            RentedMachine m = rent.machine().leases().get(link.id);
            if (m == null || m.live() || link.channel.isEmpty() || link.settlementHeight > 0) {
                continue;
            }
            Optional<TransactionInfo> spender = ports.chain().spender(link.channel.get());
            spender.ifPresent(s -> {
                link.settlement = Optional.of(s.txid());
                if (s.depth() > 0) {
                    link.settlementHeight = s.height();
                    rent.event(new RentEvent.Settled(link.id));
                }
            });
        }
    }
}
