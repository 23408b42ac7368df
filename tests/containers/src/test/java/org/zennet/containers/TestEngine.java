package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Docker engine of the tests' own: private socket, private data, no bridge; stopped and removed at the end. */
final class TestEngine implements AutoCloseable {
  /** The name of its runtime with a kernel of its own, where that is installed. */
  static final String GVISOR = "runsc";
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 20;

  /** The system property that names the directory of an engine which another process started. */
  static final String STARTED = "zennet.test.engine";

  private final Path directory;
  /** Null where another process started it. */
  private final Process process;
  private final Thread hook = new Thread(this::kill);

  private TestEngine(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    if (process != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /** Lets every user of this host talk to it. */
  void open() throws IOException {
    Files.setPosixFilePermissions(directory.resolve("docker.sock"), PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** Starts one; where that can't be, the tests that need it are skipped with the reason. */
  static TestEngine start() throws IOException, InterruptedException {
    String started = System.getProperty(STARTED);
    if (started != null) {
      return new TestEngine(Path.of(started), null);
    }
    assumeTrue(System.getProperty("os.name").equals("Linux"), "docker: an engine can be started on Linux only");
    assumeTrue("root".equals(System.getProperty("user.name")), "docker: only root can start an engine");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dockerd")) || Files.isExecutable(Path.of("/usr/bin/dockerd")), "docker: dockerd is not installed (apt-get install docker.io)");
    Path directory = Files.createTempDirectory("zennet-engine-");
    // gVisor of Debian takes the namespaces of newer kernels for the host's where it is to make a network
    Files.writeString(directory.resolve("daemon.json"), "{\"runtimes\":{\"" + GVISOR + "\":{\"path\":\"/usr/bin/" + GVISOR + "\",\"runtimeArgs\":[\"--network=none\"]}}}");
    Process p = new ProcessBuilder("setsid", "dockerd", "--data-root", directory + "/data", "--exec-root", directory + "/run", "--pidfile", directory + "/pid", "-H",
        "unix://" + directory + "/docker.sock", "--config-file", directory + "/daemon.json", "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--userland-proxy=false")
            .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
    p.getOutputStream().close();
    TestEngine engine = new TestEngine(directory, p);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!engine.answers()) {
      if (!p.isAlive() || System.nanoTime() > deadline) {
        String why = Files.readString(directory.resolve("log")).strip();
        engine.close();
        assumeTrue(false, "docker: the engine does not start here: " + why.substring(why.lastIndexOf('\n') + 1));
      }
      Thread.sleep(50);
    }
    return engine;
  }

  /** Where it listens, as an address. */
  String socket() {
    return "unix://" + directory + "/docker.sock";
  }

  /** Where all that it has lies. */
  String directory() {
    return directory.toString();
  }

  private boolean answers() {
    try (SocketChannel c = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      c.connect(UnixDomainSocketAddress.of(directory.resolve("docker.sock")));
      c.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer b = ByteBuffer.allocate(4096);
      c.read(b);
      return new String(b.array(), 0, b.position(), StandardCharsets.US_ASCII).contains(" 200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (process == null) {
      return;
    }
    Runtime.getRuntime().removeShutdownHook(hook);
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      String mount = line.split(" ")[1];
      if (mount.startsWith(directory.toString())) {
        new ProcessBuilder("umount", "-l", mount).start().waitFor();
      }
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path p : (List<Path>) all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(p);
      }
    }
  }
}
