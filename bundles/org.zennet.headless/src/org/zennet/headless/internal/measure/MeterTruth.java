package org.zennet.headless.internal.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** What a run of {@code metering.sh} says that it used, and how far the meter of its container is off. Pure. */
record MeterTruth(Map<Counter, Long> counts) {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})m([0-9]{1,2}\\.[0-9]{1,6})s");

    MeterTruth {
        counts = Map.copyOf(counts);
    }

    /** Reads the lines that begin with TRUTH. */
    static MeterTruth parse(String output) {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 3 || !words[0].equals("TRUTH")) {
                continue;
            }
            switch (words[1]) {
                case "memory" -> number(words[2]).ifPresent(v -> counts.put(Counter.MEMORY, Math.round(v)));
                case "read" -> number(words[2]).ifPresent(v -> counts.put(Counter.DISK_READ, Math.round(v)));
                case "written" -> number(words[2]).ifPresent(v -> counts.put(Counter.DISK_WRITTEN, Math.round(v)));
                case "times" -> {
                    Matcher m = TIME.matcher(line);
                    long micros = 0;
                    while (m.find()) {
                        micros += Long.parseLong(m.group(1)) * 60_000_000 + Math.round(Double.parseDouble(m.group(2)) * 1e6);
                    }
                    counts.merge(Counter.CPU, micros, Long::sum);
                }
                default -> { }
            }
        }
        return new MeterTruth(counts);
    }

    private static OptionalDouble number(String text) {
        return text.matches("[0-9]{1,18}(\\.[0-9]{1,6})?") ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** By how much the meter says more than the truth, as a share of the truth; empty where the truth is not known. */
    OptionalDouble error(Counter counter, UsageVector metered) {
        Long truth = counts.get(counter);
        return truth == null || truth == 0 ? OptionalDouble.empty() : OptionalDouble.of((metered.get(counter) - truth) / (double) truth);
    }
}
