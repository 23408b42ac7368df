package org.zennet.headless.internal.beside;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.zennet.api.value.Amount;
import org.zennet.services.Rejected;

/** Looks at what an owner wrote for a provider before it is stored, so that its next start does not fail on it. Pure. */
final class ProviderSettings {
    private static final String WINDOW = "\\s*((mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?\\s+)?([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9])?\\s*([0-9]{1,3}%)?\\s*";
    private static final Set<String> TEXT = Set.of("strategy");
    private static final Map<String, int[]> NUMBERS = Map.of("max-leases", new int[] {1, 10_000}, "least-interval", new int[] {100, 3_600_000},
            "foreign-limit", new int[] {0, 1000}, "quiet", new int[] {1, 99_999}, "share", new int[] {1, 1000}, "most-unpaid", new int[] {1, 86_400});

    private ProviderSettings() { }

    /** Refuses what a provider could not read. */
    static void check(String name, String value) throws Rejected {
        int[] range = NUMBERS.get(name);
        if (range != null) {
            if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) < range[0] || Integer.parseInt(value) > range[1]) {
                throw new Rejected(name + ": '" + value + "' does not lie between " + range[0] + " and " + range[1]);
            }
            return;
        }
        switch (name) {
            case "target" -> {
                try {
                    Amount.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new Rejected("target: " + e.getMessage(), e);
                }
            }
            case "cores" -> demand(value.matches("[0-9]{1,4}(\\.[0-9]{1,3})?"), "cores: '" + value + "' is not a number of cores; write for example 2 or 1.5");
            case "memory" -> demand(value.matches("[0-9]{1,12}\\s*(B|KiB|MiB|GiB|TiB)?"), "memory: '" + value + "' is not a size; write for example 2GiB or 512MiB");
            case "idle-only" -> demand(value.equals("true") || value.equals("false"), "idle-only: '" + value + "' is neither true nor false");
            case "backends" -> demand(value.matches("[a-z0-9-]{1,40}(\\s*,\\s*[a-z0-9-]{1,40})*"), "backends: '" + value + "' are no ids with commas, such as wasm, sandbox");
            case "schedule" -> {
                for (String window : value.toLowerCase(Locale.ROOT).split(",")) {
                    demand(!window.isBlank() && window.matches(WINDOW), "schedule: '" + window.strip() + "' is no window; write for example 'mon-fri 18:00-08:00, sat-sun 50%'");
                }
            }
            case "time-zone" -> {
                try {
                    ZoneId.of(value);
                } catch (DateTimeException e) {
                    throw new Rejected("time-zone: '" + value + "' is no time zone, such as Europe/Berlin", e);
                }
            }
            default -> demand(TEXT.contains(name) || name.startsWith("strategy."), "'" + name + "' is no setting of a provider");
        }
    }

    private static void demand(boolean holds, String otherwise) throws Rejected {
        if (!holds) {
            throw new Rejected(otherwise);
        }
    }
}
