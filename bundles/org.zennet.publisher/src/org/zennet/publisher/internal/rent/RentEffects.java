package org.zennet.publisher.internal.rent;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.Amount;
import org.zennet.market.message.Close;
import org.zennet.market.message.Resume;
import org.zennet.market.message.Resumed;
import org.zennet.publisher.internal.buyer.Ports;
import org.zennet.publisher.machine.BuyerEffect;
import org.zennet.publisher.machine.BuyerEvent;
import org.zennet.publisher.machine.LeaseStage;
import org.zennet.publisher.machine.RentEffect;
import org.zennet.publisher.machine.RentEvent;
import org.zennet.publisher.machine.RentedMachine;
import org.zennet.publisher.machine.WitnessReading;
import org.zennet.services.network.MessageStream;
import org.zennet.services.wallet.ChannelService;

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
            case BuyerEffect.Fund e -> {
                unfunded.add(link(e.lease()));
                fundings();
            }
            case RentEffect.Begin e -> begin(link(e.lease()), e.prepaid());
            case BuyerEffect.Answer e -> rent.payer().answer(link(e.lease()), e);
            case RentEffect.Resume e -> resume(link(e.lease()), e);
            case RentEffect.Decline e -> decline(link(e.lease()), e.reason());
            case RentEffect.Shut e -> shut(link(e.lease()));
            case BuyerEffect.Close e -> close(link(e.lease()), e);
            case BuyerEffect.StopHiring e -> rent.stopHiring(e.reason());
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
            RentedMachine m = rent.machine().leases().get(link.id());
            if (m != null && m.stage() == LeaseStage.FUNDED) {
                rent.payer().fund(link);
            }
        }
    }

    private long waiting() {
        return rent.links().values().stream().map(RentLink::channel).flatMap(Optional::stream).map(ports.channels()::channel)
                .flatMap(Optional::stream).filter(c -> c.state() == ChannelService.State.FUNDING).count();
    }

    private void close(RentLink link, BuyerEffect.Close e) {
        if (link == null) {
            return;
        }
        rent.payer().close(link, e);
        if (!rent.machine().leases().containsKey(link.id())) { // it was never taken
            rent.links().remove(link.id());
            unname(link);
        }
    }

    // ---- logins

    private void begin(RentLink link, Amount prepaid) {
        rent.payer().prepay(link, prepaid);
        try {
            rent.files().key(keyFile(link), link.key.file(link.name, ports.random()));
            link.door = Optional.of(new LocalDoor(ports, link.hash(), () -> Optional.ofNullable(link.connection()), rent.request().idle()));
            link.open = true;
            files();
            rent.witness().ifPresent(program -> watch(link, program));
        } catch (IOException e) {
            rent.event(new BuyerEvent.Broken("people can't be let in: " + e.getMessage()));
        }
    }

    /** Has the publisher's own program look from inside, over the way that everybody takes. */
    private void watch(RentLink link, byte[] program) {
        try {
            LocalDoor side = new LocalDoor(ports, link.hash(), () -> Optional.ofNullable(link.connection()), Optional.empty());
            link.side = Optional.of(side);
            MachineWitness witness = new MachineWitness(ports, program, script -> rent.files().command(link.name, side.port(), script), new MachineWitness.Listener() {
                @Override
                public void read(WitnessReading reading, Instant taken) {
                    rent.post(() -> rent.event(new RentEvent.Observed(link.id(), reading, taken)));
                }

                @Override
                public void silent(String reason) {
                    rent.post(() -> rent.event(new RentEvent.Unobserved(link.id(), reason)));
                }
            });
            link.witness = Optional.of(witness);
            witness.start();
        } catch (IOException e) {
            rent.event(new RentEvent.Unobserved(link.id(), "no witness looks: there is no local port for it: " + e.getMessage()));
        }
    }

    private static String keyFile(RentLink link) {
        return link.name + "-" + link.id().substring(0, 8);
    }

    /** Writes the files anew: the machines that have a port. */
    private void files() throws IOException {
        List<SshFiles.Host> hosts = rent.links().values().stream().filter(l -> l.open).sorted(java.util.Comparator.comparingInt(
                (RentLink l) -> Integer.parseInt(l.name.substring(l.name.lastIndexOf('-') + 1)))).map(l -> new SshFiles.Host(l.name,
                l.door.get().port(), l.contract().access().orElseThrow().hostKey(), keyFile(l))).toList();
        rent.files().write(hosts, List.of());
    }

    private void shut(RentLink link) {
        link.shut();
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
            l.shut();
            l.market().close();
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
        link.asking().ifPresent(MessageStream::close);
        link.asking(Optional.of(stream));
        Optional<String> lie = rent.machine().over() ? Optional.of("the rent is over")
                : r.tasks().isEmpty() ? rent.payer().objection(link, r) : Optional.of("it names a task that was not sent");
        if (lie.isPresent()) {
            decline(link, lie.get());
            return;
        }
        rent.event(new RentEvent.Returned(link.id(), r.sequence(), r.usage()));
    }

    private void resume(RentLink link, RentEffect.Resume e) {
        LOG.info("lease {} of rent {} goes on", link.id(), rent.id());
        link.rewire();
        link.market().send(Records.encode(new Resumed(link.hash(), e.sequence(), List.of())));
        rent.payer().repay(link, e.due());
    }

    private void decline(RentLink link, String reason) {
        link.asking().ifPresent(stream -> rent.payer().refuse(link, stream, reason));
        link.asking(Optional.empty());
    }
}
