package org.zennet.headless.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.zennet.headless.internal.control.ControlClient;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plugins list|inspect|install|update|remove}, over a running process. */
@Command(name = "plugins", description = {"Pricing strategies, backends and benchmarks of a running process; add and remove them while it runs.",
    "('zennet plugin new' writes one.)"})
final class PluginsCommand {
    private static final String JAR = "The bundle (a jar): a file, or an address that begins with http:// or https://.";

    @Command(name = "list", description = "List installed plug-ins and all extensions.")
    int list(@Mixin Common common) throws Rejected {
        JsonNode installed = common.client().call("plugins.list", Map.of());
        JsonNode extensions = common.client().call("strategies", Map.of());
        if (common.json) {
            common.out().json(Map.of("plugins", installed, "extensions", extensions));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode e : extensions) {
            rows.add(List.of(e.path("kind").asText().toLowerCase(Locale.ROOT), e.path("id").asText(), e.path("label").asText(), e.path("bundle").asText(),
                    e.path("version").asText(), e.path("state").asText().toLowerCase(Locale.ROOT).replace('_', ' '), e.path("calls").asText(),
                    e.path("failures").asText(), e.path("reason").asText()));
        }
        common.out().table(List.of("KIND", "ID", "LABEL", "BUNDLE", "VERSION", "STATE", ">CALLS", ">FAILURES", "REASON"), rows);
        if (!installed.isEmpty()) {
            common.out().line("");
            installed.forEach(p -> common.out().line("installed: " + p.path("name").asText() + " " + p.path("version").asText()
                    + (p.path("problem").asText().isEmpty() ? "" : " - " + p.path("problem").asText())));
        }
        return 0;
    }

    @Command(name = "inspect", description = "Tell whose code a plug-in is and whether it fits here, without installing it.")
    int inspect(@Mixin Common common, @Parameters(paramLabel = "FILE|URL", description = JAR) String jar) throws Rejected {
        try (PluginSource source = PluginSource.of(jar)) {
            JsonNode p = common.client().call("plugins.inspect", Map.of("file", source.file().toString()));
            if (common.json) {
                common.out().json(p);
            } else {
                about(p).forEach(common.out()::line);
            }
            return p.path("problem").asText().isEmpty() ? 0 : 1;
        }
    }

    @Command(name = "install", description = "Install a plug-in into the running process. Its code is trusted from then on.")
    int install(@Mixin Common common, @Parameters(paramLabel = "FILE|URL", description = JAR) String jar, @Mixin Consent consent) throws Rejected {
        return take(common, "install", jar, consent);
    }

    @Command(name = "update", description = "Replace a plug-in of the running process by another version of the same signer; settings and stored state stay.")
    int update(@Mixin Common common, @Parameters(paramLabel = "FILE|URL", description = JAR) String jar, @Mixin Consent consent) throws Rejected {
        return take(common, "update", jar, consent);
    }

    @Command(name = "remove", description = "Remove a plug-in from the running process.")
    int remove(@Mixin Common common, @Parameters(paramLabel = "NAME", description = "Its symbolic name, as 'zennet plugins list' shows it.") String name)
            throws Rejected {
        common.client().call("plugins.remove", Map.of("name", name));
        common.done("removed", name);
        return 0;
    }

    /** What {@code install} and {@code update} take. */
    static final class Consent {
        @Option(names = {"-y", "--yes"}, description = "Don't ask. Without a terminal nothing is asked.")
        boolean yes;
    }

    private static int take(Common common, String what, String jar, Consent consent) throws Rejected {
        ControlClient client = common.client();
        try (PluginSource source = PluginSource.of(jar)) {
            JsonNode shown = client.call("plugins.inspect", Map.of("file", source.file().toString()));
            about(shown).forEach(System.err::println);
            if (!shown.path("problem").asText().isEmpty()) {
                throw new Rejected(shown.path("problem").asText());
            }
            if (!consent.yes && System.console() != null && System.console().isTerminal() && !agreed(what)) {
                throw new Rejected("nothing was changed");
            }
            // what was shown is what is taken, whatever lies there by now
            JsonNode p = client.call("plugins." + what, Map.of("file", source.file().toString(), "sha256", shown.path("sha256").asText()));
            if (common.json) {
                common.out().json(p);
            } else {
                common.out().line((what.equals("install") ? "installed " : "updated to ") + p.path("name").asText() + " " + p.path("version").asText() + ", signer "
                        + p.path("signer").asText("none (unsigned)") + ", licence " + (p.path("license").asText().isEmpty() ? "not stated" : p.path("license").asText()));
            }
            return p.path("problem").asText().isEmpty() ? 0 : 1;
        }
    }

    private static List<String> about(JsonNode p) {
        List<String> lines = new ArrayList<>();
        lines.add("plug-in   " + p.path("name").asText() + " " + p.path("version").asText()
                + (p.path("label").asText().equals(p.path("name").asText()) ? "" : ", " + p.path("label").asText()));
        lines.add("signer    " + p.path("signer").asText("none: it is unsigned, anybody may have made it"));
        lines.add("licence   " + (p.path("license").asText().isEmpty() ? "not stated" : p.path("license").asText()));
        List<String> apis = new ArrayList<>();
        p.path("apis").forEach(a -> apis.add(a.asText()));
        lines.add("uses      " + (apis.isEmpty() ? "no Zennet API" : String.join(", ", apis)));
        lines.add("sha256    " + p.path("sha256").asText());
        lines.add(p.path("problem").asText().isEmpty() ? "A plug-in runs with all rights of the process and can reach its money and files."
                : "problem   " + p.path("problem").asText());
        return lines;
    }

    private static boolean agreed(String what) throws Rejected {
        System.err.print(Character.toUpperCase(what.charAt(0)) + what.substring(1) + " it? [y/N] ");
        System.err.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw new Rejected("the answer can't be read: " + e.getMessage(), e);
        }
    }
}
