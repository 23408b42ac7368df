package org.zennet.market.message;

import java.util.Optional;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Signature;

/**
 * A usage statement with the provider's signature, or, in the answer, with both and a payment.
 *
 * @param payment an encoded {@code ChannelService.Payment}, or empty
 */
@Message(Tag.SIGNED_STATEMENT)
public record SignedStatement(UsageStatement statement, Signature providerSignature,
        Optional<Signature> publisherSignature, @Limit(600) byte[] payment) { }
