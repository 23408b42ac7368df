import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks the document that {@code ./zennet demo --json} prints, with the JDK alone. Exits 1 and says what is wrong. */
public class DemoDocument {
  private final String text;
  private int at;

  private DemoDocument(String text) {
    this.text = text;
  }

  public static void main(String[] arguments) throws Exception {
    List<String> wrong = new ArrayList<>();
    try {
      DemoDocument document = new DemoDocument(Files.readString(Path.of(arguments[0])));
      Object value = document.value();
      document.space();
      if (document.at != document.text.length()) {
        wrong.add("something follows the document at character " + document.at);
      }
      for (String flag : List.of("ok", "verified", "conserved")) {
        if (!Boolean.TRUE.equals(at(value, flag))) {
          wrong.add(flag + " is " + at(value, flag));
        }
      }
      for (String name : List.of("elapsedSeconds", "tasks.total", "tasks.done", "providers", "result.path", "result.sha256")) {
        if (at(value, name) == null) {
          wrong.add(name + " is missing");
        }
      }
      if (at(value, "tasks.total") == null || !at(value, "tasks.total").equals(at(value, "tasks.done"))) {
        wrong.add("tasks.done is " + at(value, "tasks.done") + " of " + at(value, "tasks.total"));
      }
      if (!(at(value, "result.sha256") instanceof String hash) || !hash.matches("(sha256:)?[0-9a-f]{64}")) {
        wrong.add("result.sha256 is " + at(value, "result.sha256"));
      }
      Path golden = Path.of("examples/folding/golden/job.tar.sha256");
      if (Files.exists(golden) && !Files.readString(golden).split(" ")[0].equals(at(value, "result.sha256"))) {
        wrong.add("result.sha256 is " + at(value, "result.sha256") + ", the same seeds gave other bytes before: " + golden);
      }
      List<?> providers = at(value, "providers") instanceof List<?> list ? list : List.of();
      if (providers.size() < 3) {
        wrong.add(providers.size() + " providers");
      }
      for (Object provider : providers) {
        for (String name : List.of("id", "tasks", "usage", "rates", "promised", "paid", "withheld", "honest", "settlement.txid", "settlement.height")) {
          if (at(provider, name) == null) {
            wrong.add("a provider has no " + name + ": " + provider);
          }
        }
      }
      System.out.println("demo: " + at(value, "tasks.done") + " tasks, " + providers.size() + " providers, " + at(value, "elapsedSeconds") + " s");
    } catch (RuntimeException e) {
      wrong.add("not a JSON document: " + e.getMessage());
    }
    wrong.forEach(w -> System.out.println("demo document: " + w));
    System.exit(wrong.isEmpty() ? 0 : 1);
  }

  private static Object at(Object value, String path) {
    for (String name : path.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return value;
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean taken(String token) {
    space();
    boolean there = text.startsWith(token, at);
    if (there) {
      at += token.length();
    }
    return there;
  }

  private void must(String token) {
    if (!taken(token)) {
      throw new IllegalArgumentException("no '" + token + "' at character " + at);
    }
  }

  private Object value() {
    if (taken("{")) {
      Map<String, Object> map = new LinkedHashMap<>();
      if (!taken("}")) {
        do {
          must("\"");
          String name = string();
          must(":");
          map.put(name, value());
        } while (taken(","));
        must("}");
      }
      return map;
    }
    if (taken("[")) {
      List<Object> list = new ArrayList<>();
      if (!taken("]")) {
        do {
          list.add(value());
        } while (taken(","));
        must("]");
      }
      return list;
    }
    if (taken("\"")) {
      return string();
    }
    if (taken("true")) {
      return true;
    }
    if (taken("false")) {
      return false;
    }
    if (taken("null")) {
      return null;
    }
    int from = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return new BigDecimal(text.substring(from, at)).stripTrailingZeros();
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
      if (c == '\\') {
        c = text.charAt(at++);
        if (c == 'u') {
          c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
          at += 4;
        } else {
          int known = "ntrbf".indexOf(c);
          c = known < 0 ? c : "\n\t\r\b\f".charAt(known);
        }
      }
      out.append(c);
    }
    return out.toString();
  }
}
