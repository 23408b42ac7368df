package org.zennet.publisher.internal.rent;

import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Contract;
import org.zennet.market.message.SignedStatement;
import org.zennet.publisher.internal.job.ImageWatch;
import org.zennet.publisher.internal.job.LeaseWatch;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;

/** The wires and papers of one rented machine. Used in its rent's mailbox only, but for the final and volatile fields. */
final class RentLink {
    final String id;
    final Contract contract;
    final Hash hash;
    /** By which ssh knows the machine. */
    final String name;
    final UserKey key;
    /** Times its start. */
    final LeaseWatch watch;
    volatile PeerConnection connection;
    MessageStream market;
    /** The stream on which the provider asks to go on, until it is answered. */
    Optional<MessageStream> asking = Optional.empty();
    Optional<MessageStream> payments = Optional.empty();
    Optional<OutPoint> channel = Optional.empty();
    /** A payment that found no stream yet. */
    Optional<ChannelService.Payment> unsent = Optional.empty();
    Optional<SignedStatement> statement = Optional.empty();
    /** The local port; once it is shut, what went through it still counts. */
    Optional<LocalDoor> door = Optional.empty();
    final ImageWatch image = new ImageWatch();
    boolean open;
    boolean named = true;
    Optional<Hash> settlement = Optional.empty();
    int settlementHeight;

    RentLink(Contract contract, String name, UserKey key, MessageStream market, LeaseWatch watch) {
        this.contract = contract;
        this.hash = contract.hash();
        this.id = contract.leaseId();
        this.name = name;
        this.key = key;
        this.watch = watch;
        this.market = market;
        this.connection = market.connection();
    }

    /** The lease goes on over the stream on which its provider asked. */
    void rewire() {
        market = asking.orElseThrow();
        connection = market.connection();
        asking = Optional.empty();
        payments = Optional.empty();
        unsent = Optional.empty();
    }

    PublicKey provider() {
        return contract.provider();
    }
}
