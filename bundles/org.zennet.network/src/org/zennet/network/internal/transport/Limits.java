package org.zennet.network.internal.transport;

import java.time.Duration;

/**
 * What holds against strangers, as configured. What both sides must count alike is in {@link Credit}.
 *
 * @param handshake                from the first packet to both proofs
 * @param ping                     how often a connection is asked whether it lives
 * @param dead                     how long it may be silent
 * @param handshakes               incoming connections that have proved nothing yet; the oldest gives way
 * @param handshakesPerAddress     the same from one address
 * @param connections              open connections
 * @param connectionsPerAddress    open incoming ones from one address; the loopback address is exempt
 * @param discourage               how long a peer that broke the rules is not talked to
 * @param discourageLoopback       the same for one on this machine
 * @param receiveBytes             bytes held for receivers over all connections; who holds most gives way
 */
record Limits(Duration handshake, Duration ping, Duration dead, int handshakes, int handshakesPerAddress,
        int connections, int connectionsPerAddress, Duration discourage, Duration discourageLoopback,
        long receiveBytes) {
    /** Bytes that an incoming connection may send before it proved who it is, TLS included. */
    static final int BYTES_BEFORE_PROOF = 16 << 10;

    /** Breaches before a proof after which an address is not listened to. */
    static final int STRIKES = 5;

    Limits {
        if (handshake.isNegative() || ping.isNegative() || dead.compareTo(ping) <= 0) {
            throw new IllegalArgumentException("a dead peer can't be noticed within " + dead
                    + " when it is asked every " + ping);
        }
    }

    static Limits defaults() {
        return new Limits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(15), 64, 16, 512, 64,
                Duration.ofMinutes(10), Duration.ofSeconds(2), 256L << 20);
    }
}
