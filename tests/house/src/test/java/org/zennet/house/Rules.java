package org.zennet.house;

import java.io.ByteArrayInputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.zennet.house.Product.Clause;
import org.zennet.house.Product.Jar;

/** The rules of the house. Each gives the violations it finds, in words. */
final class Rules {
  private static final String COMPONENT = "Lorg/osgi/service/component/annotations/Component;";

  /** The design's table: which bundles a bundle may import from, besides api, services and slf4j. {@code name:package} narrows to one package tree. */
  private static final Map<String, List<String>> TABLE = Map.ofEntries(
      Map.entry("org.zennet.api", List.of()),
      Map.entry("org.zennet.services", List.of()),
      Map.entry("org.zennet.store", List.of("com.h2database")),
      Map.entry("org.zennet.blockchain", List.of("org.zennet.store", "com.h2database", "bcprov", "bcutil", "fr.acinq.secp256k1", "org.jetbrains.kotlin.stdlib")),
      Map.entry("org.zennet.wallet", List.of("org.zennet.blockchain!org.zennet.blockchain.machine", "org.zennet.store", "com.h2database", "bcprov", "bcutil")),
      Map.entry("org.zennet.network", List.of("io.netty.", "bcprov", "bcutil", "bcpkix")),
      // its registry of plug-ins is the one place of the market that knows bundles
      Map.entry("org.zennet.market", List.of("org.zennet.store", "com.h2database", "org.eclipse.osgi")),
      Map.entry("org.zennet.provider", List.of("org.zennet.market:org.zennet.market.machine", "org.zennet.market:org.zennet.market.message", "org.zennet.store", "com.h2database", "org.apache.sshd.osgi")),
      Map.entry("org.zennet.publisher", List.of("org.zennet.market:org.zennet.market.machine", "org.zennet.market:org.zennet.market.message", "org.zennet.store", "com.h2database", "org.snakeyaml.engine")),
      Map.entry("org.zennet.benchmark", List.of("org.hipparchus.core")),
      Map.entry("org.zennet.pricing", List.of()),
      // what container backends share, docs/adr/0005
      Map.entry("org.zennet.virtualization", List.of("com.fasterxml.jackson.")),
      Map.entry("org.zennet.virtualization.docker", List.of("org.zennet.virtualization", "com.github.docker-java.", "com.fasterxml.jackson.")),
      Map.entry("org.zennet.virtualization.sandbox", List.of("org.zennet.virtualization")),
      Map.entry("org.zennet.virtualization.wasm", List.of("org.zennet.virtualization", "com.dylibso.chicory.", "org.eclipse.osgi:org.osgi.framework")),
      Map.entry("org.zennet.simulation", List.of("org.zennet.blockchain", "org.zennet.wallet", "org.zennet.market", "org.zennet.provider", "org.zennet.publisher")),
      Map.entry("org.zennet.headless", List.of("picocli", "com.fasterxml.jackson.", "org.snakeyaml.engine", "ch.qos.logback.", "org.eclipse.osgi", "org.apache.felix.configadmin", "org.osgi.service.cm", "org.osgi.service.component", "org.apache.felix.scr")),
      Map.entry("org.zennet.workbench", List.of("org.eclipse.", "org.apache.felix.", "org.osgi.", "org.apache.sshd.osgi")),
      Map.entry("org.zennet.launch", List.of("org.eclipse.osgi")));

  private static final List<String> FACES = List.of("org.zennet.headless", "org.zennet.workbench", "org.zennet.launch");

  private Rules() {}

  static List<String> imports(Product product) {
    Map<String, List<String>> exporters = product.exporters();
    List<String> wrong = new ArrayList<>();
    for (Jar jar : product.jars()) {
      if (!jar.ours()) {
        continue;
      }
      List<String> allowed = TABLE.get(jar.name());
      if (allowed == null) {
        wrong.add(jar.name() + " is not in the table of the design");
        continue;
      }
      for (Clause clause : jar.header("Import-Package")) {
        String name = clause.name();
        // its own package, or one of the JDK
        boolean good = name.startsWith("javax.") || name.startsWith("org.w3c.dom") || name.startsWith("org.xml.sax")
            || name.equals("com.sun.net.httpserver") && jar.name().equals("org.zennet.headless");
        for (String exporter : exporters.getOrDefault(name, List.of())) {
          good |= exporter.equals(jar.name()) || allowed(jar.name(), allowed, exporter, name);
        }
        if (!good) {
          wrong.add(jar.name() + " imports " + name + " of " + exporters.getOrDefault(name, List.of("nobody")));
        }
      }
      for (Clause clause : jar.header("Require-Bundle")) {
        if (!allowed(jar.name(), allowed, clause.name(), null)) {
          wrong.add(jar.name() + " requires " + clause.name());
        }
      }
    }
    return wrong;
  }

  private static boolean allowed(String bundle, List<String> allowed, String exporter, String name) {
    if (bundle.equals("org.zennet.api")) {
      return false;
    }
    if (exporter.equals("org.zennet.api") || exporter.equals("org.zennet.services") && !bundle.equals("org.zennet.services") || exporter.equals("slf4j.api")) {
      return !exporter.equals("slf4j.api") || !bundle.equals("org.zennet.services");
    }
    for (String entry : allowed) {
      String[] narrowed = entry.split(":");
      String[] except = entry.split("!");
      if (narrowed.length == 2) {
        if (exporter.equals(narrowed[0]) && name != null && (name.equals(narrowed[1]) || name.startsWith(narrowed[1] + "."))) {
          return true;
        }
      } else if (except.length == 2) {
        if (exporter.equals(except[0]) && (name == null || !name.startsWith(except[1]))) {
          return true;
        }
      } else if (exporter.equals(entry) || entry.endsWith(".") && exporter.startsWith(entry)) {
        return true;
      }
    }
    return false;
  }

  static List<String> faces(Product product) {
    List<String> wrong = new ArrayList<>();
    Map<String, List<String>> exporters = product.exporters();
    for (Jar jar : product.jars()) {
      for (Clause clause : jar.header("Import-Package")) {
        for (String exporter : exporters.getOrDefault(clause.name(), List.of())) {
          if (FACES.contains(exporter) && !exporter.equals(jar.name())) {
            wrong.add(jar.name() + " imports " + clause.name() + " of " + exporter);
          }
        }
      }
      for (Clause clause : jar.header("Require-Bundle")) {
        if (FACES.contains(clause.name())) {
          wrong.add(jar.name() + " requires " + clause.name());
        }
      }
    }
    return wrong;
  }

  static List<String> internals(Product product) {
    List<String> wrong = new ArrayList<>();
    for (Jar jar : product.jars()) {
      if (jar.ours()) {
        for (Clause clause : jar.header("Export-Package")) {
          if (List.of(clause.name().split("\\.")).contains("internal")) {
            wrong.add(jar.name() + " exports " + clause.name());
          }
        }
      }
    }
    return wrong;
  }

  /** A component's description. */
  record Component(String bundle, String type, Set<String> provides, Set<String> references, boolean needsConfiguration, boolean immediate) {}

  static List<Component> components(Collection<Jar> jars) {
    List<Component> components = new ArrayList<>();
    for (Jar jar : jars) {
      for (Clause clause : jar.header("Service-Component")) {
        for (var entry : jar.entries().entrySet()) {
          if (entry.getKey().equals(clause.name()) || clause.name().endsWith("*.xml") && entry.getKey().matches("OSGI-INF/[^/]*\\.xml")) {
            components.add(component(jar, entry.getValue()));
          }
        }
      }
    }
    return components;
  }

  private static Component component(Jar jar, byte[] xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
      Element root = document.getDocumentElement();
      Set<String> provides = attributes(root, "provide", "interface");
      return new Component(jar.name(), attributes(root, "implementation", "class").iterator().next(), provides, attributes(root, "reference", "interface"),
          root.getAttribute("configuration-policy").equals("require"), root.getAttribute("immediate").equals("true") || provides.isEmpty());
    } catch (Exception e) {
      throw new AssertionError(jar.name() + ": " + e, e);
    }
  }

  private static Set<String> attributes(Element root, String element, String attribute) {
    Set<String> values = new TreeSet<>();
    NodeList found = root.getElementsByTagName(element);
    for (int i = 0; i < found.getLength(); i++) {
      values.add(((Element) found.item(i)).getAttribute(attribute));
    }
    return values;
  }

  static List<String> descriptors(Product product) {
    Set<String> described = new HashSet<>();
    components(product.jars()).forEach(c -> described.add(c.bundle() + " " + c.type()));
    List<String> wrong = new ArrayList<>();
    for (Jar jar : product.jars()) {
      jar.entries().forEach((name, bytes) -> {
        if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
          ClassModel model = ClassFile.of().parse(bytes);
          boolean component = model.findAttribute(Attributes.runtimeInvisibleAnnotations())
              .map(a -> a.annotations().stream().anyMatch(x -> x.className().equalsString(COMPONENT))).orElse(false);
          String type = model.thisClass().asInternalName().replace('/', '.');
          if (component && !described.contains(jar.name() + " " + type)) {
            wrong.add(jar.name() + " has no descriptor of the component " + type);
          }
        }
      });
    }
    return wrong;
  }

  /** Nothing starts by being installed: what provides no service, or starts at once, must wait for its configuration. */
  static List<String> roots(Product product) {
    List<String> wrong = new ArrayList<>();
    for (Component component : components(product.jars())) {
      if (component.immediate() && !component.needsConfiguration()) {
        wrong.add(component.type() + " starts when its bundle is installed: give it configurationPolicy = REQUIRE");
      }
    }
    return wrong;
  }

  static List<String> cycles(Product product) {
    return cycles(components(product.jars()));
  }

  static List<String> cycles(List<Component> components) {
    Map<String, Set<String>> edges = new TreeMap<>();
    for (Component from : components) {
      for (Component to : components) {
        if (from != to && to.provides().stream().anyMatch(from.references()::contains)) {
          edges.computeIfAbsent(from.type(), k -> new TreeSet<>()).add(to.type());
        }
      }
    }
    List<String> wrong = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (String start : edges.keySet()) {
      walk(start, edges, new ArrayDeque<>(), done, wrong);
    }
    return wrong;
  }

  private static void walk(String at, Map<String, Set<String>> edges, Deque<String> path, Set<String> done, List<String> wrong) {
    if (path.contains(at)) {
      List<String> cycle = new ArrayList<>(path);
      wrong.add(String.join(" -> ", cycle.subList(cycle.indexOf(at), cycle.size())) + " -> " + at);
      return;
    }
    if (done.contains(at)) {
      return;
    }
    path.addLast(at);
    for (String next : edges.getOrDefault(at, Set.of())) {
      walk(next, edges, path, done, wrong);
    }
    path.removeLast();
    done.add(at);
  }

  private static final List<String> IMPURE_PACKAGES = List.of("java/io/", "java/net/", "java/nio/file/", "java/nio/channels/", "javax/net/", "org/osgi/", "org/slf4j/", "io/netty/", "org/h2/");
  private static final Set<String> IMPURE_TYPES = Set.of("java/time/Clock", "java/util/Random", "java/security/SecureRandom", "java/util/SplittableRandom", "java/util/random/RandomGenerator",
      "java/util/concurrent/ThreadLocalRandom", "java/lang/Thread", "java/util/Timer", "java/lang/ProcessBuilder", "java/lang/Runtime", "java/util/concurrent/Executors", "java/security/KeyPairGenerator");
  private static final Set<String> IMPURE_MEMBERS = Set.of("java/lang/System.currentTimeMillis", "java/lang/System.nanoTime", "java/lang/System.getProperty", "java/lang/System.getenv",
      "java/lang/System.out", "java/lang/System.err", "java/lang/System.in", "java/lang/Math.random", "java/util/UUID.randomUUID",
      "java/time/Instant.now", "java/time/LocalDate.now", "java/time/LocalDateTime.now", "java/time/ZonedDateTime.now", "java/time/OffsetDateTime.now", "java/util/Date.<init>");

  /** A machine is a value: no clock, no socket, no file, no dice. */
  static List<String> machines(Product product) {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (Jar jar : product.jars()) {
      for (var entry : jar.entries().entrySet()) {
        if (entry.getKey().endsWith(".class") && entry.getKey().contains("/machine/")) {
          seen++;
          wrong.addAll(impure(entry.getValue()));
        }
      }
    }
    if (seen == 0) {
      wrong.add("no machine was found at all");
    }
    return wrong;
  }

  static List<String> impure(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    String type = model.thisClass().asInternalName();
    Set<String> wrong = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry used) {
        String name = element(used.asSymbol());
        if (IMPURE_TYPES.contains(name) || IMPURE_PACKAGES.stream().anyMatch(name::startsWith)) {
          wrong.add(type + " uses " + name);
        }
      } else if (entry instanceof MemberRefEntry member) {
        String name = member.owner().asInternalName() + "." + member.name().stringValue();
        if (IMPURE_MEMBERS.contains(name)) {
          wrong.add(type + " uses " + name);
        }
      }
    }
    return List.copyOf(wrong);
  }

  private static String element(ClassDesc type) {
    ClassDesc element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    String descriptor = element.descriptorString();
    return descriptor.startsWith("L") ? descriptor.substring(1, descriptor.length() - 1) : descriptor;
  }

  /** No desktop in the headless product. */
  static List<String> desktop(Product product) {
    List<String> wrong = new ArrayList<>();
    for (Jar jar : product.jars()) {
      if (jar.name().matches("org\\.eclipse\\.(swt|jface|ui|e4|swtchart)(\\..*)?|org\\.zennet\\.workbench")) {
        wrong.add("the bundle " + jar.name());
      }
      jar.entries().forEach((name, bytes) -> {
        if (name.endsWith(".class")) {
          for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof ClassEntry used && used.asInternalName().matches(".*(org/eclipse/(swt|jface|ui)|java/awt|javax/swing)/.*")) {
              wrong.add(name + " uses " + used.asInternalName());
            }
          }
        }
      });
    }
    return wrong;
  }
}
