package org.zennet.virtualization.wasm.internal.script;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.pricing.Bid;
import org.zennet.api.pricing.BidRequest;
import org.zennet.api.pricing.Quote;
import org.zennet.api.pricing.QuoteRequest;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;

/**
 * What a script reads on its standard input and writes on its standard output: lines of words with single spaces between them, as docs/pricing.md
 * describes. Reading is strict: an unknown, doubled or malformed line is refused.
 */
final class ScriptText {
    /** The most bytes of an answer: a state of 64 KiB in hex, and the rest. */
    static final int MAX_ANSWER = 192 << 10;
    private static final int MAX_STATE = 64 << 10;
    private static final int MAX_REASON = 200;
    private static final int VERSION = 1;

    private ScriptText() { }

    static byte[] question(QuoteRequest r) {
        StringBuilder s = new StringBuilder("zennet-script " + VERSION + " quote\n");
        line(s, "now", r.now().toEpochMilli());
        line(s, "round", r.round());
        line(s, "target", r.targetPerDay().zen());
        line(s, "utilisation", r.utilisationPerMille());
        line(s, "resources", text(r.resources()));
        line(s, "machine", text(r.machine()));
        r.previous().ifPresent(v -> line(s, "previous", text(v)));
        r.counter().ifPresent(v -> line(s, "counter", text(v)));
        benchmarks(s, r.benchmarks());
        r.outcomes().forEach(o -> line(s, "outcome", o.at().toEpochMilli() + " " + text(o.asked()) + o.agreed().map(a -> " " + text(a)).orElse("")));
        settings(s, r.settings());
        if (r.state().length > 0) {
            line(s, "state", HexFormat.of().formatHex(r.state()));
        }
        return s.append("end\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] question(BidRequest r) {
        StringBuilder s = new StringBuilder("zennet-script " + VERSION + " bid\n");
        line(s, "round", r.round());
        line(s, "offer", text(r.offer()));
        if (r.lastOffer()) {
            s.append("last\n");
        }
        r.previous().ifPresent(v -> line(s, "previous", text(v)));
        line(s, "usage", r.expectedTaskUsage().toList().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        line(s, "ceiling", r.ceilingPerTask().zen());
        benchmarks(s, r.benchmarks());
        r.otherOffers().forEach(o -> line(s, "other", text(o)));
        settings(s, r.settings());
        return s.append("end\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws ScriptFailed when it is no answer */
    static Quote quote(byte[] answer) {
        Map<String, String> lines = lines(answer, List.of("rates", "last", "state", "reason"));
        return new Quote(rates("rates", lines.get("rates")), flag(lines, "last"), state(lines.getOrDefault("state", "")), lines.getOrDefault("reason", ""));
    }

    /** @throws ScriptFailed when it is no answer */
    static Bid bid(byte[] answer) {
        Map<String, String> lines = lines(answer, List.of("accept", "counter", "refuse", "reason"));
        String reason = lines.getOrDefault("reason", "");
        boolean accept = flag(lines, "accept");
        boolean refuse = flag(lines, "refuse");
        Optional<RateVector> counter = Optional.ofNullable(lines.get("counter")).map(c -> rates("counter", c));
        if ((accept ? 1 : 0) + (refuse ? 1 : 0) + (counter.isPresent() ? 1 : 0) != 1) {
            throw new ScriptFailed("it answered with none or several of accept, counter and refuse");
        }
        return accept ? Bid.accept(reason) : refuse ? Bid.refuse(reason) : Bid.counter(counter.get(), reason);
    }

    private static Map<String, String> lines(byte[] answer, List<String> known) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(answer)).toString();
        } catch (CharacterCodingException e) {
            throw new ScriptFailed("its answer is not UTF-8 text", e);
        }
        if (text.isBlank()) {
            throw new ScriptFailed("it answered nothing");
        }
        Map<String, String> lines = new TreeMap<>();
        for (String line : text.split("\n")) {
            if (line.isBlank()) {
                continue;
            }
            String key = line.strip().split(" ", 2)[0];
            String value = line.strip().substring(key.length()).strip();
            if (!known.contains(key)) {
                throw new ScriptFailed("its answer has the line '" + shortened(line) + "'; known are " + String.join(", ", known));
            }
            if (lines.put(key, value) != null) {
                throw new ScriptFailed("its answer has two lines '" + key + "'");
            }
        }
        return lines;
    }

    private static boolean flag(Map<String, String> lines, String key) {
        String value = lines.get(key);
        if (value != null && !value.isEmpty()) {
            throw new ScriptFailed("its line '" + key + "' has something behind it: '" + shortened(value) + "'");
        }
        return value != null;
    }

    private static RateVector rates(String key, String value) {
        String[] words = value == null ? new String[0] : value.split(" ");
        if (words.length != Counter.values().length) {
            throw new ScriptFailed("its answer needs a line '" + key + "' with " + Counter.values().length + " rates"
                    + (value == null ? "" : ", not '" + shortened(value) + "'"));
        }
        List<Long> rates = new ArrayList<>();
        for (Counter c : Counter.values()) {
            String word = words[c.ordinal()];
            long rate = word.matches("[0-9]{1,19}") && (word.length() < 19 || word.compareTo("9223372036854775807") <= 0) ? Long.parseLong(word) : -1;
            if (rate < 0 || rate > RateVector.MAX_RATE) {
                throw new ScriptFailed("its rate for " + c.id() + " is '" + shortened(word) + "': a rate is a whole number of 0 to "
                        + RateVector.MAX_RATE + " picozen");
            }
            rates.add(rate);
        }
        return RateVector.of(rates.stream().mapToLong(Long::longValue).toArray());
    }

    private static byte[] state(String hex) {
        if (hex.length() > 2 * MAX_STATE || hex.length() % 2 != 0 || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new ScriptFailed("its state is not hex of at most " + MAX_STATE + " bytes");
        }
        return HexFormat.of().parseHex(hex);
    }

    private static void benchmarks(StringBuilder s, List<BenchmarkResult> results) {
        results.forEach(b -> line(s, "benchmark", b.milli() + " " + b.spreadPerMille() + " " + b.id() + " " + oneLine(b.unit())));
    }

    private static void settings(StringBuilder s, Map<String, String> settings) {
        new TreeMap<>(settings).forEach((k, v) -> line(s, "setting", oneLine(k).replace(' ', '-') + " " + oneLine(v)));
    }

    private static void line(StringBuilder s, String key, Object value) {
        s.append(key).append(' ').append(value).append('\n');
    }

    private static String text(RateVector v) {
        return v.toList().stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String text(Resources r) {
        return r.cores() + " " + r.memory() + " " + r.disk();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /** For messages to the owner. */
    static String shortened(String text) {
        String one = oneLine(text).strip();
        return one.length() <= 60 ? one : one.substring(0, 59) + "…";
    }

    /** A reason in one line. */
    static String reason(String text) {
        String one = oneLine(text).strip();
        return one.length() <= MAX_REASON ? one : one.substring(0, MAX_REASON - 1) + "…";
    }
}
