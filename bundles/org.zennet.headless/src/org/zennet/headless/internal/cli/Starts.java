package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How long the phases of leases' starts took, for people and for {@code --json}. */
public final class Starts {
    private static final List<String> PHASES = List.of("match", "negotiate", "channel", "image", "start", "up");

    private Starts() { }

    /** What of a start neither the funding nor the image nor the container explains, in milliseconds: what the market adds. */
    static long other(JsonNode start) {
        return Math.max(0, start.path("up").asLong() - Math.max(start.path("channel").asLong(), start.path("image").asLong() + start.path("start").asLong()));
    }

    /** The start of one lease for a document, or null before it is up. */
    public static JsonNode of(JsonNode lease) {
        if (!lease.hasNonNull("start")) {
            return lease.path("start");
        }
        ObjectNode o = lease.path("start").deepCopy();
        return o.put("other", other(o));
    }

    /** A table of the starts of those that are up, a line each; nothing where none is. */
    public static void table(Output out, JsonNode leases, Function<JsonNode, String> name) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode l : leases) {
            if (l.hasNonNull("start")) {
                List<String> row = new ArrayList<>(List.of(name.apply(l)));
                PHASES.forEach(p -> row.add(millis(l.path("start").path(p).asLong())));
                row.add(millis(other(l.path("start"))));
                rows.add(row);
            }
        }
        if (!rows.isEmpty()) {
            out.line("");
            out.table(List.of("START OF", ">MATCH", ">NEGOTIATE", ">CHANNEL", ">IMAGE", ">START", ">UP AFTER CONTRACT", ">OTHER"), rows);
        }
    }

    /** How long after its contract one was up; empty before. */
    static String up(JsonNode lease) {
        return lease.hasNonNull("start") ? millis(lease.path("start").path("up").asLong()) : "";
    }

    /** The medians of the phases of all that are up, in one line; nothing where none is. */
    static void medians(Output out, JsonNode leases) {
        Map<String, List<Long>> all = new LinkedHashMap<>();
        for (JsonNode l : leases) {
            if (l.hasNonNull("start")) {
                PHASES.forEach(p -> all.computeIfAbsent(p, k -> new ArrayList<>()).add(l.path("start").path(p).asLong()));
                all.computeIfAbsent("other", k -> new ArrayList<>()).add(other(l.path("start")));
            }
        }
        if (!all.isEmpty()) {
            List<String> parts = new ArrayList<>();
            all.forEach((phase, values) -> parts.add(phase + " " + millis(median(values))));
            out.line("start, medians: " + String.join(", ", parts));
        }
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }

    private static String millis(long v) {
        return v + " ms";
    }
}
