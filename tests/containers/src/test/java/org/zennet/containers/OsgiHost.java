package org.zennet.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.zennet.api.container.ContainerBackend;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeContext;

/** The bundles of the built product in a framework inside this process, so that backends run as they are delivered. */
final class OsgiHost implements AutoCloseable {
  private static final List<String> STARTED = List.of("org.apache.felix.scr", "org.apache.felix.configadmin", "ch.qos.logback.classic", "org.apache.aries.spifly.dynamic.bundle",
      "slf4j.api");
  private static final long WAIT_MILLIS = 20_000;

  private final Framework framework;
  private final Path directory;

  /** Starts the framework; its files and those of the node lie in the directory. */
  OsgiHost(Path directory) throws IOException, BundleException {
    this.directory = directory;
    String product = System.getProperty("zennet.product", "");
    if (product.isEmpty()) {
      throw new IOException("the system property zennet.product names no built product");
    }
    Path logging = Files.writeString(Files.createDirectories(directory).resolve("logback.xml"), """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d{HH:mm:ss.SSS} %level %logger{0} %msg%n</pattern></encoder></appender>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """);
    System.setProperty("logback.configurationFile", logging.toString());
    Map<String, String> configuration = new HashMap<>();
    configuration.put(Constants.FRAMEWORK_STORAGE, directory.resolve("osgi").toString());
    configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    configuration.put("osgi.framework.useSystemProperties", "false");
    configuration.put("osgi.compatibility.bootdelegation", "false");
    List<Path> jars;
    try (Stream<Path> all = Files.list(Path.of(product, "plugins"))) {
      jars = all.filter(p -> p.toString().endsWith(".jar")).sorted().toList();
    }
    List<Path> installed = new ArrayList<>();
    List<String> shared = new ArrayList<>();
    for (Path jar : jars) {
      String name = jar.getFileName().toString().replaceFirst("_[0-9].*", "");
      if (name.equals("org.zennet.api") || name.equals("org.zennet.services")) {
        shared.add(exports(jar));
      } else if (!name.equals("org.eclipse.osgi") && !name.startsWith("org.eclipse.equinox") && !name.equals("org.zennet.launch") && !name.equals("org.zennet.headless")) {
        installed.add(jar);
      }
    }
    configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, String.join(",", shared));
    framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(configuration);
    framework.start();
    BundleContext context = framework.getBundleContext();
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : installed) {
      bundles.add(context.installBundle("reference:" + jar.toUri()));
    }
    for (Bundle b : bundles) {
      if (b.getHeaders("").get(Constants.FRAGMENT_HOST) == null && (STARTED.contains(b.getSymbolicName()) || b.getSymbolicName().startsWith("org.zennet."))) {
        b.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
      }
    }
    context.registerService(NodeContext.class, new Node(directory), null);
  }

  /** What a jar exports, for the framework to export it from the class path of the tests instead. */
  private static String exports(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Matcher m = Pattern.compile("([a-z0-9.]+)((?:;[^,;=\"]+:?=(?:\"[^\"]*\"|[^,;\"]*))*)(?:,|$)").matcher(file.getManifest().getMainAttributes().getValue("Export-Package"));
      List<String> all = new ArrayList<>();
      while (m.find()) {
        Matcher version = Pattern.compile("version=\"?([0-9.]+)").matcher(m.group(2));
        all.add(m.group(1) + (version.find() ? ";version=\"" + version.group(1) + "\"" : ""));
      }
      return String.join(",", all);
    }
  }

  /** Configures a backend and waits until it is there. */
  ContainerBackend backend(String id, String pid, Map<String, Object> settings) throws Exception {
    BundleContext context = framework.getBundleContext();
    ServiceReference<?> admin = context.getServiceReference("org.osgi.service.cm.ConfigurationAdmin");
    Object service = context.getService(admin);
    Object configuration = service.getClass().getMethod("getConfiguration", String.class, String.class).invoke(service, pid, "?");
    Dictionary<String, Object> properties = new Hashtable<>(settings);
    configuration.getClass().getMethod("update", Dictionary.class).invoke(configuration, properties);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    while (System.nanoTime() < deadline) {
      for (ServiceReference<ContainerBackend> r : context.getServiceReferences(ContainerBackend.class, "(" + ContainerBackend.ID + "=" + id + ")")) {
        ContainerBackend backend = context.getService(r);
        if (backend != null) {
          return backend;
        }
      }
      Thread.sleep(10);
    }
    throw new IOException("the backend " + id + " did not appear");
  }

  @Override
  public void close() throws Exception {
    framework.stop();
    framework.waitForStop(WAIT_MILLIS);
  }

  private record Node(Path path) implements NodeContext {
    @Override
    public Path directory() {
      return path;
    }

    @Override
    public JoinLine network() {
      throw new UnsupportedOperationException("no network here");
    }

    @Override
    public String role() {
      return "zennet-provider";
    }

    @Override
    public Path directory(String name) {
      try {
        return Files.createDirectories(path.resolve(name));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Optional<char[]> passphrase() {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "bundles of the product in " + directory;
  }
}
