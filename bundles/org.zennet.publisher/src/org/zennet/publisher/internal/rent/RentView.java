package org.zennet.publisher.internal.rent;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.publisher.machine.Observations;
import org.zennet.publisher.machine.RentedMachine;
import org.zennet.services.publisher.RentService.Compared;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.Witness;

/** Turns a rented machine into what people see. */
final class RentView {
    private RentView() { }

    static MachineInfo machine(RentedMachine m, RentLink link) {
        Amount due = m.ledger().started().isPresent() ? m.ledger().bill().due() : Amount.ZERO;
        return new MachineInfo(link.name, link.id(), link.provider().toHex(), state(m, link), link.door.filter(d -> link.open).map(LocalDoor::port).orElse(0),
                fingerprint(link.contract().access().orElseThrow().hostKey()), link.contract().rates(), m.ledger().bill().usage(), due,
                m.ledger().paid(), link.door.map(LocalDoor::logins).orElse(0), link.door.flatMap(LocalDoor::lastMoved),
                link.channel().map(Object::toString).orElse(""), link.settlement().map(h -> h.toHex()), link.settlementHeight(),
                pulls(m, link).orElse(m.note()), link.watch().times(), link.witness.isPresent() || !m.observed().problem().isEmpty() ? Optional.of(witness(m)) : Optional.empty());
    }

    private static Witness witness(RentedMachine m) {
        Observations o = m.observed();
        List<Compared> compared = o.since().map(since -> o.seen().stream().sorted()
                .map(c -> new Compared(c.id(), since.seen().get(c), since.billed().get(c))).toList()).orElse(List.of());
        return new Witness(o.readings(), o.judged(), o.unjudged(), o.farInAll(), compared, o.problem());
    }

    private static Optional<String> pulls(RentedMachine m, RentLink link) {
        return switch (m.stage()) {
            case AGREED, FUNDED -> link.image().open().map(p -> "pulls its image: " + p.text());
            default -> Optional.empty();
        };
    }

    private static String state(RentedMachine m, RentLink link) {
        if (link.settlementHeight() > 0) {
            return "settled";
        }
        return switch (m.stage()) {
            case AGREED, FUNDED -> "starting";
            case RUNNING -> "ready";
            case ABSENT -> "absent";
            case DRAINING -> "ending";
            case CLOSING, ENDED -> "ended";
            case LOST -> "lost";
        };
    }

    /** As {@code ssh-keygen -l} prints it. */
    static String fingerprint(String key) {
        try {
            byte[] blob = Base64.getDecoder().decode(key.substring(key.indexOf(' ') + 1));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(blob));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
