package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Fuel;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;

/**
 * An attacker and its neighbour. After each attack: a file of the host is as it was, the neighbour's work came out right and
 * was metered right, the backend answers at once, nothing of the lease is left, and the reason of the end was told.
 */
abstract class AmongNeighbours extends OnStage {
  /** What the neighbour's work takes of fuel, where the backend counts that. */
  private static final Map<String, Optional<Fuel>> CALM = new ConcurrentHashMap<>();
  private static final String CANARY = "nobody writes here";

  Path canary;
  private Container neighbour;
  private CompletableFuture<Outcome> neighboursWork;
  Container attacker;
  private Set<String> mounts;
  private Map<String, String> kernel;

  @BeforeEach
  void begin() throws Exception {
    canary = Files.writeString(stage.directory().resolve("canary"), CANARY);
    mounts = mounts();
    kernel = HostView.kernel();
    neighbour = start();
    neighboursWork = later(() -> neighbour.run(has("programs") ? task("work", "burn", "0.2") : task("work", "spin", "0.2")));
    attacker = start();
  }

  @AfterEach
  void nothingHappenedToAnybody() throws Exception {
    if (attacker == null) {
      return;
    }
    Outcome work = get(neighboursWork);
    assertEquals(0, work.exitCode(), shown(work));
    assertEquals(Reason.EXITED, work.reason(), shown(work));
    if (has("processor-time")) {
      assertEquals(200_000, work.usage().get(Counter.CPU), 60_000.0, "the neighbour's meter: " + work.usage());
    } else if (has("programs")) {
      // what the guest takes for its own has times in it when it waited for a processor, and its kernel's own work comes to it
      assertTrue(work.usage().get(Counter.CPU) > 20_000 && work.usage().get(Counter.CPU) < 400_000, "the neighbour's meter: " + work.usage());
    }
    assertEquals(CALM.computeIfAbsent(subject().name(), n -> work.fuel()), work.fuel(), "the neighbour's fuel is the same beside every attacker");
    assertTrue(neighbour.ended().isEmpty(), "the neighbour goes on");
    long before = System.nanoTime();
    neighbour.usage();
    neighbour.keepAlive();
    assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(1), "the backend answers");
    assertEquals(CANARY, Files.readString(canary));
    assertEquals(kernel, HostView.kernel(), "the host's kernel is set as it was");
    attacker.stop();
    assertTrue(attacker.ended().isPresent());
    List<String> all = leases();
    stopAll();
    for (String lease : all) {
      await("no process of the lease lives: " + HostView.processes(lease), () -> HostView.processes(lease).isEmpty());
      await("no control group is left: " + HostView.groups(lease), () -> nothingLeft(HostView.groups(lease)));
    }
    await("no mount is left", () -> mounts.containsAll(mounts()));
  }

  /** Whether no group is left; where this process is not root, which alone may remove them, empty ones may be. */
  private static boolean nothingLeft(List<Path> groups) throws IOException {
    for (Path g : groups) {
      if ("root".equals(System.getProperty("user.name")) || !Files.readString(g.resolve("cgroup.procs")).isBlank()) {
        return false;
      }
    }
    return true;
  }

  /** What is mounted in the directories of the backend. */
  private Set<String> mounts() throws IOException {
    Set<String> found = new TreeSet<>();
    List<String> where = new ArrayList<>(stage.subject().mounts());
    where.add(stage.directory().toString());
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      if (where.stream().anyMatch(line::contains)) {
        found.add(line.split(" ")[1]);
      }
    }
    return found;
  }

  /** Another attacker in place of the usual one, with so much memory that something else is what limits it. */
  void roomy() throws Exception {
    attacker.stop();
    attacker = start(spec(192 * MIB, 16 * MIB, WALL, IDLE));
  }

  // ---- in few words

  Outcome attack(Set<Reason> expected, TaskSpec t) throws Exception {
    Outcome o = attacker.run(t);
    if (o.reason() == Reason.OUT_OF_MEMORY && has("programs") && !has("task-memory")) {
      await("the container has ended", () -> attacker.ended().isPresent());
      overWhereMemoryEndsTheContainer();
    }
    assertTrue(expected.contains(o.reason()), shown(o));
    if (o.reason() != Reason.EXITED) {
      assertFalse(o.detail().isEmpty(), "a reason that people can read");
    }
    return o;
  }

  Outcome attack(Set<Reason> expected, String... args) throws Exception {
    return attack(expected, task("attack", args));
  }

  String exits(String... args) throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), args);
    assertEquals(0, o.exitCode(), shown(o));
    return text(o.stdout());
  }

  /** All that it tried was refused. */
  void refused(String... args) throws Exception {
    String out = exits(args);
    assertTrue(out.contains("refused"), out);
    assertEquals(List.of(), out.lines().filter(l -> l.endsWith(" ALLOWED") && !subject().ownKernelAllows().contains(l.replace(" ALLOWED", ""))).toList());
  }

  TaskSpec brief(String... args) {
    return limited("attack", 2_000, 1 << 20, args);
  }

  TaskSpec leaving(List<String> outputs, String... args) {
    return new TaskSpec("attack", List.of(args), Map.of(), new byte[0], 20_000, 1 << 20, new byte[0], outputs);
  }

  /** Where no task alone is ended by the memory limit, and the container was: nothing is left to be tried, but the reason must be told. */
  private void overWhereMemoryEndsTheContainer() {
    if (has("programs") && !has("task-memory") && attacker.ended().isPresent()) {
      assertEquals("its memory limit", attacker.ended().get());
      abort(subject().name() + ": the memory limit ended the container, " + subject().why("task-memory").orElse(""));
    }
  }

  /** The container works as before. */
  void goesOn() throws Exception {
    overWhereMemoryEndsTheContainer();
    assertTrue(attacker.ended().isEmpty(), () -> attacker.ended().toString());
    assertEquals("calm", text(attacker.run(task("after", bytes("calm"), "echo")).stdout()));
  }

  static byte[] join(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  void imageRefused(byte[] image) throws Exception {
    imageRefused(image, "");
  }

  /** It is refused, and the reason says so. */
  void imageRefused(byte[] image, String why) throws Exception {
    Path file = Files.write(stage.directory().resolve("bad-image"), image);
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    Container c = start(new ContainerSpec(s.leaseId(), file, hash(image), s.resources(), s.directory(), WALL, IDLE));
    Outcome o = c.run(task("t", "exit", "0"));
    assertEquals(Reason.INVALID_IMAGE, o.reason(), shown(o));
    assertFalse(o.detail().isEmpty());
    assertTrue(o.detail().contains(why), shown(o));
    c.stop();
  }
}
