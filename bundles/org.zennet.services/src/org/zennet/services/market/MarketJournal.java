package org.zennet.services.market;

import java.time.Instant;
import java.util.List;
import org.zennet.services.Registration;

/**
 * What this process negotiated, round by round, for people to read. Thread-safe. Keeps the newest
 * {@value #MAX_NEGOTIATIONS}.
 */
public interface MarketJournal {
    /** How many negotiations are kept. */
    int MAX_NEGOTIATIONS = 1000;

    /** Adds a line to a negotiation, which begins with its first line. */
    void record(String negotiation, Line line);

    /** The newest negotiations first, at most a number. */
    List<Negotiation> newest(int limit);

    /** Is told of every line; on a worker thread. */
    Registration watch(Runnable changed);

    /** Who said a line. */
    enum Side { PUBLISHER, PROVIDER }

    /**
     * One line of a transcript.
     *
     * @param at       when
     * @param provider the provider's identity, hex
     * @param publisher the publisher's identity, hex
     * @param side     who said it
     * @param kind     {@code descriptor}, {@code offer}, {@code counter}, {@code contract}, {@code refusal}
     * @param text     for people: the rates, the reason
     */
    record Line(Instant at, String provider, String publisher, Side side, String kind, String text) { }

    /** A whole transcript. */
    record Negotiation(String id, List<Line> lines) {
        /** Copies the list. */
        public Negotiation {
            lines = List.copyOf(lines);
        }
    }
}
