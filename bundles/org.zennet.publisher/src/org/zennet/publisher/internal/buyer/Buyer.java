package org.zennet.publisher.internal.buyer;

import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.Resume;
import org.zennet.market.message.SignedStatement;
import org.zennet.services.network.Inbox;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** Who hires: a job or a rent. All methods may be called on any thread. */
public interface Buyer {
    /** Its id. */
    String id();

    /** Whether a negotiation with this provider makes sense now. */
    boolean wants(PublicKey provider);

    /** A provider opened a market stream, and this is the one to talk about. */
    MessageStream.Receiver market(PeerConnection peer, MessageStream stream);

    /** Whether the contract is of one of its leases with this peer. */
    boolean knows(Hash contract, PublicKey provider);

    /** Whether a provider with a contract may read a content. */
    boolean serves(Hash contract, PublicKey provider, Hash content);

    /** Where its contents lie. */
    ContentStore store();

    /** What bounds the messages of one stream that wait for it. */
    Inbox inbox(PeerConnection peer);

    /** A usage statement arrived. */
    void statement(Inbox inbox, byte[] raw, MessageStream stream, SignedStatement message);

    /** A provider opened a stream for payments. */
    void payments(PublicKey provider, MessageStream stream);

    /** A provider whose connection was lost asks to go on with one of its leases. */
    MessageStream.Receiver resume(PeerConnection peer, MessageStream stream, Resume asked);
}
