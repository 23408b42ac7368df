import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Collects what surefire and Tycho wrote, prints what failed and what was skipped and why, and leaves the closing line in .zennet-build/test-summary. */
public class TestReport {
  public static void main(String[] arguments) throws Exception {
    Path root = Path.of(arguments[0]);
    List<Path> files = new ArrayList<>();
    for (String part : List.of("bundles", "tests")) {
      try (Stream<Path> all = Files.walk(root.resolve(part))) {
        all.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml") && f.toString().contains("/target/")).forEach(files::add);
      }
    }
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    var seconds = new TreeMap<String, Double>();
    List<String> failures = new ArrayList<>();
    var skips = new TreeMap<String, List<String>>();
    for (Path file : files) {
      Element suite;
      try {
        suite = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()).getDocumentElement();
      } catch (org.xml.sax.SAXException | IOException e) {
        failed++;
        failures.add(root.relativize(file) + " can't be read: " + e.getMessage());
        continue;
      }
      NodeList cases = suite.getElementsByTagName("testcase");
      String module = root.relativize(file).getName(1).toString();
      for (int i = 0; i < cases.getLength(); i++) {
        Element test = (Element) cases.item(i);
        String name = module + "  " + test.getAttribute("classname") + "." + test.getAttribute("name");
        try {
          seconds.merge(module, Double.parseDouble(test.getAttribute("time").replace(",", "")), Double::sum);
        } catch (NumberFormatException e) {
          // no time was written
        }
        Element bad = first(test, "failure", "error");
        Element skip = first(test, "skipped");
        if (bad != null) {
          failed++;
          failures.add(name + "\n" + indent(bad.getTextContent(), 25));
        } else if (skip != null) {
          skipped++;
          String why = skip.getAttribute("message");
          if (why.isBlank()) {
            why = skip.getTextContent().strip().lines().findFirst().orElse("");
          }
          why = why.replaceFirst("^org\\.opentest4j\\.TestAbortedException: ", "").replaceFirst("^Assumption failed: ", "");
          skips.computeIfAbsent(why.isBlank() ? "no reason given" : why, k -> new ArrayList<>()).add(name);
        } else {
          passed++;
        }
      }
    }
    seconds.forEach((module, time) -> System.out.printf("  %-36s %7.1f s%n", module, time));
    skips.forEach((why, names) -> {
      System.out.println("SKIPPED: " + why);
      names.forEach(n -> System.out.println("  " + n));
    });
    failures.forEach(f -> System.out.println("FAILED: " + f));
    Files.writeString(root.resolve(".zennet-build/test-summary"), passed + " passed, " + failed + " failed, " + skipped + " skipped\n");
    System.exit(failed > 0 || passed == 0 ? 1 : 0);
  }

  private static Element first(Element test, String... names) {
    for (String name : names) {
      NodeList found = test.getElementsByTagName(name);
      if (found.getLength() > 0) {
        return (Element) found.item(0);
      }
    }
    return null;
  }

  private static String indent(String text, int lines) {
    StringBuilder out = new StringBuilder();
    text.lines().limit(lines).forEach(l -> out.append("    ").append(l).append('\n'));
    return out.toString();
  }
}
