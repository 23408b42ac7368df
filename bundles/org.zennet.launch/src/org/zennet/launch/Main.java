package org.zennet.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.eclipse.osgi.service.runnable.ParameterizedRunnable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Starts the framework of the headless product and runs the command line inside it on the main thread, in a fraction of a second and
 * with every word of the command line untouched. Which bundles there are is read from the {@code bundles.info} that p2 wrote.
 *
 * <p>What the framework keeps on disk is a cache and nothing else: plug-ins are installed anew from the data directory by the node.
 * A daemon has its own area, {@code DATA/osgi/ROLE}; every other command reads the one made with the product, or a temporary one.
 */
public final class Main {
  private static final String APPLICATION = "org.zennet.headless.zennet";
  private static final String INFO = "configuration/org.eclipse.equinox.simpleconfigurator/bundles.info";

  /** Held here because loggers are forgotten when nobody holds them: SPI Fly tells of every provider otherwise. */
  private static final Logger SPI_FLY = Logger.getLogger("org.apache.aries.spifly");

  private static final String SHARED = "configuration/shared";
  private static final String MARK = "zennet.mark";

  private record Info(String name, String location, int level, boolean start) {}

  private Main() {}

  public static void main(String[] words) throws Exception {
    SPI_FLY.setLevel(Level.WARNING);
    Path home = Path.of(System.getProperty("zennet.install", ".")).toAbsolutePath().normalize();
    if (words.length == 1 && words[0].equals("--initialise")) {
      Path path = home.resolve(SHARED);
      Framework framework = framework(home, path, false);
      start(framework, home, false);
      framework.stop();
      framework.waitForStop(10_000);
      Files.writeString(path.resolve(MARK), mark(home));
      System.exit(0);
    }
    if (words.length == 1 && words[0].equals("--boot-jar")) {
      bootJar(home);
      return;
    }
    int code = 1;
    Area area = Area.choose(home, words);
    Framework framework = framework(home, area.path, area.readOnly);
    try {
      code = run(framework, home, area, words);
    } finally {
      Thread force = new Thread(() -> {
        try {
          Thread.sleep(10_000);
        } catch (InterruptedException e) {
          return;
        }
        Runtime.getRuntime().halt(1);
      }, "zennet-stop");
      force.setDaemon(true);
      force.start();
      framework.stop();
      framework.waitForStop(8_000);
      area.close();
    }
    System.exit(code);
  }

  /** Runs the services that asked for it by the property {@code zennet.stop=first}. */
  private static void endForeground(BundleContext context) {
    try {
      for (ServiceReference<Runnable> first : context.getServiceReferences(Runnable.class, "(zennet.stop=first)")) {
        Runnable action = context.getService(first);
        if (action != null) {
          action.run();
        }
      }
    } catch (InvalidSyntaxException | RuntimeException e) {
      // the framework stops all the same
    }
  }

  private static int run(Framework framework, Path home, Area area, String[] words) throws Exception {
    start(framework, home, area.readOnly);
    if (!area.readOnly && !area.temporary) {
      Files.writeString(area.path.resolve(MARK), mark(home));
    }
    if (Boolean.getBoolean("zennet.launch.check")) {
      return check(framework);
    }
    // a signal ends what runs in the foreground while all it needs is there, then the framework, so that components close what they hold
    Thread hook = new Thread(() -> {
      try {
        endForeground(framework.getBundleContext());
        framework.stop();
        framework.waitForStop(8_000);
        area.close();
      } catch (BundleException | InterruptedException e) {
        // the process ends all the same
      }
    }, "zennet-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    BundleContext context = framework.getBundleContext();
    var found = context.getServiceReferences(ParameterizedRunnable.class, "(eclipse.application=" + APPLICATION + ")");
    if (found.isEmpty()) {
      System.err.println("zennet: this installation is incomplete; run: ./zennet clean");
      check(framework);
      return 1;
    }
    ServiceReference<ParameterizedRunnable> reference = found.iterator().next();
    Object result = context.getService(reference).run(words);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // already going down: the hook does the rest
      Thread.currentThread().join();
    }
    return result instanceof Integer code ? code : 0;
  }

  /**
   * Writes {@code zennet.jar}: this class and the framework without its signature. The JDK verifies a signed jar at every start and keeps
   * its classes out of the class data archive; and only the manifest of the first jar can allow native access.
   */
  private static void bootJar(Path home) throws IOException {
    Path target = home.resolve("zennet.jar");
    List<Path> jars = new ArrayList<>();
    for (String name : List.of("org.eclipse.osgi_", "org.zennet.launch_")) {
      try (var found = Files.newDirectoryStream(home.resolve("plugins"), name + "*.jar")) {
        found.forEach(jars::add);
      }
    }
    Manifest manifest;
    try (JarFile framework = new JarFile(jars.getFirst().toFile())) {
      manifest = framework.getManifest();
    }
    manifest.getEntries().clear();
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest.getMainAttributes().putValue("Enable-Native-Access", "ALL-UNNAMED");
    Set<String> written = new HashSet<>();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
      for (Path jar : jars) {
        try (JarFile from = new JarFile(jar.toFile(), false)) {
          for (JarEntry entry : Collections.list(from.entries())) {
            String name = entry.getName();
            if (!entry.isDirectory() && !name.equals(JarFile.MANIFEST_NAME) && !name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)") && written.add(name)) {
              out.putNextEntry(new JarEntry(name));
              from.getInputStream(entry).transferTo(out);
              out.closeEntry();
            }
          }
        }
      }
    }
  }

  /** Says of which product, where and when built, a cache is. */
  private static String mark(Path home) throws IOException {
    return home + " " + Files.getLastModifiedTime(home.resolve(INFO)).toMillis();
  }

  private static String markOf(Path area) throws IOException {
    Path file = area.resolve(MARK);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static Framework framework(Path home, Path area, boolean readOnly) throws IOException {
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, area.toString());
    if (!readOnly && !mark(home).equals(markOf(area))) {
      configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    }
    configuration.put("osgi.configuration.area.readOnly", Boolean.toString(readOnly));
    configuration.put("osgi.install.area", home.toUri().toString());
    configuration.put("osgi.instance.area", "@none");
    configuration.put("osgi.user.area", "@none");
    configuration.put("osgi.dataAreaRequiresExplicitInit", "true");
    configuration.put("osgi.framework.useSystemProperties", "false");
    configuration.put("osgi.compatibility.bootdelegation", "false");
    configuration.put("osgi.nls.warnings", "ignore");
    configuration.put("ds.delayed.keepInstances", "true");
    // How long a thread waits for another that starts the component it needs: with the default of 5 s a slow machine gives up for good.
    configuration.put("ds.lock.timeout.milliseconds", "60000");
    configuration.put("felix.cm.loglevel", "1");
    configuration.put("felix.cm.pm", "memory");
    configuration.put("zennet.install", home.toString());
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("zennet.") || name.startsWith("osgi.debug") || name.equals("osgi.console")) {
        configuration.put(name, System.getProperty(name));
      }
    }
    return ServiceLoader.load(FrameworkFactory.class, Main.class.getClassLoader()).iterator().next().newFramework(configuration);
  }

  private static void start(Framework framework, Path home, boolean readOnly) throws Exception {
    List<Info> wanted = new ArrayList<>();
    for (String line : Files.readAllLines(home.resolve(INFO))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] part = line.split(",");
      if (!part[0].startsWith("org.eclipse.equinox.launcher") && !part[0].equals("org.eclipse.osgi") && !part[0].equals("org.zennet.launch")) {
        Path jar = home.resolve(part[2]);
        // p2 compiles against it; what it would do is done here
        boolean start = Boolean.parseBoolean(part[4]) && !part[0].equals("org.eclipse.equinox.simpleconfigurator");
        wanted.add(new Info(part[0], "reference:file:" + jar, Integer.parseInt(part[3]), start));
      }
    }
    framework.init();
    BundleContext context = framework.getBundleContext();
    Map<String, Bundle> there = new HashMap<>();
    for (Bundle bundle : context.getBundles()) {
      if (bundle.getBundleId() != 0) {
        there.put(bundle.getLocation(), bundle);
      }
    }
    List<Bundle> starting = new ArrayList<>();
    wanted.sort(Comparator.comparingInt(Info::level));
    List<Bundle> changed = new ArrayList<>();
    for (Info info : wanted) {
      Bundle bundle = there.remove(info.location);
      if (bundle == null && !readOnly) {
        bundle = context.installBundle(info.location);
      }
      if (bundle != null && info.start && bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
        starting.add(bundle);
      }
    }
    if (!readOnly) {
      for (Bundle left : there.values()) {
        left.uninstall();
        changed.add(left);
      }
      if (!changed.isEmpty()) {
        framework.adapt(FrameworkWiring.class).refreshBundles(changed);
      }
    }
    framework.start();
    for (Bundle bundle : starting) {
      try {
        bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
      } catch (BundleException e) {
        System.err.println("zennet: " + bundle.getSymbolicName() + " did not start: " + e.getMessage());
      }
    }
  }

  /** Says which bundles did not resolve: what the house tests ask of a product. */
  private static int check(Framework framework) {
    int bad = 0;
    framework.adapt(FrameworkWiring.class).resolveBundles(null);
    for (Bundle bundle : framework.getBundleContext().getBundles()) {
      if (bundle.getState() == Bundle.INSTALLED) {
        bad++;
        try {
          bundle.start(Bundle.START_TRANSIENT);
          System.err.println("unresolved: " + bundle.getSymbolicName());
        } catch (BundleException e) {
          System.err.println("unresolved: " + bundle.getSymbolicName() + ": " + e.getMessage());
        }
      }
    }
    System.out.println(framework.getBundleContext().getBundles().length + " bundles, " + bad + " unresolved");
    return bad == 0 ? 0 : 1;
  }

  /** Where the framework of this process keeps its cache. */
  private record Area(Path path, boolean readOnly, boolean temporary, FileChannel lock) {
    static Area choose(Path home, String[] words) throws IOException {
      String given = System.getProperty("zennet.osgi.area");
      if (given != null) {
        return new Area(Path.of(given), false, false, null);
      }
      String role = System.getProperty("zennet.role", "zennet-cli");
      if (!role.equals("zennet-cli")) {
        Path path = data(words).resolve("osgi").resolve(role);
        try {
          Files.createDirectories(path);
          FileChannel lock = FileChannel.open(path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          if (lock.tryLock() != null) {
            return new Area(path, false, false, lock);
          }
          lock.close();
        } catch (IOException e) {
          // not writable: a temporary one will do, and the command itself says what is wrong with the directory
        }
        return scratch();
      }
      Path shared = home.resolve(SHARED);
      return mark(home).equals(markOf(shared)) ? new Area(shared, true, false, null) : scratch();
    }

    private static Area scratch() throws IOException {
      return new Area(Files.createTempDirectory("zennet-osgi-"), false, true, null);
    }

    private static Path data(String[] words) {
      for (int i = 0; i < words.length; i++) {
        if (words[i].equals("--data") && i + 1 < words.length) {
          return Path.of(words[i + 1]);
        }
        if (words[i].startsWith("--data=")) {
          return Path.of(words[i].substring("--data=".length()));
        }
      }
      String environment = System.getenv("ZENNET_DATA");
      return environment != null ? Path.of(environment) : Path.of(System.getProperty("user.home"), ".zennet");
    }

    void close() {
      try {
        if (lock != null) {
          lock.close();
        }
        if (temporary) {
          Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
        }
      } catch (IOException e) {
        // a left-over in the temporary directory harms nobody
      }
    }
  }
}
