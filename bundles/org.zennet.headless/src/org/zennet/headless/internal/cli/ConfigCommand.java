package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.headless.internal.control.Json;
import org.zennet.headless.internal.control.SettingsCalls;
import org.zennet.headless.internal.node.DataDirectory;
import org.zennet.headless.internal.settings.Guides;
import org.zennet.headless.internal.settings.OfflineSettings;
import org.zennet.services.Rejected;
import org.zennet.services.settings.SettingsService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config}: the settings of a data directory, of its running process where there is one. */
@Command(name = "config", description = {"Read and change settings: the file config.yaml of a data directory.",
    "The environment (ZENNET_...) and options of the command line go before the file."})
public final class ConfigCommand {
    private static final String KEY = "The key, such as provider.target; 'config list' names all.";
    private final BundleContext bundles;

    /** Over the bundles of this process, which describe their settings. */
    public ConfigCommand(BundleContext bundles) {
        this.bundles = bundles;
    }

    private interface Ask {
        JsonNode of(SettingsService offline) throws Rejected;
    }

    private JsonNode ask(Common common, String method, Map<String, String> params, Ask offline) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        ControlClient client = new ControlClient(directory.path());
        return client.answers() ? client.call(method, params) : offline.of(new OfflineSettings(directory, bundles.getBundles(), System.getenv(), Guides.of(bundles)));
    }

    @Command(name = "list", description = "List settings with their values and where these come from.")
    int list(@Mixin Common common, @Parameters(arity = "0..1", paramLabel = "SECTION", description = "Only what begins so, such as provider.") String section,
            @Option(names = "--set", description = "Only what is not the default.") boolean set) throws Rejected {
        JsonNode all = ask(common, "config.list", Map.of(), s -> Json.tree(SettingsCalls.list(s)));
        ArrayNode shown = Json.MAPPER.createArrayNode();
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode s : all) {
            for (JsonNode one : s.path("settings")) {
                String key = one.path("key").asText();
                if ((section == null || key.startsWith(section)) && !(set && one.path("source").asText().equals("DEFAULT"))) {
                    shown.add(one);
                    rows.add(List.of(key, quoted(one.path("value").asText()), source(one), one.path("range").asText().isEmpty()
                            ? type(one) : one.path("range").asText(), one.path("label").asText()));
                }
            }
        }
        if (common.json) {
            common.out().json(shown);
        } else if (rows.isEmpty()) {
            common.out().line(set ? "nothing is set: all settings have their defaults" : "nothing begins with '" + section + "'");
        } else {
            common.out().table(List.of("KEY", "VALUE", "FROM", "ALLOWED", "WHAT"), rows);
        }
        return 0;
    }

    @Command(name = "get", description = "Tell one setting: its value, meaning, type, range, default and where the value comes from.")
    int get(@Mixin Common common, @Parameters(paramLabel = "KEY", description = KEY) String key) throws Rejected {
        JsonNode s = ask(common, "config.get", Map.of("key", key), o -> Json.tree(SettingsCalls.get(o, key)));
        if (common.json) {
            common.out().json(s);
            return 0;
        }
        Output out = common.out();
        out.line(key + " = " + quoted(s.path("value").asText()));
        out.line("what      " + s.path("label").asText() + (s.path("description").asText().isEmpty() ? "" : ": " + s.path("description").asText()));
        out.line("type      " + type(s) + (s.path("range").asText().isEmpty() ? "" : ", " + s.path("range").asText()));
        if (!s.path("choices").isEmpty()) {
            out.line("there are " + String.join(", ", s.path("choices").findValuesAsText("value")));
        }
        out.line("default   " + quoted(s.path("defaultValue").asText()));
        out.line("from      " + source(s) + "; the variable " + s.path("variable").asText() + " goes before the file");
        out.line("change    " + when(s));
        return 0;
    }

    @Command(name = "set", description = "Write a setting into config.yaml, checked; what runs is told where it can take it at once.")
    int set(@Mixin Common common, @Parameters(index = "0", paramLabel = "KEY", description = KEY) String key,
            @Parameters(index = "1", paramLabel = "VALUE", description = "The value; of a list, with commas between.") String value) throws Rejected {
        return changed(common, ask(common, "config.set", Map.of("key", key, "value", value), o -> Json.tree(SettingsCalls.view(o.set(key, value)))));
    }

    @Command(name = "unset", description = "Take a setting out of config.yaml: its default holds again.")
    int unset(@Mixin Common common, @Parameters(paramLabel = "KEY", description = KEY) String key) throws Rejected {
        return changed(common, ask(common, "config.unset", Map.of("key", key), o -> Json.tree(SettingsCalls.view(o.unset(key)))));
    }

    @Command(name = "reload", description = "Let the running process take what was written into config.yaml by hand.")
    int reload(@Mixin Common common) throws Rejected {
        DataDirectory directory = DataDirectory.find(common.data, common.network());
        ControlClient client = new ControlClient(directory.path());
        if (!client.answers()) {
            throw new Rejected("nothing runs over " + directory.path() + ": what is written there holds when something starts");
        }
        ArrayNode pending = Json.MAPPER.createArrayNode();
        for (JsonNode section : client.call("config.reload", Map.of())) {
            section.path("settings").forEach(one -> {
                if (one.path("pending").asBoolean()) {
                    pending.add(one);
                }
            });
        }
        if (common.json) {
            common.out().json(pending);
        } else {
            common.out().line("config.yaml was read");
            pending.forEach(one -> common.out().line(one.path("key").asText() + " takes effect when the node is started again"));
        }
        return 0;
    }

    private static int changed(Common common, JsonNode s) {
        if (common.json) {
            common.out().json(s);
            return 0;
        }
        common.out().line(s.path("key").asText() + " = " + quoted(s.path("value").asText()) + " (" + source(s) + ")"
                + (s.path("source").asText().matches("ENVIRONMENT|COMMAND_LINE") ? ": it goes before the file that was changed"
                : s.path("pending").asBoolean() ? ": takes effect when the node is started again" : ""));
        String missing = absent(s);
        if (!missing.isEmpty()) {
            common.out().line("warning: " + missing);
        }
        return 0;
    }

    /** That a value names something that is not installed now, or nothing. */
    private static String absent(JsonNode s) {
        List<String> there = new ArrayList<>();
        s.path("choices").forEach(o -> there.add(o.path("value").asText()));
        return there.isEmpty() || there.contains(s.path("value").asText()) ? ""
                : s.path("value").asText() + " is not installed now; there are " + String.join(", ", there);
    }

    private static String when(JsonNode s) {
        return s.path("pending").asBoolean() ? "written; takes effect when the node is started again"
                : s.path("live").asBoolean() ? "takes effect at once" : "takes effect when the node is started again";
    }

    private static String source(JsonNode s) {
        return switch (s.path("source").asText()) {
            case "ENVIRONMENT" -> "variable " + s.path("variable").asText();
            case "FILE" -> "config.yaml";
            case "COMMAND_LINE" -> "command line";
            default -> "default";
        };
    }

    private static String type(JsonNode s) {
        return (s.path("list").asBoolean() ? "list of " : "") + switch (s.path("type").asText()) {
            case "INTEGER" -> "whole number";
            case "DECIMAL" -> "number";
            default -> s.path("type").asText().toLowerCase(Locale.ROOT);
        };
    }

    private static String quoted(String value) {
        return value.isEmpty() ? "''" : value;
    }
}
