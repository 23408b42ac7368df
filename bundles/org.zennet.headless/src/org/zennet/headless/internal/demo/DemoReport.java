package org.zennet.headless.internal.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.value.Amount;
import org.zennet.headless.internal.cli.Output;
import org.zennet.headless.internal.cli.Starts;
import org.zennet.headless.internal.control.Json;

/** Puts together what the processes of a demo told, and says what it means. Holds no opinion of its own. */
final class DemoReport {
    private record ProviderView(String name, JsonNode leases) { }

    private final Map<String, ProviderView> providers = new LinkedHashMap<>();
    private JsonNode job;
    private JsonNode miner;
    private JsonNode conservation;
    private List<Long> left = List.of();
    private double seconds;
    private String backend = "wasm";

    void job(JsonNode info) {
        job = info;
    }

    /** What a provider tells of itself. */
    void provider(String name, String identity, JsonNode leases) {
        providers.put(identity, new ProviderView(name, leases));
    }

    void miner(JsonNode status) {
        miner = status;
    }

    void conservation(JsonNode scan) {
        conservation = scan;
    }

    void processesLeft(List<Long> pids) {
        left = pids;
    }

    /** In what containers the job ran. */
    void backend(String id) {
        backend = id;
    }

    void elapsed(double elapsedSeconds) {
        seconds = elapsedSeconds;
    }

    /**
     * The document of {@code demo --json}.
     *
     * @param liars  how many lie about outputs: all have to be caught
     * @param meters how many lie about their meters: none may gain by it
     * @param killed the name of the provider that was killed in the middle
     */
    JsonNode document(int liars, int meters, Optional<String> killed) {
        ObjectNode d = Json.MAPPER.createObjectNode();
        ArrayNode list = Json.MAPPER.createArrayNode();
        int caught = 0;
        int honest = 0;
        int agreed = 0;
        int drifting = 0;
        boolean nothingGained = true;
        boolean settled = true;
        for (JsonNode p : job.path("providers")) {
            ObjectNode o = provider(p);
            list.add(o);
            boolean paid = o.path("paid").asLong() > 0;
            settled &= !paid || o.path("settlement").path("height").asLong() > 0;
            caught += o.hasNonNull("caught") ? 1 : 0;
            honest += o.path("honest").asBoolean() ? 1 : 0;
            drifting += o.hasNonNull("drift") ? 1 : 0;
            nothingGained &= !o.hasNonNull("drift") || o.path("drift").path("gained").asLong() == 0;
            agreed = Math.max(agreed, p.path("rounds").asInt());
        }
        int total = job.path("tasksTotal").asInt();
        int done = job.path("tasksDone").asInt();
        boolean finished = job.path("state").asText().equals("DONE") && total > 0 && done == total;
        boolean verified = finished && job.path("recomputed").asBoolean();
        boolean conserved = conservation.path("holds").asBoolean();
        d.put("ok", verified && conserved && settled && left.isEmpty() && caught == liars && drifting >= meters && nothingGained && honest >= 2);
        d.put("verified", verified);
        d.put("conserved", conserved);
        d.put("settled", settled);
        d.put("backend", backend);
        d.put("elapsedSeconds", Math.round(seconds * 10) / 10.0);
        d.put("liars", liars);
        d.put("meterLiars", meters);
        d.put("providerKilled", killed.isPresent());
        d.put("killed", killed.orElse(null));
        d.put("negotiationRounds", agreed);
        d.putObject("tasks").put("total", total).put("done", done);
        d.set("providers", list);
        d.putObject("miner").put("blocks", miner.path("blocks").asInt()).put("fees", miner.path("fees").asLong())
                .put("subsidies", miner.path("subsidies").asLong());
        d.set("conservation", conservation);
        ObjectNode result = d.putObject("result");
        result.put("path", job.path("result").path("path").asText(null));
        result.put("sha256", job.path("result").path("sha256").asText(null));
        result.put("summary", job.path("result").path("summary").asText(null));
        if (job.hasNonNull("problem")) {
            d.put("problem", job.path("problem").asText());
        }
        ArrayNode pids = d.putArray("processesLeft");
        left.forEach(pids::add);
        return d;
    }

    private ObjectNode provider(JsonNode p) {
        ObjectNode o = Json.MAPPER.createObjectNode();
        String id = p.path("id").asText();
        ProviderView view = providers.get(id);
        o.put("id", id);
        o.put("name", view == null ? "?" : view.name());
        o.put("lease", p.path("lease").asText());
        o.put("state", p.path("state").asText());
        o.put("tasks", p.path("tasks").asInt());
        o.put("rounds", p.path("rounds").asInt());
        o.put("strategy", p.path("strategy").asText());
        o.set("usage", p.path("usage"));
        o.set("rates", p.path("rates"));
        o.put("promised", p.path("promised").asLong());
        o.put("paid", p.path("paid").asLong());
        o.put("released", p.path("released").asLong());
        o.put("withheld", p.path("withheld").asLong());
        o.put("honest", p.path("honest").asBoolean());
        if (p.hasNonNull("caught")) {
            JsonNode c = p.path("caught");
            ObjectNode caught = o.putObject("caught");
            caught.put("task", c.path("task").asText());
            caught.put("signed", c.path("signedHash").asText());
            caught.put("other", c.path("otherHash").asText());
            caught.set("agreeing", c.path("agreeing"));
        } else {
            o.putNull("caught");
        }
        if (p.hasNonNull("drift")) {
            JsonNode drift = p.path("drift");
            ObjectNode told = o.putObject("drift");
            told.put("statements", drift.path("statements").asInt());
            told.put("perMille", drift.path("perMille").asInt());
            told.put("claimed", drift.path("claimed").asLong());
            told.put("allowed", drift.path("allowed").asLong());
            // the first payment is agreed before anything is metered
            // what the clock allows is what was agreed for the machine's time; for a result that may be more than others ask
            told.put("resultCost", perResult(p));
            told.put("resultCostElsewhere", elsewhere());
            told.put("gained", Math.max(0, p.path("paid").asLong() - Math.max(p.path("promised").asLong(), drift.path("allowed").asLong())));
        } else {
            o.putNull("drift");
        }
        if (p.hasNonNull("witness")) {
            o.set("witness", p.path("witness"));
        }
        o.set("start", Starts.of(p));
        ObjectNode s = o.putObject("settlement");
        s.put("txid", p.path("settlement").asText(null));
        s.put("height", p.path("settlementHeight").asInt());
        if (view != null) {
            for (JsonNode l : view.leases()) {
                if (l.path("id").asText().equals(p.path("lease").asText())) {
                    o.put("providerSays", l.path("state").asText());
                    o.put("providerNote", l.path("note").asText());
                }
            }
        }
        return o;
    }

    private static long perResult(JsonNode p) {
        return p.path("promised").asLong() / Math.max(1, p.path("tasks").asInt());
    }

    /** What a result cost in the middle with those whose meters were not found too fast and whose outputs were right. */
    private long elsewhere() {
        List<Long> all = new ArrayList<>();
        for (JsonNode p : job.path("providers")) {
            if (!p.hasNonNull("drift") && p.path("honest").asBoolean() && p.path("tasks").asInt() > 0) {
                all.add(perResult(p));
            }
        }
        return all.isEmpty() ? 0 : all.stream().sorted().toList().get(all.size() / 2);
    }

    /** The same for people. */
    static void print(Output out, JsonNode d) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode p : d.path("providers")) {
            JsonNode u = p.path("usage");
            rows.add(List.of(p.path("name").asText(), Output.brief(p.path("id").asText()), p.path("tasks").asText(), p.path("rounds").asText(),
                    String.format(java.util.Locale.ROOT, "%.2f s", u.path("cpu").asLong() / 1e6),
                    String.format(java.util.Locale.ROOT, "%.2f GiB·s", u.path("memory").asLong() / (double) (1L << 30)),
                    String.format(java.util.Locale.ROOT, "%.1f s", u.path("wall").asLong() / 1e3),
                    amount(p, "promised"), amount(p, "paid"), amount(p, "released"), amount(p, "withheld"),
                    p.path("settlement").hasNonNull("txid") ? Output.brief(p.path("settlement").path("txid").asText()) : "-",
                    p.path("settlement").path("height").asInt() == 0 ? "-" : p.path("settlement").path("height").asText(),
                    p.path("state").asText() + (p.path("honest").asBoolean() ? "" : ", caught lying")));
        }
        out.line("");
        out.table(List.of("PROVIDER", "IDENTITY", ">TASKS", ">ROUNDS", ">CPU", ">MEMORY", ">WALL", ">PROMISED", ">PAID", ">RELEASED", ">WITHHELD",
                "SETTLED BY", ">BLOCK", "STATE"), rows);
        out.line("");
        for (JsonNode p : d.path("providers")) {
            out.line(p.path("name").asText() + " used   " + Output.usage(p.path("usage")));
            out.line(" ".repeat(p.path("name").asText().length()) + " rates  " + Output.rates(p.path("rates")));
            if (p.hasNonNull("caught")) {
                JsonNode c = p.path("caught");
                out.line("  caught at " + c.path("task").asText() + ": it signed " + c.path("signed").asText());
                out.line("  but " + c.path("agreeing").size() + " others signed   " + c.path("other").asText());
                out.line("  so its hold-back of " + amount(p, "withheld") + " was withheld");
            }
            if (p.hasNonNull("witness")) {
                out.line("  " + Output.witness(p));
            }
            if (p.hasNonNull("drift")) {
                out.line("  " + Output.drift(p));
                out.line("  so beyond the first payment and what the clock allows it gained " + amount(p.path("drift"), "gained"));
                out.line("  a result of it cost " + amount(p.path("drift"), "resultCost") + ", of the others " + amount(p.path("drift"), "resultCostElsewhere")
                        + "; it says: " + p.path("providerNote").asText("nothing"));
            }
            if (!p.hasNonNull("drift") && p.path("providerNote").asText("").startsWith("this provider was restarted")) {
                out.line("  says: " + p.path("providerNote").asText());
            }
        }
        Starts.table(out, d.path("providers"), p -> p.path("name").asText());
        out.line("");
        JsonNode c = d.path("conservation");
        out.line("miner      " + d.path("miner").path("blocks").asInt() + " blocks, " + amount(d.path("miner"), "fees") + " fees");
        out.line("chain      at block " + c.path("height").asText() + ": genesis " + amount(c, "genesis") + " + subsidies " + amount(c, "subsidies")
                + (d.path("conserved").asBoolean() ? " = " : " DIFFERS FROM ") + "unspent " + amount(c, "unspent") + " + burnt " + amount(c, "burnt"));
        out.line("tasks      " + d.path("tasks").path("done").asText() + " of " + d.path("tasks").path("total").asText() + " verified by comparison"
                + (d.path("verified").asBoolean() ? ", a sample and the result recomputed here: same bytes" : "; the recomputation did NOT confirm them"));
        if (d.hasNonNull("problem")) {
            out.line("problem    " + d.path("problem").asText());
        }
        if (d.path("result").hasNonNull("path")) {
            d.path("result").path("summary").asText("").lines().forEach(l -> out.line("           " + l));
            out.line("result     " + d.path("result").path("path").asText());
            out.line("sha256     " + d.path("result").path("sha256").asText());
        }
        out.line((d.path("ok").asBoolean() ? "ok" : "FAILED") + " in " + d.path("elapsedSeconds").asText() + " s; processes left: "
                + (d.path("processesLeft").isEmpty() ? "none" : d.path("processesLeft").toString()));
    }

    private static String amount(JsonNode n, String field) {
        return new Amount(n.path(field).asLong()).toString();
    }
}
