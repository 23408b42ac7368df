package org.zennet.headless.internal.cli;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.zennet.headless.internal.scaffold.PluginProject;
import org.zennet.services.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plugin new}. */
@Command(name = "plugin", description = "Write plug-ins. ('zennet plugins' installs them.)")
final class PluginCommand {
    private static final String API = "org.zennet.api_";

    @Command(name = "new", description = {"Write a project that builds: sources, a test, and the API beside them.",
        "It needs a JDK from 17 on and a Maven from 3.6 on, nothing of this product."})
    int create(@Parameters(paramLabel = "NAME", description = "The project's name, and the id of what it adds, such as night-rate.") String name,
            @Option(names = "--kind", paramLabel = "KIND", required = true, description = "What it adds: ${COMPLETION-CANDIDATES}.") PluginProject.Kind kind,
            @Option(names = "--dir", paramLabel = "DIR", description = "Where to; it must not exist (default: NAME in the working directory).") Path directory,
            @Option(names = "--package", paramLabel = "NAME", description = "The package of its classes (default: org.example and the name).") String packageName,
            @Option(names = "--json", description = "Print a JSON document.") boolean json) throws Rejected {
        PluginProject project;
        try {
            project = new PluginProject(name, kind, packageName == null ? PluginProject.packageFor(name) : packageName);
        } catch (IllegalArgumentException e) {
            throw new Misused(e.getMessage(), e);
        }
        Path target = (directory == null ? Path.of(name) : directory).toAbsolutePath().normalize();
        Path api = api();
        String file = api.getFileName().toString();
        project.write(target, api, file.substring(API.length(), file.length() - ".jar".length()));
        Output out = new Output(System.out);
        if (json) {
            Map<String, Object> d = new LinkedHashMap<>();
            d.put("directory", target);
            d.put("kind", kind.id());
            d.put("class", project.packageName() + "." + project.className());
            d.put("jar", target.resolve("target").resolve(name + "-1.0.0.jar"));
            out.json(d);
        } else {
            out.line("written to " + target);
            out.line("build it    cd " + target + " && mvn package");
            out.line("install it  zennet plugins install " + target.resolve("target").resolve(name + "-1.0.0.jar"));
            out.line("change it   " + project.packageName() + "." + project.className() + ", a " + kind.name().toLowerCase(Locale.ROOT) + " plug-in");
        }
        return 0;
    }

    /** The API's jar in this product. */
    private static Path api() throws Rejected {
        String install = System.getProperty("zennet.install", "");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(install).resolve("plugins"), API + "*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
            throw new Rejected("there is no " + API + "*.jar in " + install + "/plugins: is this product whole?");
        } catch (java.io.IOException e) {
            throw new Rejected("the product in '" + install + "' can't be read: " + e.getMessage(), e);
        }
    }
}
