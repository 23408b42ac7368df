package org.zennet.publisher.internal.buyer;

import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.api.encoding.Records;
import org.zennet.api.value.PublicKey;
import org.zennet.market.message.AnnouncementProof;
import org.zennet.market.message.Descriptor;
import org.zennet.services.Rejected;
import org.zennet.services.chain.Announcement;
import org.zennet.services.chain.ChainService.OutPoint;
import org.zennet.services.network.PeerConnection;

/**
 * An announcement on the chain, the secret that proves it, and what it announces.
 *
 * @param nanos when, by a clock that only goes forward
 */
public record Announced(OutPoint id, byte[] secret, Descriptor descriptor, long nanos) {
    private static final Logger LOG = LoggerFactory.getLogger(Announced.class);

    /**
     * Puts it on the chain under a fresh key.
     *
     * @param announcement what is said under a key
     */
    public static Announced publish(Ports ports, Descriptor descriptor, Function<PublicKey, Announcement> announcement) throws Rejected {
        byte[] secret = new byte[32];
        PublicKey key = null;
        while (key == null) {
            ports.random().nextBytes(secret);
            try {
                key = ports.signatures().publicKey(secret);
            } catch (IllegalArgumentException e) {
                LOG.debug("an unlikely secret: {}", e.getMessage());
            }
        }
        return new Announced(ports.wallet().announce(announcement.apply(key)), secret, descriptor, ports.nanos().getAsLong());
    }

    /** What shows a provider that who it called announced this. */
    AnnouncementProof prove(Ports ports, PeerConnection to) {
        AnnouncementProof.Claim claim = new AnnouncementProof.Claim(id.txid(), id.index(), to.binding(), ports.identity().identity(), to.identity());
        return new AnnouncementProof(claim, ports.signatures().sign(secret, Records.digest(claim)));
    }

    /** Takes it back. May block. */
    void revoke(Ports ports, String buyer) {
        try {
            ports.wallet().revoke(id);
        } catch (Rejected e) {
            LOG.info("{}: its announcement stays until it expires: {}", buyer, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
