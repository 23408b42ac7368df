package org.zennet.blockchain.internal.peer;

import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zennet.services.network.JoinLine;
import org.zennet.services.network.NetworkService;
import org.zennet.services.network.PeerConnection;

/** Keeps the connection to the seed of the join line: dials again after 0.25 s, and twice as long each time, up to 10 s. */
public final class SeedDialer {
    private static final Logger LOG = LoggerFactory.getLogger(SeedDialer.class);
    private static final long FIRST_MILLIS = 250;
    private static final long MOST_MILLIS = 10_000;
    private final NetworkService network;
    private final JoinLine line;
    private final InstantSource clock;
    private PeerConnection connection;
    private boolean dialling;
    private long wait = FIRST_MILLIS;
    private long next;

    /** For a join line. */
    public SeedDialer(NetworkService network, JoinLine line, InstantSource clock) {
        this.network = network;
        this.line = line;
        this.clock = clock;
    }

    /** Dials if it is time to. */
    public synchronized void tick() {
        if (connection != null && !connection.isOpen()) {
            connection = null;
        }
        if (connection != null || dialling || clock.millis() < next) {
            return;
        }
        dialling = true;
        network.connect(line.seed(), Optional.of(line.identity())).whenComplete(this::dialled);
    }

    private synchronized void dialled(PeerConnection opened, Throwable problem) {
        dialling = false;
        if (problem == null) {
            connection = opened;
            wait = FIRST_MILLIS;
        } else {
            LOG.debug("the seed {} can't be reached: {}; trying again in {} ms", line.seed(), problem.getMessage(), wait);
        }
        next = clock.millis() + wait;
        wait = problem == null ? FIRST_MILLIS : Math.min(MOST_MILLIS, 2 * wait);
    }
}
