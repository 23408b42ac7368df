package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.headless.internal.control.Json;

/** Prints results: a document with {@code --json}, else tables and lines for people. */
public final class Output {
    private static final double MEBI = 1 << 20;
    private static final double GIB = 1L << 30;
    private final PrintStream out;

    /** To a stream, usually standard output. */
    public Output(PrintStream out) {
        this.out = out;
    }

    /** A line. */
    public void line(String text) {
        out.println(text);
    }

    /** A whole document, indented. */
    public void json(Object value) {
        try {
            out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(
                    value instanceof JsonNode n ? n : Json.tree(value)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A table whose columns are as wide as their widest cell; numbers to the right where a heading begins with '>'. */
    public void table(List<String> headings, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (int c = 0; c < headings.size(); c++) {
            int column = c;
            int width = headings.get(c).replaceFirst("^>", "").length();
            widths.add(Math.max(width, rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0)));
        }
        out.println(row(headings.stream().map(h -> h.replaceFirst("^>", "")).toList(), headings, widths));
        rows.forEach(r -> out.println(row(r, headings, widths)));
    }

    private static String row(List<String> cells, List<String> headings, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String pad = " ".repeat(Math.max(0, widths.get(c) - cells.get(c).length()));
            boolean right = headings.get(c).startsWith(">");
            line.append(c == 0 ? "" : "  ").append(right ? pad + cells.get(c) : cells.get(c) + pad);
        }
        return line.toString().stripTrailing();
    }

    /** An amount of a document, in XEN. */
    static String xen(JsonNode zen) {
        return new Amount(Math.max(0, zen.asLong())).toString();
    }

    /** All counters of a usage vector that count anything, in units for people. */
    public static String usage(JsonNode usage) {
        List<String> parts = new ArrayList<>();
        for (Counter c : Counter.values()) {
            long v = usage.path(c.id()).asLong();
            if (v != 0) {
                parts.add(c.id() + " " + switch (c) {
                    case CPU -> decimal("%.2f s", v / 1e6);
                    case MEMORY -> decimal("%.2f GiB·s", v / GIB);
                    case WALL -> decimal("%.1f s", v / 1e3);
                    default -> decimal("%.2f MiB", v / (double) (1 << 20));
                });
            }
        }
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    /** Rates in the units that people compare. What is agreed are the integers that {@code --json} shows. */
    public static String rates(JsonNode rates) {
        RateVector r = RateVector.ZERO;
        for (Counter c : Counter.values()) {
            r = r.with(c, rates.path(c.id()).asLong());
        }
        return r.describe();
    }

    private static String decimal(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** The first digits of a long id. */
    public static String brief(String id) {
        return id.length() > 12 ? id.substring(0, 12) : id;
    }

    /** What a provider of a job claimed beyond the own clock, in one line. */
    public static String drift(JsonNode provider) {
        JsonNode d = provider.path("drift");
        return brief(provider.path("id").asText()) + " claims " + xen(d.path("claimed")) + " where the own clock allows " + xen(d.path("allowed"))
                + ": " + d.path("statements").asText() + " statements beyond it, the worst by " + d.path("perMille").asLong() / 10.0
                + " %; paid is what the clock allows";
    }

    /** What the witness in the guests of a job saw of a provider, in one line. */
    public static String witness(JsonNode provider) {
        JsonNode w = provider.path("witness");
        String said = w.path("reports").asInt() == 0 ? " no word" : String.format(Locale.ROOT, " %.2f s of processor where %.2f s are billed, and %.2f MiB s of memory where %.2f are",
                w.path("cpuSeen").asLong() / 1e6, w.path("cpuBilled").asLong() / 1e6, w.path("memorySeen").asLong() / MEBI, w.path("memoryBilled").asLong() / MEBI);
        return brief(provider.path("id").asText()) + ": the witness in the guest saw" + said + "; " + w.path("reports").asInt() + " reports, " + w.path("silent").asInt()
                + " results without" + (w.path("far").asInt() == 0 ? "" : "; after " + w.path("far").asInt() + " of them the bill was beyond what the contract tolerates");
    }
}
