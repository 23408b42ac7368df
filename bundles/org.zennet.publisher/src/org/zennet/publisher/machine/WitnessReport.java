package org.zennet.publisher.machine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the witness in the guest says about one run of a program, see {@code witness/witness.c}. It passes through the provider's
 * hands unsigned, so it proves nothing: it is looked at, never paid by.
 *
 * @param cpu    microseconds of processor
 * @param memory byte-seconds of what the guest's processes held alone
 * @param wall   milliseconds from the program's start to its end
 */
public record WitnessReport(long cpu, long memory, long wall) {
    /** What its line begins with; the number is the format's version. */
    private static final String MARK = "zennet-witness 1 ";
    private static final int MAX_LINE = 100;
    private static final Pattern LINE = Pattern.compile("cpu=([0-9]{1,15}) memory=([0-9]{1,18}) wall=([0-9]{1,12})\\n");

    /**
     * The report at the end of a task's messages.
     *
     * @return nothing where it is missing, not the last line, too long, or another than the witness writes
     */
    public static Optional<WitnessReport> in(String log) {
        int at = log.lastIndexOf(MARK);
        if (at < 0 || log.length() - at > MAX_LINE) {
            return Optional.empty();
        }
        Matcher m = LINE.matcher(log.substring(at + MARK.length()));
        return m.matches() ? Optional.of(new WitnessReport(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)), Long.parseLong(m.group(3))))
                : Optional.empty();
    }

    /** A task's messages without the report. */
    public static String without(String log) {
        return in(log).isPresent() ? log.substring(0, log.lastIndexOf(MARK)) : log;
    }
}
