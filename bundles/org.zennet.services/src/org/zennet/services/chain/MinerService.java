package org.zennet.services.chain;

import java.util.Optional;
import org.zennet.api.value.Amount;

/** Makes blocks in this process. Present only where mining was configured. */
public interface MinerService {
    /** What it did so far. */
    Status status();

    /** What a miner did: blocks on the best chain, what they paid, and the address that they pay to. */
    record Status(boolean running, int blocks, Amount subsidies, Amount fees, String address, Optional<String> problem) { }
}
