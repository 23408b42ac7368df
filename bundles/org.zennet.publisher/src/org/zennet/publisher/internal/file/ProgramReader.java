package org.zennet.publisher.internal.file;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zennet.api.container.TaskSpec;
import org.zennet.market.message.TaskOutput;

/** Reads what a task or a reduce step runs. */
final class ProgramReader {
    private static final long HOUR = 3_600_000;
    static final int MAX_WORDS = 255;
    private static final int MAX_VARIABLES = 100;
    private static final int MAX_NAMES = 256;
    private static final int WORD = 2000;
    private final boolean programs;

    /** For a backend that runs programs of images, or modules. */
    ProgramReader(boolean programs) {
        this.programs = programs;
    }

    JobFile.Program read(Section s) {
        List<String> command = s.texts("command", MAX_WORDS, WORD);
        if (!command.isEmpty() && !programs) {
            s.problem("command", "a module has no programs to choose from: leave it out, or use an image");
        }
        if (!command.isEmpty() && command.getFirst().isEmpty()) {
            s.problem("command", "begins with nothing");
        }
        List<String> args = s.texts("args", MAX_WORDS, WORD);
        long timeout = s.duration("timeout", 60_000, 100, HOUR, true);
        return new JobFile.Program(command, args, timeout, s.duration("expected", timeout, 1, timeout, false), environment(s), inputs(s), outputs(s));
    }

    private static Map<String, String> environment(Section s) {
        Map<String, String> all = new LinkedHashMap<>();
        Optional<Section> e = s.section("environment", false);
        e.ifPresent(v -> v.entries().forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,99}")) {
                v.problem(Section.shorten(name), "is no name of a variable: letters, digits and _, at most 100");
            } else if (!(value instanceof String text)) {
                v.problem(name, "must be a single value");
            } else if (text.getBytes(StandardCharsets.UTF_8).length > WORD || text.indexOf(0) >= 0 || !Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
                v.problem(name, "must be text of at most " + WORD + " bytes in Unicode's form NFC, without zero characters");
            } else {
                all.put(name, text);
            }
        }));
        if (all.size() > MAX_VARIABLES) {
            e.get().problem("", "has " + all.size() + " variables; at most " + MAX_VARIABLES + " are allowed");
        }
        return all;
    }

    private static List<JobFile.Input> inputs(Section s) {
        List<JobFile.Input> all = new ArrayList<>();
        List<?> list = s.list("inputs", MAX_NAMES, "[data/input.txt, { path: \"data/${index}.txt\", name: input.txt }]");
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof String path) {
                add(s, "inputs[" + i + "]", path, last(path), all);
            } else if (list.get(i) instanceof Map<?, ?> m) {
                Section e = s.element("inputs", i, m);
                Optional<String> path = e.text("path", true);
                Optional<String> name = e.text("name", false);
                e.end();
                String key = "inputs[" + i + "]";
                path.ifPresent(p -> add(s, key, p, name.orElse(last(p)), all));
            } else {
                s.problem("inputs[" + i + "]", "must be a path, or a mapping with path and name");
            }
        }
        return all;
    }

    private static void add(Section s, String key, String path, String name, List<JobFile.Input> all) {
        if (!TaskSpec.relative(name)) {
            s.problem(key, "'" + Section.shorten(name) + "' is no name for a file of a task: a relative one without '..'");
        } else {
            all.add(new JobFile.Input(path, name));
        }
    }

    private static String last(String path) {
        String p = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return p.substring(p.lastIndexOf('/') + 1);
    }

    private static List<String> outputs(Section s) {
        List<String> all = s.texts("outputs", MAX_NAMES, 255);
        for (int i = 0; i < all.size(); i++) {
            String o = all.get(i);
            if (!TaskSpec.relative(o) || o.equals(TaskOutput.STDOUT) || o.startsWith(TaskOutput.STDOUT + "/")) {
                s.problem("outputs[" + i + "]", "'" + Section.shorten(o) + "' is no name for an output: a relative one without '..', and not '"
                        + TaskOutput.STDOUT + "', which is the program's output");
            }
        }
        return all;
    }
}
