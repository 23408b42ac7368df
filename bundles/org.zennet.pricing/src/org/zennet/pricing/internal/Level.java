package org.zennet.pricing.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.pricing.QuoteRequest.Outcome;

/**
 * The level of {@code demand}, and when it moved last. Stored as {@code 1 LEVEL MILLIS} in ASCII.
 *
 * @param millionths the level, in millionths of the owner's price
 * @param movedAt    the time of the last move, in milliseconds since 1970
 */
record Level(long millionths, long movedAt) {
    /** The level at which the price is the owner's. */
    static final long ONE = 1_000_000;

    private static final Pattern STORED = Pattern.compile("1 ([0-9]{1,12}) ([0-9]{1,15})");

    /**
     * How it moves.
     *
     * @param lowest  in millionths
     * @param highest in millionths
     * @param step    the most of one move, in thousandths
     * @param pause   the time in which one negotiation counts, in milliseconds
     * @param idle    the time without a move that is a move, in milliseconds
     */
    record Rule(long lowest, long highest, int step, long pause, long idle) {
        private long bound(long level) {
            return Math.min(Math.max(level, lowest), highest);
        }

        private long up(long level, int sold) {
            return bound((level * (ONE + (long) step * sold) + ONE - 1) / ONE);
        }

        private long down(long level, int sold) {
            return bound(level * ONE / (ONE + (long) step * (1000 - sold)));
        }
    }

    /** What was stored, brought within the bounds of today; the owner's price from now on where nothing legible was. */
    static Level read(byte[] state, long now, Rule rule) {
        Matcher m = STORED.matcher(state.length > 64 ? "" : new String(state, StandardCharsets.US_ASCII));
        if (!m.matches()) {
            return new Level(ONE, now);
        }
        return new Level(rule.bound(Long.parseLong(m.group(1))), Math.min(Long.parseLong(m.group(2)), now));
    }

    /** For {@link #read}. */
    byte[] toBytes() {
        return ("1 " + millionths + " " + movedAt).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * After all that happened since the last move.
     *
     * @param newestFirst the own negotiations
     * @param sold        how much of the machine is sold, in thousandths
     */
    Level moved(Rule rule, List<Outcome> newestFirst, int sold, long now) {
        long level = millionths;
        long at = movedAt;
        for (Outcome outcome : newestFirst.reversed()) {
            long time = outcome.at().toEpochMilli();
            if (time >= at + rule.pause && time <= now) {
                level = outcome.agreed().isPresent() ? rule.up(level, sold) : rule.down(level, sold);
                at = time;
            }
        }
        for (; now - at >= rule.idle && level > rule.lowest && sold < 1000; at += rule.idle) {
            level = rule.down(level, sold);
        }
        return new Level(level, now - at >= rule.idle ? now : at);
    }
}
