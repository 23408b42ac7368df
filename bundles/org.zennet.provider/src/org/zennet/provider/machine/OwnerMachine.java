package org.zennet.provider.machine;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * How much of the machine its owner leaves for rent now, as a value: {@code (state, what was seen, now) -> state}. The owner's
 * input takes all of it back at once, load of others above the limit when it is seen twice in a row; both until it has been
 * quiet for a while. The schedule counts besides. Times are milliseconds since 1970, 0 for never.
 *
 * @param rule      what the owner set
 * @param inputAt   the newest input that was seen
 * @param loadAt    when load above the limit was seen last, once it counts
 * @param high      how many times in a row the load was above the limit
 * @param foreign   the newest load of others, in thousandths of all cores; -1 before it is known
 * @param perMille  how much is for rent now, in thousandths
 * @param reason    why not all of it; may be empty
 */
public record OwnerMachine(Rule rule, long inputAt, long loadAt, int high, int foreign, int perMille, String reason) {
    private static final int TWICE = 2;

    /**
     * What the owner set.
     *
     * @param idleOnly        whether input and load of others count at all
     * @param foreignPerMille the most load of others, in thousandths of all cores
     * @param quietMillis     how long it must have been quiet before work goes on
     */
    public record Rule(boolean idleOnly, int foreignPerMille, long quietMillis, Schedule schedule) { }

    /**
     * What was seen.
     *
     * @param inputAt the newest input of the owner, 0 where none was ever seen
     * @param foreign load of others since the last look, in thousandths of all cores; empty where it can't be told
     */
    public record Seen(long inputAt, OptionalInt foreign) { }

    /** Before anything was seen: by the schedule alone. */
    public static OwnerMachine start(Rule rule, Instant now) {
        return new OwnerMachine(rule, 0, 0, 0, -1, 0, "").decided(now);
    }

    /** By another rule from now on; what was seen before counts by it too, but for load, which was above another limit. */
    public OwnerMachine by(Rule other, Instant now) {
        return new OwnerMachine(other, inputAt, 0, 0, other.idleOnly() ? foreign : -1, perMille, reason).decided(now);
    }

    /** What follows from what was seen. */
    public OwnerMachine on(Seen seen, Instant now) {
        long at = now.toEpochMilli();
        int above = seen.foreign().isEmpty() ? high : seen.foreign().getAsInt() > rule.foreignPerMille() ? high + 1 : 0;
        boolean again = loadAt > 0 && at - loadAt < rule.quietMillis() && above > 0;
        return new OwnerMachine(rule, Math.max(inputAt, Math.min(seen.inputAt(), at)), above >= TWICE || again ? at : loadAt, Math.min(above, TWICE),
                seen.foreign().orElse(foreign), perMille, reason).decided(now);
    }

    private OwnerMachine decided(Instant now) {
        long at = now.toEpochMilli();
        if (rule.idleOnly() && inputAt > 0 && at - inputAt < rule.quietMillis()) {
            return taken("the owner is here: input " + (at - inputAt) / 1000 + " s ago");
        }
        if (rule.idleOnly() && loadAt > 0 && at - loadAt < rule.quietMillis()) {
            return taken("the owner's programs load the machine, " + Math.max(0, foreign) / 10.0 + " % now, at most " + rule.foreignPerMille() / 10.0
                    + " % are let pass");
        }
        int share = rule.schedule().perMille(now);
        String why = share == 0 ? "outside of the schedule" : share < 1000 ? "the schedule leaves " + share / 10.0 + " %" : "";
        return new OwnerMachine(rule, inputAt, loadAt, high, foreign, share, why);
    }

    private OwnerMachine taken(String why) {
        return new OwnerMachine(rule, inputAt, loadAt, high, foreign, 0, why);
    }
}
