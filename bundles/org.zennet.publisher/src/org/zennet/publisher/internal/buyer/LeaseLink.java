package org.zennet.publisher.internal.buyer;

import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.UsageVector;
import org.zennet.market.message.Contract;
import org.zennet.market.message.SignedStatement;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;

/** The wires and papers of one lease. Used in its buyer's mailbox only, but for what never changes and {@link #connection}. */
public class LeaseLink {
    private final Contract contract;
    private final Hash hash;
    private final LeaseWatch watch;
    private final ImageWatch image = new ImageWatch();
    private volatile PeerConnection connection;
    private MessageStream market;
    private Optional<MessageStream> asking = Optional.empty();
    Optional<MessageStream> payments = Optional.empty();
    Optional<OutPoint> channel = Optional.empty();
    /** A payment that found no stream yet. */
    Optional<ChannelService.Payment> unsent = Optional.empty();
    Optional<SignedStatement> statement = Optional.empty();
    Optional<Hash> settlement = Optional.empty();
    int settlementHeight;

    /** Of a contract that both signed on a market stream. */
    public LeaseLink(Contract contract, MessageStream market, LeaseWatch watch) {
        this.contract = contract;
        this.hash = contract.hash();
        this.watch = watch;
        this.market = market;
        this.connection = market.connection();
    }

    /** The lease's id. */
    public final String id() {
        return contract.leaseId();
    }

    /** What both signed. */
    public final Contract contract() {
        return contract;
    }

    /** Of the contract. */
    public final Hash hash() {
        return hash;
    }

    /** Its identity. */
    public final PublicKey provider() {
        return contract.provider();
    }

    /** Times its start. */
    public final LeaseWatch watch() {
        return watch;
    }

    /** How far its image is, where its provider pulls it. */
    public final ImageWatch image() {
        return image;
    }

    /** The newest connection with its provider; it may be closed. Any thread. */
    public final PeerConnection connection() {
        return connection;
    }

    /** The stream of its messages. */
    public final MessageStream market() {
        return market;
    }

    /** The stream on which the provider asks to go on, until it is answered. */
    public final Optional<MessageStream> asking() {
        return asking;
    }

    /** The provider asks to go on over a stream, or was answered. */
    public final void asking(Optional<MessageStream> stream) {
        asking = stream;
    }

    /** What holds the coins for it, once it is funded. */
    public final Optional<OutPoint> channel() {
        return channel;
    }

    /** The transaction that spent the channel, once one is seen. */
    public final Optional<Hash> settlement() {
        return settlement;
    }

    /** Its block's height; 0 while it waits for one. */
    public final int settlementHeight() {
        return settlementHeight;
    }

    /** What this side moved to and from the container by its own count, as network counters. */
    public UsageVector relayed() {
        return UsageVector.ZERO;
    }

    /** The lease goes on over the stream on which its provider asked. */
    public final void rewire() {
        market = asking.orElseThrow();
        connection = market.connection();
        asking = Optional.empty();
        payments = Optional.empty();
        unsent = Optional.empty();
    }
}
