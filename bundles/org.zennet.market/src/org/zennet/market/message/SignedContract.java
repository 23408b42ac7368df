package org.zennet.market.message;

import java.util.Optional;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Signature;

/**
 * A contract with one signature (from the publisher, as acceptance) or both (the provider's answer).
 *
 * @param publisherSignature by the publisher's identity over the contract
 * @param providerSignature  by the provider's identity over the contract
 */
@Message(Tag.SIGNED_CONTRACT)
public record SignedContract(Contract contract, Signature publisherSignature, Optional<Signature> providerSignature) { }
