package org.zennet.provider.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.container.Egress;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.provider.machine.OwnerMachine;
import org.zennet.provider.machine.Schedule;

/**
 * What the owner set, read from configuration.
 *
 * @param strategy     the preferred pricing strategy
 * @param target       what the whole machine shall earn in 24 hours at full load
 * @param machine      what is for rent in all
 * @param backends     ids of the container backends that may be sold, in the order of preference
 * @param maxLeases    the most leases at a time
 * @param leastInterval the shortest interval between statements that is taken, in milliseconds
 * @param mostUnpaid   the longest that work may go unpaid before a lease ends by its terms, in milliseconds
 * @param owner        when the owner wants the machine back
 * @param egress       what guests may reach at most, where a contract names it
 * @param strategySettings what strategies get to see
 */
public record Settings(String strategy, Amount target, Resources machine, List<String> backends, int maxLeases,
        int leastInterval, long mostUnpaid, OwnerMachine.Rule owner, Egress egress, Map<String, String> strategySettings) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern CORES = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?");
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");
    private static final String STRATEGY_PREFIX = "strategy.";
    private static final long FALLBACK_MEMORY = 2L << 30;

    /**
     * Reads the properties of the component.
     *
     * @throws IllegalArgumentException with one line that names the property
     */
    public static Settings of(Map<String, ?> properties) {
        Map<String, String> p = new LinkedHashMap<>();
        properties.forEach((k, v) -> p.put(k, v == null ? "" : v instanceof String[] a ? String.join(",", a) : v.toString().strip()));
        Map<String, String> own = new LinkedHashMap<>();
        p.forEach((k, v) -> {
            if (k.startsWith(STRATEGY_PREFIX)) {
                own.put(k.substring(STRATEGY_PREFIX.length()), v);
            }
        });
        return new Settings(text(p, "strategy", "calibrated"), amount(text(p, "target", "20 XEN")),
                share(new Resources(cores(text(p, "cores", "")), memory(text(p, "memory", "")), 0), number(p, "share", 1000, 1, 1000)), list(text(p, "backends", "wasm")),
                number(p, "max-leases", 64, 1, 10_000), number(p, "least-interval", 100, 100, 3_600_000),
                1000L * number(p, "most-unpaid", 300, 1, 86_400), owner(p), egress(text(p, "egress", "none")), Map.copyOf(own));
    }

    private static Resources share(Resources all, int perMille) {
        return perMille == 1000 ? all : new Resources(Math.max(1, (int) ((long) all.cores() * perMille / 1000)),
                Math.max(1 << 20, all.memory() / 1000 * perMille), all.disk());
    }

    private static OwnerMachine.Rule owner(Map<String, String> p) {
        String idle = text(p, "idle-only", "false");
        if (!idle.equals("true") && !idle.equals("false")) {
            throw new IllegalArgumentException("provider.idle-only: '" + idle + "' is neither true nor false");
        }
        String zone = text(p, "time-zone", "");
        try {
            ZoneId id = zone.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone);
            return new OwnerMachine.Rule(idle.equals("true"), number(p, "foreign-limit", 200, 0, 1000), 1000L * number(p, "quiet", 60, 1, 99_999),
                    Schedule.parse(text(p, "schedule", ""), id));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("provider.time-zone: '" + zone + "' is no time zone, such as Europe/Berlin", e);
        } catch (IllegalArgumentException e) {
            throw e.getMessage().startsWith("provider.") ? e : new IllegalArgumentException("provider.schedule: " + e.getMessage(), e);
        }
    }

    private static Egress egress(String text) {
        try {
            return Egress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("provider.egress: " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, String> p, String key, String otherwise) {
        String v = p.get(key);
        return v == null || v.isEmpty() ? otherwise : v;
    }

    private static Amount amount(String text) {
        try {
            return Amount.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("provider.target: " + e.getMessage(), e);
        }
    }

    private static int cores(String text) {
        if (text.isEmpty()) {
            return Math.min(1_024_000, 1000 * Runtime.getRuntime().availableProcessors());
        }
        if (!CORES.matcher(text).matches()) {
            throw new IllegalArgumentException("provider.cores: '" + text + "' is not a number of cores; write for example 2 or 1.5");
        }
        return new java.math.BigDecimal(text).movePointRight(3).intValueExact();
    }

    private static long memory(String text) {
        if (text.isEmpty()) {
            return Math.max(1 << 20, physicalMemory() / 2);
        }
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("provider.memory: '" + text + "' is not a size; write for example 2GiB or 512MiB");
        }
        int shift = m.group(2) == null ? 0 : 10 * List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(m.group(2));
        return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
    }

    private static long physicalMemory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return FALLBACK_MEMORY;
        }
        return FALLBACK_MEMORY;
    }

    private static List<String> list(String text) {
        List<String> ids = new ArrayList<>();
        for (String part : text.split(",")) {
            if (!part.isBlank()) {
                if (!ID.matcher(part.strip()).matches()) {
                    throw new IllegalArgumentException("provider.backends: '" + part.strip() + "' is no id of a backend; write for example 'wasm, sandbox'");
                }
                ids.add(part.strip());
            }
        }
        return List.copyOf(ids);
    }

    private static int number(Map<String, String> p, String key, int otherwise, int least, int most) {
        String v = text(p, key, Integer.toString(otherwise));
        if (!v.matches("[0-9]{1,9}") || Integer.parseInt(v) < least || Integer.parseInt(v) > most) {
            throw new IllegalArgumentException("provider." + key + ": '" + v + "' does not lie between " + least + " and " + most);
        }
        return Integer.parseInt(v);
    }
}
