package org.zennet.publisher.internal.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.zennet.market.message.Contract;
import org.zennet.market.message.Verdict;
import org.zennet.publisher.internal.buyer.LeaseLink;
import org.zennet.publisher.internal.buyer.LeaseWatch;
import org.zennet.services.network.MessageStream;

/** A lease of a job: what its provider signed. */
final class JobLink extends LeaseLink {
    /** How many offers it took. */
    final int rounds;
    /** What the provider signed, by task, in the order of delivery. Any thread may read it under its lock. */
    final Map<Integer, Verdict.SignedResult> results = Collections.synchronizedMap(new LinkedHashMap<>());

    JobLink(Contract contract, MessageStream market, LeaseWatch watch, int rounds) {
        super(contract, market, watch);
        this.rounds = rounds;
    }
}
