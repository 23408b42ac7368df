package org.zennet.publisher.internal.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Contract;
import org.zennet.market.message.SignedStatement;
import org.zennet.market.message.Verdict;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;
import org.zennet.services.wallet.ChannelService;

/** The wires and papers of one lease. Used in its job's mailbox only, but for the final fields. */
final class LeaseLink {
    final String id;
    final Contract contract;
    final Hash hash;
    final int rounds;
    PeerConnection connection;
    MessageStream market;
    /** The stream on which the provider asks to go on, until it is answered. */
    Optional<MessageStream> asking = Optional.empty();
    /** What the provider signed, by task, in the order of delivery. Any thread may read it under its lock. */
    final Map<Integer, Verdict.SignedResult> results = Collections.synchronizedMap(new LinkedHashMap<>());
    Optional<MessageStream> payments = Optional.empty();
    Optional<OutPoint> channel = Optional.empty();
    /** A payment that found no stream yet. */
    Optional<ChannelService.Payment> unsent = Optional.empty();
    final ImageWatch image = new ImageWatch();
    Optional<SignedStatement> statement = Optional.empty();
    Optional<Hash> settlement = Optional.empty();
    int settlementHeight;
    /** Times its start. */
    Optional<LeaseWatch> watch = Optional.empty();
    boolean settledTold;

    LeaseLink(Contract contract, PeerConnection connection, MessageStream market, int rounds) {
        this.contract = contract;
        this.hash = contract.hash();
        this.id = contract.leaseId();
        this.connection = connection;
        this.market = market;
        this.rounds = rounds;
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
