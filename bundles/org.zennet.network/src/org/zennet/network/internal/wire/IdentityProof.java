package org.zennet.network.internal.wire;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;

/**
 * What each side signs with its identity key, and what is never sent: both know every part. The exporter value (RFC
 * 8446 section 7.5, used as a channel binding in the manner of RFC 9266) differs on the two legs of someone who
 * stands between, so that a proof can't be passed on.
 *
 * @param network  the network that both are of
 * @param version  the version that both chose
 * @param role     which of the two signs, so that a proof can't be sent back to its maker
 * @param dialler  who dialled
 * @param listener who listened
 * @param exporter the exporter value of this very TLS connection
 */
@Message(Tag.IDENTITY_PROOF)
public record IdentityProof(Hash network, int version, Role role, PublicKey dialler, PublicKey listener,
        Hash exporter) {
    /** The exporter's label for the proof. */
    public static final String LABEL = "EXPORTER-Zennet-identity";

    /** The exporter's label for what {@code PeerConnection.binding()} gives to others. */
    public static final String BINDING_LABEL = "EXPORTER-Zennet-binding";

    /** The two ends. */
    public enum Role {
        /** It dialled. */
        DIALLER,
        /** It listened. */
        LISTENER
    }
}
