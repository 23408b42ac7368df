package org.zennet.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The rules of the design over what was built: both products, as they are delivered. */
class HouseTest {
  private static Product headless;
  private static Product desktop;

  @TempDir
  private Path directory;

  @BeforeAll
  static void read() throws IOException {
    headless = Product.read("zennet.product", "headless");
    desktop = Product.read("zennet.desktop", "desktop");
  }

  @Test
  void bundlesImportOnlyWhatTheTableAllows() {
    none(Rules.imports(desktop));
    none(Rules.imports(headless));
  }

  @Test
  void nobodyImportsAFace() {
    none(Rules.faces(desktop));
  }

  @Test
  void noInternalPackageIsExported() {
    none(Rules.internals(desktop));
  }

  @Test
  void everyComponentHasItsDescriptor() {
    assertTrue(Rules.components(desktop.jars()).size() > 5, "components were found");
    none(Rules.descriptors(desktop));
  }

  @Test
  void installingABundleStartsNothing() {
    none(Rules.roots(headless));
  }

  @Test
  void serviceReferencesHaveNoCycle() {
    none(Rules.cycles(desktop));
  }

  @Test
  void machinesKnowNoClockNoInputAndNoDice() {
    none(Rules.machines(headless));
  }

  @Test
  void theHeadlessProductHasNoDesktop() {
    none(Rules.desktop(headless));
  }

  @Test
  void theApiRunsOnJava17() {
    headless.jar("org.zennet.api").entries().forEach((name, bytes) -> {
      if (name.endsWith(".class")) {
        assertEquals(61, ClassFile.of().parse(bytes).majorVersion(), name);
      }
    });
  }

  @Test
  void everyThirdPartyComponentIsNamedWithItsVersion() throws IOException {
    Path root = Path.of(System.getProperty("zennet.root"));
    String notices = Files.readString(root.resolve("THIRD-PARTY.md"));
    var dependency = Pattern.compile("<groupId>([^<]+)</groupId><artifactId>([^<]+)</artifactId><version>([^<]+)</version>");
    List<String> missing = new ArrayList<>();
    dependency.matcher(Files.readString(root.resolve("target-platform/zennet.target")) + Files.readString(root.resolve("target-platform/platforms.target"))).results()
        .map(m -> m.group(1) + ":" + m.group(2) + " | " + m.group(3) + " |").filter(line -> !notices.contains(line)).forEach(missing::add);
    none(missing);
  }

  @Test
  void theRuntimeFeatureNeedsNoPublisher() {
    for (Product.Jar jar : headless.jars()) {
      if (jar.ours() && !jar.name().equals("org.zennet.publisher")) {
        jar.header("Import-Package").forEach(c -> assertTrue(!c.name().startsWith("org.zennet.publisher"), jar.name() + " imports " + c.name()));
      }
    }
  }

  @Test
  void allBundlesOfTheHeadlessProductResolve() throws Exception {
    resolves(headless);
  }

  @Test
  void allBundlesOfTheDesktopProductResolve() throws Exception {
    resolves(desktop);
  }

  @Test
  void theNativeSignaturesLoadInsideTheFramework() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the native library of this system is not in the target platform");
    Framework framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, directory.toString()));
    framework.start();
    try {
      for (String name : List.of("fr.acinq.secp256k1.jni-common", "fr.acinq.secp256k1.jni-jvm-extract", "fr.acinq.secp256k1.jni-jvm-linux", "org.jetbrains.kotlin.stdlib")) {
        framework.getBundleContext().installBundle("reference:" + headless.jar(name).file().toUri());
      }
      Bundle host = framework.getBundleContext().installBundle("reference:" + headless.jar("fr.acinq.secp256k1").file().toUri());
      Class<?> type = host.loadClass("fr.acinq.secp256k1.Secp256k1");
      Object library = type.getMethod("get").invoke(null);
      byte[] one = new byte[32];
      one[31] = 1;
      byte[] point = (byte[]) type.getMethod("pubkeyCreate", byte[].class).invoke(library, one);
      assertEquals("0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d9", HexFormat.of().formatHex(point).substring(0, 50));
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  private void resolves(Product product) throws Exception {
    String path = product.jar("org.zennet.launch").file() + java.io.File.pathSeparator + product.jar("org.eclipse.osgi").file();
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dzennet.install=" + product.directory(),
        "-Dzennet.launch.check=true", "-Dzennet.osgi.area=" + directory, "-cp", path, "org.zennet.launch.Main").redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends");
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.contains(", 0 unresolved"), output);
  }

  private static void none(List<String> wrong) {
    assertEquals("", String.join("\n", new ArrayList<>(wrong)));
  }
}
