package org.zennet.market.message;

import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.api.value.Signature;

/**
 * The first message on a {@link Protocols#MARKET} stream, from the publisher: the key of the announcement signs this
 * very connection, so that nobody can be made to dial a victim. The provider hangs up unless it verifies.
 *
 * @param claim     what is signed
 * @param signature by the announcement's key over the claim
 */
@Message(Tag.ANNOUNCEMENT_PROOF)
public record AnnouncementProof(Claim claim, Signature signature) {
    /**
     * What is signed.
     *
     * @param txid      of the announcement
     * @param index     of its output
     * @param binding   the connection's exporter value
     * @param publisher the publisher's identity
     * @param provider  the provider's identity
     */
    @Message(Tag.ANNOUNCEMENT_PROOF)
    public record Claim(Hash txid, int index, Hash binding, PublicKey publisher, PublicKey provider) { }
}
