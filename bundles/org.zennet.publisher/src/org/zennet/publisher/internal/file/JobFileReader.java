package org.zennet.publisher.internal.file;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;
import org.zennet.api.value.Amount;
import org.zennet.api.value.Resources;
import org.zennet.services.Rejected;

/** Reads job files strictly: what is not known, not in its unit or not in its range is refused, all at once. */
public final class JobFileReader {
    /** The largest job file, in bytes. */
    public static final int MAX_FILE = 256 * 1024;
    /** The largest module, in bytes. */
    public static final long MAX_MODULE = 64L << 20;
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
    private final Path file;
    private final List<String> problems = new ArrayList<>();

    private JobFileReader(Path file) {
        this.file = file;
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
        Optional<Path> module = top.text("module", true).flatMap(p -> path(top, "module", p, MAX_MODULE));
        String backend = top.text("backend", true).orElse("wasm");
        if (!backend.equals("wasm")) {
            top.problem("backend", "'" + Section.shorten(backend) + "' is not known in this version; use wasm");
        }
        Optional<Section> array = top.section("array", false);
        int count = array.map(a -> (int) a.number("count", 1, 1, MAX_TASKS, true)).orElse(1);
        long first = array.map(a -> a.number("first", 0, 0, MAX_INDEX, false)).orElse(0L);
        array.ifPresent(Section::end);
        Optional<Section> task = top.section("task", true);
        JobFile.Program program = task.map(this::program).orElse(new JobFile.Program(List.of(), 60_000, 60_000));
        Optional<Path> stdin = task.flatMap(t -> t.text("stdin", false).flatMap(p -> path(t, "stdin", p, MAX_STDIN)));
        task.ifPresent(Section::end);
        Optional<JobFile.Reduce> reduce = top.section("reduce", false).map(this::reduce);
        Resources resources = resources(top);
        Optional<Section> verification = top.section("verification", false);
        int replicas = verification.map(v -> (int) v.number("replicas", 2, 1, 3, false)).orElse(2);
        int tie = Math.max(3, replicas);
        int tieBreak = verification.map(v -> (int) v.number("tie-break", tie, replicas, 5, false)).orElse(tie);
        verification.ifPresent(Section::end);
        JobFile.Budget budget = budget(top, (count + (reduce.isPresent() ? 1L : 0)) * replicas);
        long deadline = top.duration("deadline", HOUR, 10_000, 168 * HOUR, true);
        if (deadline < program.timeout()) {
            top.problem("deadline", Section.time(deadline) + " is less than one task's timeout of " + Section.time(program.timeout()));
        }
        OptionalInt machines = top.has("machines") ? OptionalInt.of((int) top.number("machines", 1, replicas, 1000, false))
                : OptionalInt.empty();
        return new JobFile(name, module.orElse(file), backend, count, first, program, stdin, reduce, resources, budget, deadline,
                replicas, tieBreak, machines, wishes(top), buying(top));
    }

    private JobFile.Program program(Section s) {
        List<String> args = s.texts("args", 255, 2000);
        long timeout = s.duration("timeout", 60_000, 100, HOUR, true);
        return new JobFile.Program(args, timeout, s.duration("expected", timeout, 1, timeout, false));
    }

    private JobFile.Reduce reduce(Section s) {
        JobFile.Program program = program(s);
        String stdin = s.text("stdin", false).orElse("outputs");
        if (!stdin.equals("outputs")) {
            s.problem("stdin", "'" + Section.shorten(stdin) + "' is not known; a reduce step reads 'outputs'");
        }
        String extract = s.text("extract", false).orElse("none");
        if (!extract.equals("tar") && !extract.equals("none")) {
            s.problem("extract", "'" + Section.shorten(extract) + "' is not known; use tar or none");
        }
        s.end();
        return new JobFile.Reduce(program, extract.equals("tar"));
    }

    private Resources resources(Section top) {
        Optional<Section> s = top.section("resources", false);
        long memory = s.map(r -> r.size("memory", 64L << 20, 1L << 20, 4L << 30, false)).orElse(64L << 20);
        int cores = s.map(r -> r.cores("cores", 1000, 100, 64_000)).orElse(1000);
        long disk = s.map(r -> r.size("disk", 0, 0, 0, false)).orElse(0L);
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
        int holdBack = s.map(t -> t.percent("hold-back", 300, 900)).orElse(300);
        int depth = s.map(t -> (int) t.number("funding-depth", 0, 0, 6, false)).orElse(0);
        Optional<Amount> prepaid = s.flatMap(t -> t.amount("prepaid", false));
        Optional<Amount> quantum = s.flatMap(t -> t.amount("quantum", false));
        s.ifPresent(Section::end);
        return new JobFile.Wishes(interval, grace, patience, freeze, holdBack, depth, prepaid, quantum);
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

    private Optional<Path> path(Section s, String key, String text, long most) {
        try {
            Path directory = file.toAbsolutePath().normalize().getParent();
            Path given = Path.of(text);
            Path path = directory.resolve(given).normalize();
            if (given.isAbsolute() || !path.startsWith(directory)) {
                s.problem(key, "'" + Section.shorten(text) + "' leads out of the job file's directory");
            } else if (!Files.isRegularFile(path)) {
                s.problem(key, "there is no file '" + Section.shorten(text) + "' beside the job file");
            } else if (!path.toRealPath().startsWith(directory.toRealPath())) {
                s.problem(key, "'" + Section.shorten(text) + "' leads out of the job file's directory through a link");
            } else if (!Files.isReadable(path)) {
                s.problem(key, "'" + Section.shorten(text) + "' can't be read");
            } else if (Files.size(path) > most) {
                s.problem(key, "'" + Section.shorten(text) + "' has " + Files.size(path) + " bytes; at most "
                        + Section.bytes(most) + " are allowed");
            } else if (Files.size(path) == 0 && key.equals("module")) {
                s.problem(key, "'" + Section.shorten(text) + "' is empty");
            } else {
                return Optional.of(path);
            }
        } catch (InvalidPathException | IOException e) {
            s.problem(key, "'" + Section.shorten(text) + "' can't be read: " + Section.shorten(String.valueOf(e.getMessage())));
        }
        return Optional.empty();
    }
}
