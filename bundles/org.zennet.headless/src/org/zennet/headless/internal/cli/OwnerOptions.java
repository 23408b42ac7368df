package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.zennet.services.Rejected;
import picocli.CommandLine.Option;

/** When the owner wants the machine: options of {@code provider start}, and how people see it. */
final class OwnerOptions {
    private static final int MOST_PERCENT = 100;
    private static final String DAY = "(mon|tue|wed|thu|fri|sat|sun)";
    private static final String WINDOW = "(" + DAY + "(-" + DAY + ")?)?\\s*([0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2})?\\s*([0-9]{1,3}\\s*%)?";

    @Option(names = "--idle-only", description = {"Freeze leases, unpaid, within 5 s of the owner's input at a terminal or console, or of load",
        "of other programs, until it has been quiet for a while."})
    private boolean idleOnly;

    @Option(names = "--foreign-limit", paramLabel = "PERCENT", description = "With --idle-only: the most load of other programs, of all cores (default: 20).")
    private String foreignLimit;

    @Option(names = "--quiet", paramLabel = "SECONDS", description = "With --idle-only: how long it must have been quiet (default: 60).")
    private String quiet;

    @Option(names = "--schedule", paramLabel = "WINDOWS",
            description = "When how much is for rent, such as 'mon-fri 18:00-08:00, sat-sun 50%%' (default: always).")
    private String schedule;

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Whose hours the schedule means, such as Europe/Berlin (default: the system's).")
    private String zone;

    @Option(names = "--share", paramLabel = "PERCENT", description = "How much of cores and memory is for rent at most (default: 100).")
    private String share;

    /** Properties of the provider. */
    Map<String, Object> settings() throws Rejected {
        for (String window : schedule == null ? new String[0] : schedule.toLowerCase(Locale.ROOT).split(",")) {
            if (!window.strip().matches(WINDOW)) {
                throw new Misused("--schedule: '" + window.strip() + "' is no window; write for example 'mon-fri 18:00-08:00, sat-sun 50%'");
            }
        }
        if (quiet != null && !quiet.matches("[1-9][0-9]{0,4}")) {
            throw new Misused("--quiet is a number of seconds, 1 to 99999, not '" + quiet + "'");
        }
        Map<String, Object> p = new LinkedHashMap<>();
        if (idleOnly) {
            p.put("idle-only", "true");
        }
        put(p, "foreign-limit", perMille("--foreign-limit", foreignLimit, 0));
        put(p, "quiet", quiet);
        put(p, "schedule", schedule);
        put(p, "time-zone", zone);
        put(p, "share", perMille("--share", share, 1));
        return p;
    }

    private static void put(Map<String, Object> p, String key, String value) {
        if (value != null) {
            p.put(key, value);
        }
    }

    private static String perMille(String option, String percent, int least) throws Rejected {
        if (percent == null) {
            return null;
        }
        String plain = percent.replace("%", "").strip();
        if (!plain.matches("[0-9]{1,3}") || Integer.parseInt(plain) > MOST_PERCENT || Integer.parseInt(plain) < least) {
            throw new Misused(option + " lies between " + least + " and 100 percent, not '" + percent + "'");
        }
        return Integer.toString(Integer.parseInt(plain) * 10);
    }

    /** What the owner leaves now, in one line. */
    static String describe(JsonNode owner) {
        if (!owner.isObject()) {
            return "all of it";
        }
        String how = owner.path("perMille").asInt() == 1000 ? "all of it" : owner.path("perMille").asLong() / 10.0 + " %";
        return how + (owner.path("reason").asText().isEmpty() ? "" : ": " + owner.path("reason").asText())
                + (owner.path("idleOnly").asBoolean() ? "; idle-only, at most " + owner.path("foreignLimit").asLong() / 10.0 + " % of others"
                + (owner.path("foreign").isNumber() ? ", now " + owner.path("foreign").asLong() / 10.0 + " %" : "") : "")
                + (owner.path("frozen").asInt() == 0 ? "" : "; " + owner.path("frozen").asText() + " leases frozen");
    }
}
