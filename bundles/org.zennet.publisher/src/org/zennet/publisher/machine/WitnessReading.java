package org.zennet.publisher.machine;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/**
 * One line of the witness that watches a whole guest, see {@code witness/witness.c}. It passes through the provider's hands unsigned, so it
 * proves nothing: it is looked at, never paid by.
 *
 * @param wall  milliseconds since this witness began
 * @param seen  the counters that it can see here
 * @param usage of these, as the guest counts them: they never fall while the same witness runs; 0 for the others
 * @param held  bytes of memory now
 */
public record WitnessReading(long wall, Set<Counter> seen, UsageVector usage, long held) {
    /** The longest line, its end among it. */
    public static final int MAX_LINE = 200;
    private static final Pattern LINE = Pattern.compile("zennet-witness 2 wall=([0-9]{1,12}) cpu=([0-9]{1,15}|-) memory=([0-9]{1,18}) held=([0-9]{1,15})"
            + " read=([0-9]{1,17}|-) written=([0-9]{1,17}|-)");
    private static final String UNSEEN = "-";

    /** Copies the set. */
    public WitnessReading {
        seen = Set.copyOf(seen);
    }

    /** A line without its end; nothing where it is another than the witness writes. */
    public static Optional<WitnessReading> of(String line) {
        Matcher m = LINE.matcher(line);
        if (line.length() > MAX_LINE || !m.matches()) {
            return Optional.empty();
        }
        Set<Counter> seen = EnumSet.noneOf(Counter.class);
        UsageVector usage = UsageVector.ZERO;
        Counter[] counters = {Counter.CPU, Counter.MEMORY, Counter.DISK_READ, Counter.DISK_WRITTEN};
        int[] groups = {2, 3, 5, 6};
        for (int i = 0; i < counters.length; i++) {
            String value = m.group(groups[i]);
            if (!value.equals(UNSEEN)) {
                seen.add(counters[i]);
                usage = usage.with(counters[i], Long.parseLong(value));
            }
        }
        return Optional.of(new WitnessReading(Long.parseLong(m.group(1)), seen, usage, Long.parseLong(m.group(4))));
    }
}
