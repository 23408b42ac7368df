package org.zennet.publisher.internal.rent;

import java.util.Optional;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.publisher.internal.buyer.LeaseLink;
import org.zennet.publisher.internal.buyer.LeaseWatch;
import org.zennet.services.network.MessageStream;

/** A lease of a rent: the machine's name, the key that logs in, and the local port in front of it. */
final class RentLink extends LeaseLink {
    /** By which ssh knows the machine. */
    final String name;
    final UserKey key;
    /** The local port; once it is shut, what went through it still counts. */
    Optional<LocalDoor> door = Optional.empty();
    /** The way of the publisher's own witness, which is no login of anybody's. */
    Optional<LocalDoor> side = Optional.empty();
    Optional<MachineWitness> witness = Optional.empty();
    boolean open;
    boolean named = true;

    RentLink(Contract contract, String name, UserKey key, MessageStream market, LeaseWatch watch) {
        super(contract, market, watch);
        this.name = name;
        this.key = key;
    }

    /** Nobody comes in any more. */
    void shut() {
        witness.ifPresent(MachineWitness::close);
        side.ifPresent(LocalDoor::close);
        door.ifPresent(LocalDoor::close);
    }

    @Override
    public UsageVector relayed() {
        UsageVector through = door.map(LocalDoor::relayed).orElse(UsageVector.ZERO);
        return side.map(d -> through.plus(d.relayed())).orElse(through);
    }
}
