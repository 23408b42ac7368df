package org.zennet.market.message;

import java.util.List;
import org.zennet.api.encoding.Limit;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Hash;

/**
 * What became of a result, from the publisher.
 *
 * @param contract hash of the contract
 * @param taskId   as in the task
 * @param passed   whether the hold-back is released
 * @param holdBack the sum in question
 * @param evidence when it did not pass: the signed results that conflict with it, at least two that agree
 */
@Message(Tag.VERDICT)
public record Verdict(Hash contract, @Limit(80) String taskId, boolean passed, Amount holdBack,
        @Limit(5) List<SignedResult> evidence) {
    /** One signed result and who signed it. */
    public record SignedResult(org.zennet.api.value.PublicKey provider, ResultStatement statement,
            org.zennet.api.value.Signature signature) { }
}
