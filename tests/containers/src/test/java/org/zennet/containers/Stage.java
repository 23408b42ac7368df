package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.opentest4j.TestAbortedException;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.container.ContainerException;
import org.zennet.api.value.Hash;

/** A backend that was started for the tests, with what it can do; one for all test classes of a backend. */
final class Stage implements AutoCloseable {
  private static final Map<String, Stage> OPEN = new ConcurrentHashMap<>();

  private final Subject subject;
  private final Path directory;
  private OsgiHost host;
  private ContainerBackend backend;
  private Capabilities capabilities;
  private Path image;
  private Hash imageHash;
  private String absent = "";

  private Stage(Subject subject, Path directory) {
    this.subject = subject;
    this.directory = directory;
  }

  /** The stage of a backend; aborts with the reason where it can't be had here. */
  static Stage of(Subject subject) throws Exception {
    Stage s = OPEN.get(subject.name());
    if (s == null) {
      s = new Stage(subject, Files.createTempDirectory("zennet-" + subject.name() + "-"));
      OPEN.put(subject.name(), s);
      s.open();
    }
    if (!s.absent.isEmpty()) {
      abort(s.absent);
    }
    return s;
  }

  /** Closes the stage of a backend, if it was opened. */
  static void close(Subject subject) throws Exception {
    Stage s = OPEN.remove(subject.name());
    if (s != null) {
      s.close();
    }
  }

  private void open() throws Exception {
    try {
      byte[] bytes = subject.image(directory);
      image = Files.write(directory.resolve("image"), bytes);
      imageHash = Hash.of(GuestImage.sha256(bytes));
      Map<String, Object> settings = subject.settings(directory);
      host = new OsgiHost(directory);
      backend = host.backend(subject.id(), subject.pid(), settings);
      capabilities = backend.probe();
    } catch (ContainerException e) {
      if (!subject.optional()) {
        throw e;
      }
      absent = subject.name() + " can't run here: " + e.getMessage();
    } catch (TestAbortedException e) {
      absent = e.getMessage().replaceFirst("^Assumption failed: ", "");
    }
  }

  Subject subject() {
    return subject;
  }

  ContainerBackend backend() {
    return backend;
  }

  Capabilities capabilities() {
    return capabilities;
  }

  Path image() {
    return image;
  }

  Hash imageHash() {
    return imageHash;
  }

  Path directory() {
    return directory;
  }

  /** What the backend has of what scenarios need. */
  Set<String> has() {
    Set<String> all = new HashSet<>(capabilities.features());
    all.addAll(capabilities.limits());
    all.addAll(subject.also());
    if (capabilities.outlivesNode()) {
      all.add("survive");
    }
    return all;
  }

  @Override
  public void close() throws Exception {
    if (host != null) {
      host.close();
    }
    subject.close();
    remove(directory);
  }

  static void remove(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(p);
      }
    }
  }
}
