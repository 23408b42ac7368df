package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Hash;
import org.zennet.api.value.Resources;

/** What scenarios and payloads share: containers that are stopped again, tasks in few words, and what is skipped. */
abstract class OnStage {
  static final long MIB = 1 << 20;
  static final long WALL = 120_000;
  static final long IDLE = 60_000;
  static final int LIMIT = 16 << 20;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** For what waits: virtual threads. */
  final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Container> containers = new ArrayList<>();
  Stage stage;

  abstract Subject subject();

  /** Whether the standard tier tries this backend: then those marked {@link Quick} run there. */
  boolean standard() {
    return true;
  }

  @BeforeEach
  void open(TestInfo test) throws Exception {
    Method method = test.getTestMethod().orElseThrow();
    boolean full = System.getProperty("zennet.tier", "standard").equals("full");
    assumeTrue(full || standard() && method.isAnnotationPresent(Quick.class), subject().name() + ": runs with ./zennet test --full");
    stage = Stage.of(subject());
    Needs needs = method.getAnnotation(Needs.class);
    if (needs != null) {
      for (String n : needs.value()) {
        if (!stage.has().contains(n)) {
          abort(subject().name() + " does not have '" + n + "'" + subject().why(n).map(w -> ": " + w).orElse(""));
        }
      }
    }
  }

  @AfterEach
  void stopAll() {
    containers.forEach(Container::stop);
    containers.clear();
  }

  /** The leases of all containers that this test started. */
  List<String> leases() {
    return containers.stream().map(Container::leaseId).toList();
  }

  boolean has(String what) {
    return stage.has().contains(what);
  }

  /** A task that begins with a line of output and then lasts until something ends it. */
  String[] lasting() {
    return has("time") ? new String[] {"sleep", "60"} : new String[] {"forever"};
  }

  String leaseId() {
    return "test-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
  }

  ContainerSpec spec(long memory, long disk, long wall, long idle) throws Exception {
    String id = leaseId();
    Path directory = Files.createDirectories(stage.directory().resolve("leases").resolve(id));
    return new ContainerSpec(id, stage.image(), stage.imageHash(), new Resources(1000, memory, has("disk") ? disk : 0), directory, wall, idle);
  }

  Container start(ContainerSpec spec) throws ContainerException, InterruptedException {
    Container c = stage.backend().start(spec);
    containers.add(c);
    return c;
  }

  /** A container like most. */
  Container start() throws Exception {
    return start(spec(subject().memory(), 16 * MIB, WALL, IDLE));
  }

  /** Of another life of the node. */
  void stopLater(Container c) {
    containers.add(c);
  }

  static TaskSpec task(String id, String... args) {
    return task(id, new byte[0], args);
  }

  static TaskSpec task(String id, byte[] stdin, String... args) {
    return new TaskSpec(id, List.of(args), Map.of(), stdin, 30_000, LIMIT);
  }

  static TaskSpec limited(String id, long timeout, int most, String... args) {
    return new TaskSpec(id, List.of(args), Map.of(), new byte[0], timeout, most);
  }

  Outcome run(Container c, String... args) throws Exception {
    return c.run(task("t-" + NUMBER.incrementAndGet(), args));
  }

  /** Runs what must end by itself with this code, and gives what it wrote. */
  String said(Container c, int code, String... args) throws Exception {
    Outcome o = run(c, args);
    assertEquals(Outcome.Reason.EXITED, o.reason(), shown(o));
    assertEquals(code, o.exitCode(), shown(o));
    return text(o.stdout());
  }

  <T> CompletableFuture<T> later(Callable<T> what) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return what.call();
      } catch (Exception e) {
        throw new java.util.concurrent.CompletionException(e);
      }
    }, threads);
  }

  static <T> T get(CompletableFuture<T> f) throws Exception {
    return f.get(60, TimeUnit.SECONDS);
  }

  /** Waits for something that comes soon. */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.call()) {
      assertEquals(true, System.nanoTime() < deadline, what);
      Thread.sleep(10);
    }
  }

  static String text(byte[] b) {
    return new String(b, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  static String shown(Outcome o) {
    String out = text(o.stdout());
    return o.reason() + " " + o.exitCode() + " '" + o.detail() + "' out: " + out.substring(0, Math.min(300, out.length())) + " err: " + text(o.stderr());
  }

  static Hash hash(byte[] b) {
    return Hash.of(GuestImage.sha256(b));
  }
}
