package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.TestAbortedException;

/**
 * Runs a test class in a process of an ordinary user and gives its tests as tests of this process: from there nothing is
 * readable but copies of the product, of the class path and of the guest program.
 */
final class AsUser {
  private static final String USER = "12345";
  private static final long MINUTES = 20;
  private static final String TEST = "TEST ";

  private AsUser() { }

  /** Runs the class, with these properties besides. Aborts where this process is no root, which alone may become somebody else. */
  static Stream<DynamicTest> run(Class<?> tests, String... properties) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "already an ordinary user: what runs here is that");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "needs setpriv (util-linux)");
    Path home = Files.createTempDirectory("zennet-user-");
    try {
      return inChild(home, tests, properties).stream();
    } finally {
      removed(home);
    }
  }

  /** Removes a tree in which a process that ends may still write. */
  private static void removed(Path tree) throws Exception {
    OnStage.await("the files of the other user can be removed", () -> {
      try {
        Stage.remove(tree);
        return true;
      } catch (IOException | UncheckedIOException e) {
        return false;
      }
    });
  }

  private static List<DynamicTest> inChild(Path home, Class<?> tests, String... properties) throws Exception {
    List<String> path = new ArrayList<>();
    int n = 0;
    for (String entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")).split(File.pathSeparator)) {
      if (Files.exists(Path.of(entry))) {
        Path to = home.resolve("class-path").resolve(n++ + "-" + Path.of(entry).getFileName());
        copy(Path.of(entry), to);
        path.add(to.toString());
      }
    }
    copy(Path.of(System.getProperty("zennet.product"), "plugins"), home.resolve("product/plugins"));
    copy(GuestProgram.directory(), home.resolve("root").resolve(Path.of(System.getProperty("zennet.root")).relativize(GuestProgram.directory())));
    Files.createDirectories(home.resolve("tmp"));
    ended(new ProcessBuilder("chown", "-R", USER, home.toString()).start());
    List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx768m", "-Djava.io.tmpdir=" + home.resolve("tmp"), "-Duser.home=" + home,
        "-Dzennet.tier=" + System.getProperty("zennet.tier", "standard"), "-Dzennet.root=" + home.resolve("root"), "-Dzennet.product=" + home.resolve("product"), "-cp",
        String.join(File.pathSeparator, path)));
    command.addAll(List.of(properties));
    command.addAll(List.of(AsUser.class.getName(), tests.getName()));
    ProcessBuilder b = new ProcessBuilder(command).directory(home.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
    b.environment().keySet().removeIf(k -> !Set.of("PATH", "LANG", "NODE_SECRET").contains(k));
    Process p = b.start();
    List<DynamicTest> all = new ArrayList<>();
    try (BufferedReader out = p.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(TEST)) {
          all.add(test(line.substring(TEST.length()).split(" ", -1)));
        } else {
          System.out.println(line);
        }
      }
    }
    int code = ended(p);
    all.add(DynamicTest.dynamicTest("the process of another user ran them all", () -> {
      if (code != 0) {
        throw new AssertionError("it ended with " + code);
      }
    }));
    return all;
  }

  private static int ended(Process p) throws InterruptedException {
    if (!p.waitFor(MINUTES, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      return -1;
    }
    return p.exitValue();
  }

  private static DynamicTest test(String[] told) {
    String name = decoded(told[1]);
    String why = decoded(told[2]);
    return DynamicTest.dynamicTest(name, () -> {
      switch (told[0]) {
        case "SUCCESSFUL" -> { }
        case "ABORTED" -> throw new TestAbortedException("as an ordinary user: " + why);
        default -> throw new AssertionError(name + " as an ordinary user: " + why);
      }
    });
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes a) throws IOException {
        Files.createDirectories(to.resolve(from.relativize(d).toString()));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path f, BasicFileAttributes a) throws IOException {
        Files.copy(f, f.equals(from) ? to : to.resolve(from.relativize(f).toString()));
        return FileVisitResult.CONTINUE;
      }
    });
  }

  private static String encoded(String s) {
    return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String s) {
    return new String(Base64.getDecoder().decode(s), StandardCharsets.UTF_8);
  }

  /** The other process: runs the class and tells each of its tests in a line. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Launcher launcher = LauncherFactory.create();
    launcher.execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(args[0])).build(), new TestExecutionListener() {
      private TestPlan plan;

      @Override
      public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
      }

      @Override
      public void executionFinished(TestIdentifier id, TestExecutionResult result) {
        // a class that could not begin tells more than the tests that it has
        if (id.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
          String in = plan.getParent(id).map(p -> p.getDisplayName() + ".").orElse("");
          out.println(TEST + result.getStatus() + " " + encoded(in + id.getDisplayName()) + " " + encoded(why(result.getThrowable())));
        }
      }
    });
    out.flush();
    System.exit(0);
  }

  private static String why(Optional<Throwable> thrown) {
    return thrown.map(t -> {
      if (t instanceof TestAbortedException) {
        return String.valueOf(t.getMessage()).replaceFirst("^Assumption failed: ", "");
      }
      String at = Stream.of(t.getStackTrace()).filter(e -> e.getClassName().startsWith("org.zennet.")).map(StackTraceElement::toString).findFirst().orElse("");
      return t + (at.isEmpty() ? "" : " at " + at);
    }).orElse("");
  }
}
