package org.zennet.publisher.internal.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;
import org.zennet.api.container.Egress;
import org.zennet.api.container.ImageReference;
import org.zennet.api.container.Isolation;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.market.message.Terms;
import org.zennet.publisher.machine.JobPlan;
import org.zennet.market.message.Protocols;
import org.zennet.services.Rejected;

/** Reads job files strictly: what is not known, not in its unit or not in its range is refused, all at once. */
public final class JobFileReader {
    /** The largest job file, in bytes. */
    public static final int MAX_FILE = 256 * 1024;
    /** The largest module, in bytes. */
    public static final long MAX_MODULE = 64L << 20;
    /** The largest image archive, in bytes. */
    public static final long MAX_IMAGE = Protocols.MAX_IMAGE;
    /** The most bytes of the inputs of all tasks, packed. */
    public static final long MAX_INPUTS = 4L << 30;
    /** The largest standard input, in bytes. */
    public static final long MAX_STDIN = 64L << 20;
    /** The most tasks of an array. */
    public static final int MAX_TASKS = 10_000;

    private static final int MAX_ALIASES = 8;
    private static final int MAX_PROBLEMS = 50;
    private static final long MAX_INDEX = 1L << 53;
    private static final long HOUR = 3_600_000;
    /** The usual patience is three times interval and grace together, within these. */
    private static final int LEAST_PATIENCE = 20_000;
    private static final int MOST_PATIENCE = 60_000;
    private static final int USUAL_FREEZE = 60_000;
    private static final int MAX_COMPARER = 240;
    private final Path file;
    private final Beside beside;
    private final List<String> problems = new ArrayList<>();

    private JobFileReader(Path file) {
        this.file = file;
        this.beside = new Beside(file);
    }

    /**
     * Reads a job file.
     *
     * @throws Rejected with all that is wrong, a line for each with the path of the key
     */
    public static JobFile read(Path file) throws Rejected {
        return new JobFileReader(file).read();
    }

    private JobFile read() throws Rejected {
        Map<?, ?> root = load();
        JobFile job = null;
        Section top = new Section("", root, problems);
        String version = top.text("zennet", true).orElse("1");
        if (!version.equals("1")) {
            top.problem("zennet", "this program reads version 1 of the format, not '" + Section.shorten(version) + "'");
        } else {
            job = job(top);
            top.end();
        }
        if (!problems.isEmpty()) {
            List<String> lines = problems.size() > MAX_PROBLEMS ? problems.subList(0, MAX_PROBLEMS) : problems;
            throw new Rejected(file.getFileName() + " has " + (problems.size() == 1 ? "a problem" : problems.size() + " problems")
                    + ":\n  " + String.join("\n  ", lines));
        }
        return job;
    }

    private Map<?, ?> load() throws Rejected {
        String text;
        try {
            if (!Files.isRegularFile(file)) {
                throw new Rejected(file + " is not a file");
            }
            if (Files.size(file) > MAX_FILE) {
                throw new Rejected(file + " is larger than " + MAX_FILE / 1024 + " KiB: that is no job file");
            }
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new Rejected(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new Rejected(file + " can't be read: " + e.getMessage(), e);
        }
        LoadSettings settings = LoadSettings.builder().setSchema(new FailsafeSchema()).setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false).setMaxAliasesForCollections(MAX_ALIASES).setCodePointLimit(MAX_FILE)
                .setLabel(String.valueOf(file.getFileName())).build();
        try {
            List<Object> documents = new ArrayList<>();
            for (Object document : new Load(settings).loadAllFromString(text)) {
                documents.add(document);
                if (documents.size() > 1) {
                    throw new Rejected(file.getFileName() + " holds more than one document; a job file holds one");
                }
            }
            if (documents.size() == 1 && documents.getFirst() instanceof Map<?, ?> map) {
                return map;
            }
            throw new Rejected(file.getFileName() + " holds no mapping of keys to values: it is no job file");
        } catch (YamlEngineException | StackOverflowError e) {
            String why = e instanceof StackOverflowError ? "it nests too deep" : Section.shorten(String.valueOf(e.getMessage()));
            throw new Rejected(file.getFileName() + " is not valid YAML: " + why);
        }
    }

    private JobFile job(Section top) {
        String name = top.text("name", true).orElse("job");
        if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 80 || !name.matches("[\\p{L}\\p{N} ._+-]{1,80}")
                || !java.text.Normalizer.isNormalized(name, java.text.Normalizer.Form.NFC)) {
            top.problem("name", "must be 1 to 80 letters, digits, spaces or . _ + -");
        }
        Code code = code(top);
        ProgramReader programs = new ProgramReader(code.backend().programs());
        Optional<Section> array = top.section("array", false);
        int count = array.map(a -> (int) a.number("count", 1, 1, MAX_TASKS, true)).orElse(1);
        long first = array.map(a -> a.number("first", 0, 0, MAX_INDEX, false)).orElse(0L);
        array.ifPresent(Section::end);
        Optional<Section> task = top.section("task", true);
        JobFile.Program program = task.map(programs::read)
                .orElse(new JobFile.Program(List.of(), List.of(), 60_000, 60_000, Map.of(), List.of(), List.of()));
        Optional<Path> stdin = task.flatMap(t -> t.text("stdin", false).flatMap(p -> beside.file(t, "stdin", p, MAX_STDIN, true)));
        task.ifPresent(t -> {
            t.end();
            inputs(t, program, first, count);
            runnable(t, program, code);
        });
        Optional<JobFile.Reduce> reduce = top.section("reduce", false).map(r -> reduce(r, programs, program, code));
        Resources resources = resources(top, code.backend().programs());
        Optional<Section> verification = top.section("verification", false);
        int replicas = verification.map(v -> (int) v.number("replicas", 2, 1, 3, false)).orElse(2);
        int tie = Math.max(3, replicas);
        int tieBreak = verification.map(v -> (int) v.number("tie-break", tie, replicas, 5, false)).orElse(tie);
        JobFile.Comparing comparing = verification.map(JobFileReader::comparing).orElse(JobFile.Comparing.EXACT);
        boolean witness = verification.map(v -> witness(v, program, reduce, code)).orElse(false);
        verification.ifPresent(Section::end);
        JobFile.Budget budget = budget(top, (count + (reduce.isPresent() ? 1L : 0)) * replicas);
        long deadline = top.duration("deadline", HOUR, 10_000, 168 * HOUR, true);
        if (deadline < program.timeout()) {
            top.problem("deadline", Section.time(deadline) + " is less than one task's timeout of " + Section.time(program.timeout()));
        }
        OptionalInt machines = top.has("machines") ? OptionalInt.of((int) top.number("machines", 1, replicas, 1000, false))
                : OptionalInt.empty();
        return new JobFile(name, code.file(), code.reference(), code.backend(), count, first, program, stdin, reduce, resources, budget, deadline,
                replicas, tieBreak, machines, wishes(top), buying(top), comparing, egress(top, code.backend()), witness);
    }

    /**
     * What a job runs.
     *
     * @param silent whether the image says nothing of what to run
     */
    private record Code(JobFile.Backend backend, Optional<Path> file, Optional<ImageReference> reference, boolean silent) { }

    private Code code(Section top) {
        boolean module = top.has("module");
        boolean image = top.has("image");
        String backend = top.text("backend", true).orElse(image ? "docker" : "wasm");
        Isolation isolation = switch (backend) {
            case "wasm" -> Isolation.WASM;
            case "sandbox" -> Isolation.SANDBOX;
            case "docker" -> Isolation.DOCKER;
            default -> {
                top.problem("backend", "'" + Section.shorten(backend) + "' is not known in this version; use wasm, sandbox or docker");
                yield image ? Isolation.DOCKER : Isolation.WASM;
            }
        };
        if (isolation == Isolation.WASM) {
            if (image) {
                top.problem("image", "the backend wasm runs modules: name one with 'module', or use the backend docker or sandbox");
            }
            Optional<Path> file = top.text("module", !image).flatMap(p -> beside.file(top, "module", p, MAX_MODULE, false));
            return new Code(new JobFile.Backend(backend, isolation, "wasm32"), file, Optional.empty(), false);
        }
        if (module) {
            top.problem("module", "the backend " + Section.shorten(backend) + " runs images: name one with 'image', or use the backend wasm");
        }
        String host = ImageFile.architecture(System.getProperty("os.arch", ""));
        Optional<String> named = top.text("image", !module);
        if (named.filter(ImageReference::looksLike).isPresent()) {
            try {
                return new Code(new JobFile.Backend(backend, isolation, host), Optional.empty(), Optional.of(ImageReference.parse(named.get())), false);
            } catch (IllegalArgumentException e) {
                top.problem("image", e.getMessage());
                return new Code(new JobFile.Backend(backend, isolation, host), Optional.empty(), Optional.empty(), false);
            }
        }
        Optional<Path> file = named.flatMap(p -> beside.file(top, "image", p, MAX_IMAGE, false));
        if (file.isPresent()) {
            try {
                ImageFile.Said said = ImageFile.read(file.get(), host);
                return new Code(new JobFile.Backend(backend, isolation, said.architecture()), file, Optional.empty(), !said.program());
            } catch (IOException e) {
                top.problem("image", "'" + Section.shorten(String.valueOf(file.get().getFileName())) + "' is no image: " + e.getMessage());
            }
        }
        return new Code(new JobFile.Backend(backend, isolation, host), file, Optional.empty(), false);
    }

    /** Looks at the inputs of each task, and says what is wrong with the first that can't be. */
    private void inputs(Section s, JobFile.Program program, long first, int count) {
        if (program.inputs().isEmpty()) {
            return;
        }
        InputFiles files = new InputFiles(file);
        Set<List<JobFile.Input>> seen = new HashSet<>();
        long total = 0;
        for (long index = first; index < first + count; index++) {
            List<JobFile.Input> inputs = program.at(index).inputs();
            if (!seen.add(inputs)) {
                continue;
            }
            String whose = count > 1 ? "of the task of index " + index + ": " : "";
            try {
                long size = files.size(inputs);
                total += size;
                if (size > InputFiles.MAX_TASK) {
                    throw new IOException("they have " + size + " bytes packed; at most " + Section.bytes(InputFiles.MAX_TASK) + " are allowed");
                }
                if (total > MAX_INPUTS) {
                    throw new IOException("the inputs of all tasks have more than " + Section.bytes(MAX_INPUTS));
                }
            } catch (IOException e) {
                s.problem("inputs", whose + e.getMessage());
                return;
            }
        }
    }

    private static void runnable(Section s, JobFile.Program program, Code code) {
        if (code.silent() && program.command().isEmpty() && program.args().isEmpty()) {
            s.problem("command", "is missing: the image does not say what to run");
        }
    }

    private JobFile.Reduce reduce(Section s, ProgramReader programs, JobFile.Program task, Code code) {
        JobFile.Program program = programs.read(s);
        String stdin = s.text("stdin", false).orElse("outputs");
        if (!stdin.equals("outputs")) {
            s.problem("stdin", "'" + Section.shorten(stdin) + "' is not known; a reduce step reads 'outputs'");
        }
        String extract = s.text("extract", false).orElse("none");
        if (!extract.equals("tar") && !extract.equals("none")) {
            s.problem("extract", "'" + Section.shorten(extract) + "' is not known; use tar or none");
        }
        if (extract.equals("tar") && !program.outputs().isEmpty()) {
            s.problem("extract", "a step with outputs has files already: leave out one of the two");
        }
        if (program.outputs().contains("result.tar")) {
            s.problem("outputs", "'result.tar' is the name of the whole result: use another");
        }
        boolean taken = program.inputs().stream().anyMatch(i -> i.name().matches("task-[0-9]+(/.*)?"));
        if (taken && !task.outputs().isEmpty()) {
            s.problem("inputs", "names such as 'task-1' are those of the outputs of the tasks: use others");
        }
        s.end();
        inputs(s, program, 0, 1);
        runnable(s, program, code);
        return new JobFile.Reduce(program, extract.equals("tar"));
    }

    private Resources resources(Section top, boolean programs) {
        Optional<Section> s = top.section("resources", false);
        long memory = s.map(r -> r.size("memory", 64L << 20, 1L << 20, programs ? 1L << 40 : 4L << 30, false)).orElse(64L << 20);
        int cores = s.map(r -> r.cores("cores", 1000, 100, 64_000)).orElse(1000);
        long disk = s.map(r -> r.size("disk", 0, 0, programs ? 1L << 40 : 0, false)).orElse(0L);
        s.ifPresent(Section::end);
        return new Resources(cores, memory, disk);
    }

    private JobFile.Budget budget(Section top, long runs) {
        Optional<Section> s = top.section("budget", true);
        Amount total = s.flatMap(b -> b.amount("total", true)).orElse(Amount.ofXen(1));
        Amount share = new Amount(Math.max(1, total.zen() / (runs + Math.max(1, runs / 4))));
        Amount perTask = s.flatMap(b -> b.amount("per-task", false)).orElse(share);
        if (perTask.isMoreThan(total)) {
            s.ifPresent(b -> b.problem("per-task", perTask + " is more than the total of " + total));
        }
        if (total.zen() < runs * 100) {
            s.ifPresent(b -> b.problem("total", total + " is less than 100 zen for each of " + runs + " runs"));
        }
        s.ifPresent(Section::end);
        return new JobFile.Budget(total, perTask);
    }

    private JobFile.Wishes wishes(Section top) {
        Optional<Section> s = top.section("terms", false);
        int interval = s.map(t -> (int) t.duration("interval", 1000, 100, HOUR, false)).orElse(1000);
        int grace = s.map(t -> (int) t.duration("grace", 5000, 100, HOUR, false)).orElse(Math.max(5000, interval));
        int usual = Math.clamp(3L * (interval + (long) grace), LEAST_PATIENCE, MOST_PATIENCE);
        int patience = s.map(t -> (int) t.duration("patience", usual, 0, HOUR, false)).orElse(usual);
        int freeze = s.map(t -> (int) t.duration("freeze", USUAL_FREEZE, 0, 24L * HOUR, false)).orElse(USUAL_FREEZE);
        int drift = s.map(t -> t.percent("drift", Terms.USUAL_DRIFT, 10_000)).orElse(Terms.USUAL_DRIFT);
        int driftLimit = s.map(t -> (int) t.number("drift-limit", JobPlan.USUAL_DRIFT_LIMIT, 0, 1000, false)).orElse(JobPlan.USUAL_DRIFT_LIMIT);
        int holdBack = s.map(t -> t.percent("hold-back", 300, 900)).orElse(300);
        int depth = s.map(t -> (int) t.number("funding-depth", 0, 0, 6, false)).orElse(0);
        Optional<Amount> prepaid = s.flatMap(t -> t.amount("prepaid", false));
        Optional<Amount> quantum = s.flatMap(t -> t.amount("quantum", false));
        s.ifPresent(Section::end);
        return new JobFile.Wishes(interval, grace, patience, freeze, drift, driftLimit, holdBack, depth, prepaid, quantum);
    }

    private static boolean witness(Section s, JobFile.Program task, Optional<JobFile.Reduce> reduce, Code code) {
        String text = s.text("witness", false).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            s.problem("witness", "must be true or false");
        }
        if (!text.equals("true")) {
            return false;
        }
        if (!code.backend().programs()) {
            s.problem("witness", "a module has none: what it computes is counted as fuel, which replicas compare");
            return false;
        }
        List<JobFile.Program> all = new ArrayList<>(List.of(task));
        reduce.ifPresent(r -> all.add(r.program()));
        if (all.stream().anyMatch(p -> p.command().isEmpty())) {
            s.problem("witness", "needs 'command' in task and reduce: the witness starts it, and can't know what the image would");
        }
        if (all.stream().anyMatch(p -> p.command().size() + p.args().size() >= ProgramReader.MAX_WORDS)) {
            s.problem("witness", "leaves room for " + (ProgramReader.MAX_WORDS - 1) + " words of command and args together");
        }
        boolean taken = all.stream().flatMap(p -> Stream.concat(p.inputs().stream().map(JobFile.Input::name), p.outputs().stream()))
                .anyMatch(n -> n.equals(Witness.NAME) || n.startsWith(Witness.NAME + "/"));
        if (taken) {
            s.problem("witness", "'" + Witness.NAME + "' is the witness's own name in the working directory: use another for inputs and outputs");
        }
        return true;
    }

    private static JobFile.Comparing comparing(Section s) {
        String id = s.text("comparer", false).orElse(Terms.EXACT);
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")) {
            s.problem("comparer", "must be the id of a comparer, such as exact or numeric");
            return JobFile.Comparing.EXACT;
        }
        JobFile.Comparing comparing = new JobFile.Comparing(id, s.settings("settings"));
        if (comparing.exact() && !comparing.settings().isEmpty()) {
            s.problem("settings", "the comparer exact has none");
        } else if (comparing.text().length() > MAX_COMPARER || comparing.text().chars().anyMatch(Character::isISOControl)) {
            s.problem("settings", "are longer than " + MAX_COMPARER + " characters together, or hold control characters: they go into each contract");
        }
        return comparing;
    }

    private Egress egress(Section top, JobFile.Backend backend) {
        Optional<Section> s = top.section("network", false);
        List<String> texts = s.map(n -> n.texts("egress", Egress.MAX_RULES, 300)).orElse(List.of());
        s.ifPresent(Section::end);
        Egress all = Egress.NONE;
        for (int i = 0; i < texts.size(); i++) {
            try {
                List<Egress.Rule> rules = new ArrayList<>(all.rules());
                rules.addAll(Egress.parse(texts.get(i)).rules());
                all = new Egress(rules);
            } catch (IllegalArgumentException e) {
                s.orElseThrow().problem("egress[" + i + "]", e.getMessage());
            }
        }
        if (!all.isNone() && !backend.programs()) {
            s.orElseThrow().problem("egress", "a module of the backend " + Section.shorten(backend.id()) + " has no network; use an image and sandbox or docker");
        }
        return all;
    }

    private JobFile.Buying buying(Section top) {
        Optional<Section> s = top.section("buying", false);
        Optional<String> strategy = s.flatMap(b -> b.text("strategy", true));
        if (strategy.isPresent() && !strategy.get().matches("[a-z0-9-]{1,64}")) {
            s.get().problem("strategy", "must be 1 to 64 of a-z, 0-9 and dash, such as ceiling");
        }
        Map<String, String> settings = s.map(b -> b.settings("settings")).orElse(Map.of());
        s.ifPresent(Section::end);
        return new JobFile.Buying(strategy, settings);
    }
}
