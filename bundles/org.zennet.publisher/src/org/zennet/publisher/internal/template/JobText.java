package org.zennet.publisher.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.zennet.api.template.TemplateParameter;
import org.zennet.api.template.TemplateParameter.Type;

/** Parameters that all job files have, and the text that comes of them. Text of people is always quoted. */
final class JobText {
    private final Map<String, String> values;
    private final StringBuilder text = new StringBuilder();

    JobText(Map<String, String> values) {
        this.values = values;
    }

    /** What runs, and where. */
    static List<TemplateParameter> code(String name) {
        return List.of(TemplateParameter.preset("name", "Name", "for people", Type.TEXT, name),
                TemplateParameter.choice("backend", "Backend", "what runs the program: a module in wasm, an image in sandbox or docker", List.of("wasm", "sandbox", "docker")),
                TemplateParameter.needed("program", "Module or image", "a WebAssembly module, or an image's archive as 'docker save' writes it", Type.FILE));
    }

    /** The tasks. */
    static List<TemplateParameter> tasks(String args) {
        return List.of(TemplateParameter.preset("count", "Number of tasks", "", Type.NUMBER, "10"),
                TemplateParameter.preset("first", "Index of the first", "${index} in the arguments runs from here", Type.NUMBER, "1"),
                TemplateParameter.preset("args", "Arguments of a task", "with ${index} for the index of each", Type.WORDS, args),
                TemplateParameter.optional("inputs", "Input files", "each lies in the task's working directory; may hold ${index}", Type.WORDS),
                TemplateParameter.optional("outputs", "Output files", "what belongs to the result besides standard output", Type.WORDS),
                TemplateParameter.preset("timeout", "Time limit of a task", "", Type.DURATION, "60s"));
    }

    /** Machines and money. */
    static List<TemplateParameter> limits() {
        return List.of(TemplateParameter.preset("memory", "Memory of a machine", "", Type.SIZE, "64MiB"),
                TemplateParameter.preset("budget", "Budget", "the most that providers are promised in all", Type.AMOUNT, "5 XEN"),
                TemplateParameter.preset("deadline", "Deadline", "from the submission", Type.DURATION, "1h"),
                TemplateParameter.choice("replicas", "Providers of each task", "with 1 nothing is compared", List.of("2", "3", "1")),
                TemplateParameter.preset("comparer", "Comparer of results", "exact: the same bytes; numeric: numbers may differ by the noise of floating point", Type.TEXT, "exact"));
    }

    /** All of several lists. */
    @SafeVarargs
    static List<TemplateParameter> all(List<TemplateParameter>... lists) {
        List<TemplateParameter> all = new ArrayList<>();
        for (List<TemplateParameter> list : lists) {
            all.addAll(list);
        }
        return List.copyOf(all);
    }

    JobText head(String what) {
        text.append("# ").append(what).append(". 'zennet job check FILE' tells what is wrong with it, 'zennet job submit FILE' runs it.\n");
        text.append("zennet: 1                       # version of this format\n");
        line("name", quoted(value("name")));
        line(value("backend").equals("wasm") ? "module" : "image", quoted(value("program")));
        line("backend", value("backend"));
        return this;
    }

    JobText tasks() {
        text.append("array: { count: ").append(value("count")).append(", first: ").append(value("first")).append(" }\n");
        text.append("task:\n");
        line("  args", words(value("args")));
        words("  inputs", "inputs");
        words("  outputs", "outputs");
        line("  timeout", value("timeout"));
        return this;
    }

    JobText reduce() {
        text.append("reduce:\n");
        line("  args", words(value("reduce-args")));
        line("  stdin", "outputs                # the outputs of all tasks, one behind the other by index");
        line("  timeout", value("reduce-timeout"));
        line("  extract", value("extract"));
        return this;
    }

    JobText machines() {
        text.append("resources: { memory: ").append(value("memory")).append(", cores: 1 }\n");
        text.append("budget: { total: ").append(value("budget")).append(" }\n");
        line("deadline", value("deadline"));
        text.append("verification: { replicas: ").append(value("replicas")).append(", comparer: ").append(quoted(value("comparer"))).append(" }\n");
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private String value(String name) {
        return values.getOrDefault(name, "");
    }

    private void line(String key, String value) {
        text.append(key).append(": ").append(value).append('\n');
    }

    private void words(String key, String name) {
        if (!value(name).isEmpty()) {
            line(key, words(value(name)));
        }
    }

    /** Words as a list. Double quotes hold a word with spaces together. */
    private static String words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean within = false;
        for (char c : value.toCharArray()) {
            if (c == '"') {
                within = !within;
                word = word == null ? new StringBuilder() : word;
            } else if (Character.isWhitespace(c) && !within) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = (word == null ? new StringBuilder() : word).append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words.stream().map(JobText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
