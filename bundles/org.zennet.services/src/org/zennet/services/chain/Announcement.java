package org.zennet.services.chain;

import org.zennet.api.container.Isolation;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.PublicKey;
import org.zennet.services.network.Endpoint;

/**
 * What a publisher says on the chain: a coarse class of what it needs and where it listens. Never prices or data. At
 * most {@value #MAX_BYTES} bytes encoded.
 *
 * @param isolation      the weakest isolation that will do
 * @param architecture   of the code: {@code wasm32}, {@code x86_64}; at most 16 bytes
 * @param milliCores     cores per machine, in thousandths
 * @param memoryMiB      memory per machine
 * @param machines       how many
 * @param identityWork   leading zero bits of work that a provider's identity must show
 * @param endpoint       where providers dial
 * @param descriptor     the hash of the descriptor that is told after authentication
 * @param key            the fresh key that signs first when a provider dials
 * @param expiry         the height after which it is gone
 */
@Message(Tag.ANNOUNCEMENT)
public record Announcement(Isolation isolation, @Limit(16) String architecture, int milliCores, int memoryMiB,
        int machines, int identityWork, Endpoint endpoint, Hash descriptor, PublicKey key, int expiry) {
    /** The most bytes of an encoded announcement. */
    public static final int MAX_BYTES = 256;
}
