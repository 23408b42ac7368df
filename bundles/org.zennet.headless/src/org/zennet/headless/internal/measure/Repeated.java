package org.zennet.headless.internal.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.services.market.ReferenceScores;

/** The results of one benchmark over several runs. Pure. */
record Repeated(List<BenchmarkResult> runs) {
    Repeated {
        runs = List.copyOf(runs);
    }

    /** The runs of each id, in the order in which the ids came first. */
    static List<Repeated> of(List<List<BenchmarkResult>> all) {
        Map<String, List<BenchmarkResult>> byId = new LinkedHashMap<>();
        all.forEach(run -> run.forEach(r -> byId.computeIfAbsent(r.id(), k -> new ArrayList<>()).add(r)));
        return byId.values().stream().map(Repeated::new).toList();
    }

    /** The run with the median score (of an even number the lower one of the two). */
    BenchmarkResult median() {
        return runs.stream().sorted(java.util.Comparator.comparingLong(BenchmarkResult::milli)).toList().get((runs.size() - 1) / 2);
    }

    /** Half of what lies between the least and the greatest score of the runs, in thousandths of the median one. */
    long betweenPerMille() {
        long least = runs.stream().mapToLong(BenchmarkResult::milli).min().orElseThrow();
        long greatest = runs.stream().mapToLong(BenchmarkResult::milli).max().orElseThrow();
        return Math.round((greatest - least) * 500.0 / median().milli());
    }

    Map<String, Object> document() {
        BenchmarkResult m = median();
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("id", m.id());
        d.put("unit", m.unit());
        d.put("score", m.milli() / 1000.0);
        d.put("spreadPerMille", m.spreadPerMille());
        ReferenceScores.ratio(m).ifPresent(r -> d.put("ratio", Math.round(r * 1000) / 1000.0));
        if (runs.size() > 1) {
            d.put("runs", runs.stream().map(r -> r.milli() / 1000.0).toList());
            d.put("betweenRunsPerMille", betweenPerMille());
        }
        return d;
    }
}
