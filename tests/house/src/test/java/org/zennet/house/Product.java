package org.zennet.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** The bundles of a built product, as their manifests and class files tell. */
record Product(Path directory, Collection<Jar> jars) {

  /** One header clause: {@code a;b=c;d:=e}. */
  record Clause(String name, Map<String, String> parameters) {}

  record Jar(String name, Path file, Manifest manifest, Map<String, byte[]> entries) {
    List<Clause> header(String header) {
      return clauses(manifest.getMainAttributes().getValue(header));
    }

    boolean ours() {
      return name.startsWith("org.zennet.");
    }
  }

  static Product read(String property, String module) throws IOException {
    String given = System.getProperty(property, "");
    Path directory;
    if (!given.isBlank()) {
      directory = Path.of(given);
    } else {
      try (Stream<Path> found = Files.walk(Path.of(System.getProperty("zennet.root")).resolve("product/" + module + "/target/products"), 5)) {
        directory = found.filter(p -> Files.isDirectory(p.resolve("plugins"))).findFirst().orElseThrow();
      }
    }
    List<Jar> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("plugins"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar(file));
      }
    }
    return new Product(directory, jars);
  }

  static Jar jar(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      Manifest manifest = jar.getManifest();
      String name = clauses(manifest.getMainAttributes().getValue("Bundle-SymbolicName")).getFirst().name();
      Map<String, byte[]> entries = new TreeMap<>();
      if (name.startsWith("org.zennet.")) {
        for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
          if (!entry.isDirectory()) {
            entries.put(entry.getName(), jar.getInputStream(entry).readAllBytes());
          }
        }
      }
      return new Jar(name, file, manifest, entries);
    }
  }

  Jar jar(String name) {
    return jars.stream().filter(j -> j.name().equals(name)).findFirst().orElseThrow(() -> new AssertionError("no bundle " + name + " in " + directory));
  }

  /** Which bundles export a package. */
  Map<String, List<String>> exporters() {
    Map<String, List<String>> exporters = new HashMap<>();
    for (Jar jar : jars) {
      for (Clause clause : jar.header("Export-Package")) {
        exporters.computeIfAbsent(clause.name(), k -> new ArrayList<>()).add(jar.name());
      }
    }
    return exporters;
  }

  /** Splits a header at the commas and semicolons that stand outside quotes. */
  static List<Clause> clauses(String header) {
    List<Clause> clauses = new ArrayList<>();
    if (header == null || header.isBlank()) {
      return clauses;
    }
    for (String clause : split(header, ',')) {
      List<String> parts = split(clause, ';');
      List<String> names = new ArrayList<>();
      Map<String, String> parameters = new TreeMap<>();
      for (String part : parts) {
        int equals = part.indexOf('=');
        if (equals < 0) {
          names.add(part.strip());
        } else {
          parameters.put(part.substring(0, part.charAt(equals - 1) == ':' ? equals - 1 : equals).strip(), part.substring(equals + 1).strip().replace("\"", ""));
        }
      }
      names.forEach(n -> clauses.add(new Clause(n, parameters)));
    }
    return clauses;
  }

  private static List<String> split(String text, char at) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == at && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
