package org.zennet.blockchain.internal.peer;

import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.zennet.api.value.Hash;
import org.zennet.blockchain.machine.HeaderTree.Node;
import org.zennet.services.network.MessageStream;
import org.zennet.services.network.PeerConnection;

/** What is known of one peer of the chain. Belongs to the mailbox of {@link ChainPeers}. */
final class Session {
    private static final int MAX_KNOWN = 20_000;
    final PeerConnection connection;
    final MessageStream stream;
    final long opened;
    final TokenBucket messages;
    /** Blocks asked for, and when. */
    final Map<Hash, Long> inFlight = new HashMap<>();
    /** Blocks that it showed and denied to have when asked: it is not asked again. */
    final Set<Hash> denied = new HashSet<>();
    /** Transactions that the peer has, so that it is not told again. */
    final Set<Hash> known = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > MAX_KNOWN;
        }
    });
    /** Whether it said hello. */
    boolean ready;
    /** What it claims to have. */
    BigInteger claimed = BigInteger.ZERO;
    /** The best header that it showed. */
    Node best;
    /** When headers were asked for, or -1. */
    long headersAsked = -1;
    boolean ended;

    Session(PeerConnection connection, MessageStream stream, long now) {
        this.connection = connection;
        this.stream = stream;
        this.opened = now;
        this.messages = new TokenBucket(20_000, 4_000, now);
    }

    void send(ChainMessage message) {
        stream.send(message.toBytes());
    }

    /** Whether nothing better is to be expected of it. */
    boolean level(BigInteger own) {
        return ready && headersAsked < 0 && claimed.compareTo(own) <= 0;
    }

    /** Whether it has a block. */
    boolean has(Node node) {
        return best != null && best.height() >= node.height() && best.ancestor(node.height()) == node && !denied.contains(node.hash());
    }
}
