package org.zennet.headless.internal.beside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.LoggerFactory;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Counter;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;
import org.zennet.services.market.CalibrationService.Interval;
import org.zennet.services.market.CalibrationService.Report;
import org.zennet.services.market.ContainerMeasurements.Calibrated;
import org.zennet.services.market.ContainerMeasurements.Load;
import org.zennet.services.market.ContainerMeasurements.Measured;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.services.node.NodeContext;

/** {@code zennet benchmark --json} as a process; its newest document of each kind is kept. */
@Component
public final class MeasureProcess implements MachineMeasurements {
    private static final long MAX_BYTES = 4 << 20;
    private final NodeContext context;
    private final InstantSource clock;

    /** Keeps what was measured in the directory of a context. */
    @Activate
    public MeasureProcess(@Reference NodeContext context) {
        this(context, InstantSource.system());
    }

    MeasureProcess(NodeContext context, InstantSource clock) {
        this.context = context;
        this.clock = clock;
    }

    private Path file(String kind) {
        return context.directory("measurements").resolve(kind + ".json");
    }

    @Override
    public Optional<Benchmarks> benchmarks() {
        return kept("benchmarks").map(MeasureProcess::benchmarks);
    }

    @Override
    public Optional<Calibration> calibration() {
        return kept("calibration").map(MeasureProcess::calibration);
    }

    @Override
    public synchronized Benchmarks run(boolean quick, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException {
        return benchmarks(measure("benchmarks", List.of("benchmark", "--json", "--suite", quick ? "quick" : "full"), said, cancelled));
    }

    @Override
    public synchronized Calibration calibrate(String backend, Amount target, boolean quick, Consumer<String> said, BooleanSupplier cancelled)
            throws Rejected, InterruptedException {
        List<String> words = new ArrayList<>(List.of("benchmark", "--json", "--calibrate", "--backend", backend, "--target", target.toString(),
                "--suite", quick ? "quick" : "full"));
        Path root = Child.root(context.directory()).resolve("provider");
        String network = DataDirectory.nameOf(context.network());
        if (Files.exists(root.resolve(network).resolve("config.yaml"))) {
            // cores and memory are those of the provider beside
            words.addAll(List.of("--data", root.toString(), "--network", network));
        }
        return calibration(measure("calibration", words, said, cancelled));
    }

    private JsonNode measure(String kind, List<String> words, Consumer<String> said, BooleanSupplier cancelled) throws Rejected, InterruptedException {
        try {
            JsonNode document = Json.MAPPER.readTree(Child.run(words, said, cancelled));
            if (!(document instanceof ObjectNode object)) {
                throw new Rejected("'zennet benchmark' printed no document");
            }
            object.put("at", clock.instant().toString());
            keep(kind, object);
            return object;
        } catch (JsonProcessingException e) {
            throw new Rejected("'zennet benchmark' printed what is no JSON", e);
        }
    }

    private void keep(String kind, JsonNode document) throws Rejected {
        Path file = file(kind);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, Json.MAPPER.writeValueAsBytes(document));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Rejected(file + " can't be written: " + e.getMessage(), e);
        }
    }

    /** What was kept; what can't be read is as if it were not there. */
    private Optional<JsonNode> kept(String kind) {
        Path file = file(kind);
        try {
            return Files.exists(file) && Files.size(file) <= MAX_BYTES ? Optional.of(Json.MAPPER.readTree(Files.readAllBytes(file))) : Optional.empty();
        } catch (IOException e) {
            LoggerFactory.getLogger(MeasureProcess.class).warn("{} can't be read: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Back from the document of {@code zennet benchmark --json}. */
    static Benchmarks benchmarks(JsonNode d) {
        List<BenchmarkResult> results = new ArrayList<>();
        d.path("results").forEach(r -> results.add(new BenchmarkResult(r.path("id").asText(), r.path("unit").asText(), Math.round(r.path("score").asDouble() * 1000),
                r.path("spreadPerMille").asInt())));
        JsonNode m = d.path("machine");
        return new Benchmarks(at(d), m.path("processors").asText() + " x " + m.path("processor").asText() + ", " + m.path("kernel").asText(),
                d.path("loadBefore").asDouble(), d.path("loadAfter").asDouble(), results);
    }

    /** Back from the document of {@code zennet benchmark --calibrate --json}. */
    static Calibration calibration(JsonNode d) {
        List<Measured> runs = new ArrayList<>();
        d.path("runs").forEach(r -> runs.add(new Measured(r.path("name").asText(), load(r.path("load").asText()), r.path("heldOut").asBoolean(), ProviderDocument.usage(r.path("usage")),
                r.path("wallMillis").asLong(), ProviderDocument.amount(r, "price"))));
        Map<Counter, Interval> intervals = new EnumMap<>(Counter.class);
        Set<Counter> unseen = EnumSet.noneOf(Counter.class);
        for (Counter c : Counter.values()) {
            JsonNode i = d.path("intervals").path(c.id());
            if (i.isObject()) {
                intervals.put(c, new Interval(i.path("low").asLong(), i.path("high").asLong()));
            }
            if (ProviderDocument.words(d.path("unseen")).contains(c.id())) {
                unseen.add(c);
            }
        }
        Report report = new Report(d.path("rates").isObject() ? Optional.of(ProviderDocument.rates(d.path("rates"))) : Optional.empty(), d.path("refusal").asText(),
                d.path("condition").isNumber() ? d.path("condition").asDouble() : Double.POSITIVE_INFINITY, d.path("residualPerMille").asInt(),
                d.path("worstPerMille").asInt(), d.path("outliers").asInt(), unseen, intervals, ProviderDocument.words(d.path("warnings")));
        return new Calibration(at(d), ProviderDocument.amount(d, "target"), (int) Math.round(d.path("cores").asDouble() * 1000), d.path("memory").asLong(),
                new Calibrated(report, runs, d.path("busyPerMille").asInt(), d.path("heldMemory").asLong(), List.of()));
    }

    /** Documents of earlier versions name none. */
    private static Load load(String name) {
        return java.util.Arrays.stream(Load.values()).filter(l -> l.name().equals(name)).findFirst().orElse(Load.PART);
    }

    private static Instant at(JsonNode d) {
        return d.hasNonNull("at") ? Instant.parse(d.path("at").asText()) : Instant.EPOCH;
    }
}
