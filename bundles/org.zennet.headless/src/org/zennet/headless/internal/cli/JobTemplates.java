package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.ControlMethods;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.services.Rejected;

/** {@code job template}: templates of this product, and of the plug-ins of a running process. */
final class JobTemplates {
    private static final String EXPLAINED = "job-template.yaml";
    private final BundleContext bundles;
    private final Common common;

    JobTemplates(BundleContext bundles, Common common) {
        this.bundles = bundles;
        this.common = common;
    }

    /**
     * What the command does.
     *
     * @param word a template's id, {@code list}, a file for the explained job file, or null for that on standard output
     */
    int run(String word, Map<String, String> values, Path to) throws Rejected {
        boolean file = word != null && word.matches("(?i).*\\.ya?ml");
        if ((word == null || file || word.equals("list")) && !values.isEmpty() || (file || "list".equals(word)) && to != null) {
            throw new Misused("--set and --to go with the id of a template: 'zennet job template list' names them");
        }
        if ("list".equals(word)) {
            return list();
        }
        if (word == null || file) {
            return write(explained(), file ? Path.of(word) : to, false);
        }
        JsonNode answer = ask("templates.render", Map.of("id", word, "values", values));
        return write(answer.path("text").asText(), to, true);
    }

    private int list() throws Rejected {
        JsonNode all = ask("templates.list", Map.of());
        Output out = common.out();
        if (common.json) {
            out.json(all);
            return 0;
        }
        for (JsonNode t : all) {
            out.line(t.path("id").asText() + ": " + t.path("title").asText() + " (" + t.path("bundle").asText() + " " + t.path("version").asText() + ")");
            out.line("  " + t.path("description").asText());
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode p : t.path("parameters")) {
                List<String> choices = new ArrayList<>();
                p.path("choices").forEach(c -> choices.add(c.asText()));
                String type = choices.isEmpty() ? p.path("type").asText().toLowerCase(Locale.ROOT) : String.join("|", choices);
                String fallback = p.hasNonNull("fallback") ? p.path("fallback").asText() : p.path("required").asBoolean() ? "(required)" : "";
                String text = p.path("description").asText();
                rows.add(List.of("  " + p.path("name").asText(), type, fallback, p.path("title").asText() + (text.isEmpty() ? "" : ": " + text)));
            }
            out.table(List.of("  --set", "VALUE", "DEFAULT", "WHAT"), rows);
            out.line("");
        }
        return 0;
    }

    /** Asks the process that runs over the data directory, whose plug-ins may have templates; where none runs, this one. */
    private JsonNode ask(String method, Map<String, ?> params) throws Rejected {
        Optional<ControlClient> client = running();
        return client.isPresent() ? client.get().call(method, params) : new ControlMethods(bundles).call(method, Json.tree(params));
    }

    private Optional<ControlClient> running() {
        try {
            return Optional.of(new ControlClient(DataDirectory.find(common.data, common.network()).path())).filter(ControlClient::answers);
        } catch (Rejected e) {
            return Optional.empty(); // no data directory yet: none is needed
        }
    }

    private static String explained() throws Rejected {
        try (InputStream in = JobCommand.class.getResourceAsStream(EXPLAINED)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Rejected("the template can't be read: " + e.getMessage(), e);
        }
    }

    private int write(String text, Path file, boolean filled) throws Rejected {
        if (file == null) {
            if (common.json) {
                common.out().json(Map.of("template", text));
            } else {
                System.out.print(text);
                System.out.flush();
            }
            return 0;
        }
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new Rejected(file + " exists already: name another file", e);
        } catch (IOException e) {
            throw new Rejected(file + " can't be written: " + e.getMessage(), e);
        }
        Optional<String> problem = filled ? problem(file) : Optional.empty();
        if (common.json) {
            Map<String, Object> d = new LinkedHashMap<>();
            d.put("written", file.toAbsolutePath().normalize());
            d.put("problem", problem.orElse(null));
            common.out().json(d);
        } else {
            common.out().line("written to " + file + problem.map(p -> "; before it can run:\n" + p)
                    .orElse((filled ? ": " : ": name your module in it, then ") + "'zennet job submit " + file + "' runs it"));
        }
        return 0;
    }

    /** What still stands in its way, such as a module that is not there yet. */
    private Optional<String> problem(Path file) {
        try {
            JobFiles.check(bundles, file.toAbsolutePath().normalize());
            return Optional.empty();
        } catch (Rejected e) {
            return Optional.of(e.getMessage());
        }
    }
}
