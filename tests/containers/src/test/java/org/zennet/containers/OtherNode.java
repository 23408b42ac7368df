package org.zennet.containers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/** A second process with the same backend, which starts a container and a task and is then killed. */
final class OtherNode implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private OtherNode(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The task that it runs. */
  static TaskSpec task(String... args) {
    return new TaskSpec("outliving", List.of(args), Map.of(), new byte[0], 60_000, 1 << 20);
  }

  static OtherNode start(Stage stage, ContainerSpec s, String... args) throws Exception {
    return start(stage, s, List.of(), stage.subject().settings(stage.directory()), args);
  }

  /** What it is made of. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** A copy of what it is made of, for a user who can't read where that lies. */
  static String copy(Path directory) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry : classPath().split(java.io.File.pathSeparator)) {
      Path from = Path.of(entry);
      Path to = directory.resolve(copies.size() + "-" + from.getFileName());
      try (Stream<Path> all = Files.exists(from) ? Files.walk(from) : Stream.empty()) {
        for (Path p : (List<Path>) all.toList()) {
          Files.copy(p, to.resolve(from.relativize(p).toString()));
        }
      }
      copies.add(to.toString());
    }
    return String.join(java.io.File.pathSeparator, copies);
  }

  private static OtherNode start(Stage stage, ContainerSpec s, List<String> as, Map<String, Object> settings, String... args) throws Exception {
    return start(stage, s, as, classPath(), settings, args);
  }

  /** The same, with words before its command line, for another user. */
  static OtherNode start(Stage stage, ContainerSpec s, List<String> as, String classPath, Map<String, Object> settings, String... args) throws Exception {
    List<String> command = new ArrayList<>(as);
    command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
        classPath, "-Dzennet.product=" + System.getProperty("zennet.product"),
        "-Dzennet.root=" + System.getProperty("zennet.root"), OtherNode.class.getName(), stage.subject().id(), stage.subject().pid(), stage.directory().toString(),
        encode(settings), s.leaseId(), s.image().toString(), s.imageHash().toString(), s.resources().cores() + "," + s.resources().memory() + "," + s.resources().disk(),
        s.directory().toString(), s.maxWallMillis() + "," + s.idleMillis()));
    command.addAll(List.of(args));
    Path log = stage.directory().resolve("other-node.log");
    return new OtherNode(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
  }

  private static String encode(Map<String, Object> settings) {
    StringBuilder s = new StringBuilder();
    settings.forEach((k, v) -> s.append(k).append('=').append(v instanceof Long ? "L" : v instanceof Integer ? "I" : v instanceof Boolean ? "B" : "S").append(v).append('\n'));
    return s.toString();
  }

  private static Map<String, Object> decode(String text) {
    Map<String, Object> all = new java.util.HashMap<>();
    text.lines().forEach(l -> {
      String k = l.substring(0, l.indexOf('='));
      String v = l.substring(l.indexOf('=') + 2);
      all.put(k, switch (l.charAt(l.indexOf('=') + 1)) {
        case 'L' -> (Object) Long.parseLong(v);
        case 'I' -> Integer.parseInt(v);
        case 'B' -> Boolean.parseBoolean(v);
        default -> v;
      });
    });
    return all;
  }

  /** Waits until its task works. */
  void awaitRunning() throws IOException {
    String line = out.readLine();
    while (line != null && !line.equals("RUNNING")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the other node did not start a task");
    }
  }

  /** Waits until its task has ended, and tells its outcome in one line. */
  String awaitEnd() throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith("ENDED ")) {
      line = out.readLine();
    }
    return line == null ? "" : line.substring("ENDED ".length());
  }

  /** As kill -9 does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    kill();
  }

  /** The other process. */
  public static void main(String[] a) throws Exception {
    Path directory = Path.of(a[2]);
    Path own = Files.createTempDirectory("zennet-other-");
    own.toFile().deleteOnExit();
    OsgiHost host = new OsgiHost(own);
    ContainerBackend backend = host.backend(a[0], a[1], decode(a[3]));
    long[] r = Arrays.stream(a[7].split(",")).mapToLong(Long::parseLong).toArray();
    long[] t = Arrays.stream(a[9].split(",")).mapToLong(Long::parseLong).toArray();
    Container c = backend.start(new ContainerSpec(a[4], Path.of(a[5]), Hash.ofHex(a[6]), new Resources((int) r[0], r[1], r[2]), Path.of(a[8]), t[0], t[1]));
    Thread.ofPlatform().start(() -> {
      try {
        Outcome o = c.run(task(Arrays.copyOfRange(a, 10, a.length)));
        System.out.println("ENDED " + o.reason() + " " + o.exitCode() + " " + o.usage().get(Counter.CPU));
        c.stop();
        System.out.println("ENDED " + c.ended().orElse(""));
      } catch (Exception e) {
        e.printStackTrace();
      }
    });
    boolean works = a[10].equals("burn");
    long start = c.usage().get(Counter.CPU);
    while (works && c.usage().get(Counter.CPU) - start < 100_000) {
      Thread.sleep(5);
    }
    if (!works) {
      Thread.sleep(500);
    }
    System.out.println("RUNNING");
    System.out.flush();
    Thread.sleep(600_000);
    throw new IllegalStateException("not killed, in " + directory);
  }
}
