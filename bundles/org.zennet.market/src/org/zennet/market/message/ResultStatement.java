package org.zennet.market.message;

import java.util.Optional;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.encoding.Message;
import org.zennet.api.encoding.Tag;
import org.zennet.api.value.Hash;
import org.zennet.api.value.UsageVector;

/**
 * What a provider signs about a task before it delivers the output. Two such statements about the same task with
 * different output hashes are the evidence against one of the two; so are two with equal outputs and different fuel.
 *
 * @param contract    hash of the contract
 * @param task        digest of the task
 * @param reason      how it ended
 * @param exitCode    of the program
 * @param output      SHA-256 of its output
 * @param outputBytes its size
 * @param usage       of this task alone
 * @param fuel        what it did, counted exactly, where the backend counts
 */
@Message(Tag.RESULT_STATEMENT)
public record ResultStatement(Hash contract, Hash task, Outcome.Reason reason, int exitCode, Hash output,
        long outputBytes, UsageVector usage, Optional<Fuel> fuel) { }
