package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** What every backend does in the same way. */
abstract class ScenarioTable extends OnStage {
  // ---- exit codes and signals

  @Test
  @Quick
  void exitCodesComeBack() throws Exception {
    Container c = start();
    for (int code : new int[] {0, 1, 42, 126, 127}) {
      said(c, code, "exit", Integer.toString(code));
    }
    assertTrue(run(c, "exit", "0").succeeded());
    assertFalse(run(c, "exit", "7").succeeded());
  }

  @Test
  @Needs("programs")
  void aSignalIsTold() throws Exception {
    Container c = start();
    for (int signal : new int[] {15, 6, 9, 10}) {
      said(c, 128 + signal, "signal", Integer.toString(signal));
    }
  }

  @Test
  @Needs("programs")
  void aFaultIsTold() throws Exception {
    Container c = start();
    said(c, 128 + 11, "fault");
    assertEquals("spun\n", said(c, 0, "spin", "0.01"), "the container goes on");
  }

  @Test
  @Needs("programs")
  void aProgramThatIsNotThereIsTold() throws Exception {
    Container c = start();
    Outcome o = c.run(new TaskSpec("none", List.of(), Map.of(), new byte[0], 10_000, 1000, new byte[0], List.of(), List.of("/bin/no-such")));
    assertEquals(127, o.exitCode(), shown(o));
    assertFalse(o.detail().isEmpty());
  }

  // ---- streams

  @Test
  void smallInputComesBackAsOutput() throws Exception {
    assertEquals("hello", text(start().run(task("t", bytes("hello"), "echo")).stdout()));
  }

  @Test
  void largeBinaryInputComesBackAsOutput() throws Exception {
    byte[] random = new byte[8 << 20];
    new Random(7).nextBytes(random);
    assertArrayEquals(random, start().run(task("t", random, "echo")).stdout());
  }

  @Test
  void manyMebibytesPassThroughBothEnds() throws Exception {
    byte[] random = new byte[40 << 20];
    new Random(8).nextBytes(random);
    Outcome o = start(spec(32 * MIB, 16 * MIB, WALL, IDLE)).run(new TaskSpec("t", List.of("echo"), Map.of(), random, 60_000, random.length));
    assertArrayEquals(random, o.stdout(), "more than the container has memory");
  }

  @Test
  void noInputIsTheEndOfInput() throws Exception {
    assertEquals("0\n", said(start(), 0, "count"));
  }

  @Test
  void inputThatNobodyReadsHoldsNothingUp() throws Exception {
    Outcome o = start().run(task("t", new byte[4 << 20], "exit", "3"));
    assertEquals(3, o.exitCode(), shown(o));
  }

  @Test
  void emptyOutputIsEmpty() throws Exception {
    Outcome o = run(start(), "exit", "0");
    assertEquals(0, o.stdout().length);
    assertEquals(0, o.stderr().length);
    assertEquals(0, o.files().length);
  }

  @Test
  void everyByteComesThrough() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    assertArrayEquals(all, run(start(), "bytes").stdout());
  }

  @Test
  @Quick
  void outputUpToTheLimitIsWholeAndOneByteMoreEndsTheTask() throws Exception {
    Container c = start();
    assertEquals(100_000, c.run(limited("exact", 10_000, 100_000, "out", "100000")).stdout().length);
    Outcome o = c.run(limited("more", 10_000, 100_000, "out", "100001"));
    assertEquals(Reason.OUTPUT_LIMIT, o.reason(), shown(o));
    assertEquals(100_000, o.stdout().length);
    said(c, 0, "exit", "0");
  }

  @Test
  void messagesAreApartFromOutputAndCutAt64KiB() throws Exception {
    Container c = start();
    Outcome o = run(c, "both");
    assertEquals("to out", text(o.stdout()));
    assertEquals("to err", text(o.stderr()));
    Outcome flood = run(c, "err", "1000000");
    assertEquals(65_536, flood.stderr().length);
    assertEquals(0, flood.exitCode(), shown(flood));
  }

  // ---- arguments and environment

  @Test
  @Quick
  void argumentsComeThroughAsTheyAre() throws Exception {
    List<String> odd = List.of("args", "", " a b ", "\"quoted\" $HOME `x`", "né ≠ 漢字 🙂", "line\nbreak", "-v", "*");
    Outcome o = start().run(new TaskSpec("t", odd, Map.of(), new byte[0], 10_000, LIMIT));
    assertEquals(String.join("\0", odd.subList(1, odd.size())) + "\0", text(o.stdout()));
  }

  @Test
  void aThousandArgumentsComeThrough() throws Exception {
    List<String> many = new ArrayList<>(List.of("args"));
    for (int i = 0; i < 1000; i++) {
      many.add("argument-" + i);
    }
    Outcome o = start().run(new TaskSpec("t", many, Map.of(), new byte[0], 10_000, LIMIT));
    assertEquals(1000, text(o.stdout()).split("\0").length);
  }

  @Test
  void theEnvironmentIsTheTasksAndNotTheNodes() throws Exception {
    Outcome o = start().run(new TaskSpec("t", List.of("env"), Map.of("GREETING", "grüß dich", "EMPTY", ""), new byte[0], 10_000, LIMIT));
    List<String> lines = text(o.stdout()).lines().toList();
    assertTrue(lines.contains("GREETING=grüß dich"), lines.toString());
    assertTrue(lines.contains("EMPTY="), lines.toString());
    for (String name : List.of("ZENNET_", "JAVA_", "DOCKER_", "SHELL=", "LD_")) {
      assertTrue(lines.stream().noneMatch(l -> l.startsWith(name)), lines.toString());
    }
  }

  // ---- limits

  @Test
  @Quick
  void aTimeoutEndsTheTaskAndKeepsWhatItWrote() throws Exception {
    Container c = start();
    Outcome o = c.run(limited("t", 400, 1000, lasting()));
    assertEquals(Reason.TIMEOUT, o.reason(), shown(o));
    assertEquals("started\n", text(o.stdout()));
    said(c, 0, "exit", "0");
  }

  @Test
  void aTimeoutEndsABusyLoop() throws Exception {
    Container c = start();
    Outcome o = c.run(limited("t", 500, 1000, "forever"));
    assertEquals(Reason.TIMEOUT, o.reason(), shown(o));
    assertTrue(o.usage().get(Counter.CPU) > 10_000, "it was metered: " + o.usage());
    said(c, 0, "exit", "0");
  }

  @Test
  @Quick
  @Needs({"programs", "task-memory"})
  void tooMuchMemoryEndsTheTaskAndNotTheContainer() throws Exception {
    Container c = start();
    Outcome o = run(c, "grow");
    assertEquals(Reason.OUT_OF_MEMORY, o.reason(), shown(o));
    assertTrue(c.ended().isEmpty(), () -> c.ended().toString());
    said(c, 0, "exit", "0");
  }

  @Test
  void memoryWithinTheLimitIsThere() throws Exception {
    assertEquals("held\n", said(start(), 0, "memory", Long.toString(subject().memory() / 4)));
  }

  @Test
  @Quick
  @Needs({"files", "disk"})
  void aFullDiskIsAnErrorOfTheProgramAndNotTheEnd() throws Exception {
    Container c = start(spec(subject().memory(), 8 * MIB, WALL, IDLE));
    String out = said(c, 28, "write", "big", Long.toString(64 * MIB));
    assertTrue(out.contains("after"), out);
    assertEquals("wrote 1048576\n", said(c, 0, "write", "small", Long.toString(MIB)), "the next task has the space again");
  }

  @Test
  @Needs({"programs", "pids"})
  void manyProcessesRunAndAreReaped() throws Exception {
    assertEquals("20 20\n", said(start(), 0, "children", "20"));
  }

  @Test
  @Needs("programs")
  void whatATaskLeavesBehindEndsWithIt() throws Exception {
    Container c = start();
    assertEquals("left one behind\n", said(c, 0, "background"));
    assertEquals("", said(c, 0, "ls"), "the work directory stays empty: nobody writes there any more");
    said(c, 0, "sleep", "0.1");
    assertEquals("", said(c, 0, "ls"));
  }

  // ---- files

  @Test
  @Needs("files")
  void filesGoIn() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("in.txt", bytes("content"));
    files.put("dir/", new byte[0]);
    files.put("dir/ünïcode 漢字", bytes("more"));
    files.put("deep/er/still", new byte[200_000]);
    Container c = start();
    Outcome o = c.run(new TaskSpec("t", List.of("cat", "in.txt", "dir/ünïcode 漢字"), Map.of(), new byte[0], 10_000, LIMIT, GuestImage.tar(files), List.of()));
    assertEquals("contentmore", text(o.stdout()), shown(o));
    assertEquals("", said(c, 0, "ls"), "the next task finds an empty directory");
  }

  @Test
  @Needs({"files", "programs"})
  void aProgramThatWasSentRuns() throws Exception {
    Map<String, byte[]> files = Map.of("mine!", Files.readAllBytes(GuestProgram.linux(stage.directory())));
    Outcome o = start().run(new TaskSpec("t", List.of("args", "x"), Map.of(), new byte[0], 10_000, LIMIT, GuestImage.tar(files), List.of(), List.of("./mine")));
    assertEquals("x\0", text(o.stdout()), shown(o));
  }

  @Test
  @Quick
  @Needs("files")
  void filesComeOutInOneForm() throws Exception {
    TaskSpec t = new TaskSpec("t", List.of("results"), Map.of(), new byte[0], 10_000, LIMIT, new byte[0], List.of("results", "plain", "missing"));
    Container c = start();
    Outcome o = c.run(t);
    Map<String, String> files = GuestImage.files(o.files());
    assertEquals("one", files.get("results/a"), shown(o) + files);
    assertEquals("two", files.getOrDefault("results/b!", files.get("results/b")));
    assertEquals("three", files.get("results/deep/é"));
    assertEquals("four", files.get("plain"));
    assertFalse(files.containsKey("unwanted"));
    assertTrue(files.keySet().stream().noneMatch(n -> n.contains("link") || n.contains("fifo")), files.toString());
    Outcome again = c.run(new TaskSpec("u", t.args(), Map.of(), new byte[0], 10_000, LIMIT, new byte[0], t.outputs()));
    assertArrayEquals(o.files(), again.files(), "the same files give the same bytes");
  }

  @Test
  @Needs("files")
  void tooManyBytesOfFilesAreTooMuchOutput() throws Exception {
    Container c = start();
    Outcome o = c.run(new TaskSpec("t", List.of("write", "big", "200000"), Map.of(), new byte[0], 10_000, 100_000, new byte[0], List.of("big")));
    assertEquals(Reason.OUTPUT_LIMIT, o.reason(), shown(o));
    said(c, 0, "exit", "0");
  }

  @Test
  @Needs("files")
  void filesThatAreNoArchiveAreRefused() throws Exception {
    Container c = start();
    int n = 0;
    for (byte[] bad : List.of(bytes("no archive"), GuestImage.tar(Map.of("../up", bytes("x"))), GuestImage.tar(Map.of("/abs", bytes("x"))),
        GuestImage.header("link", 0, '2', 0777, "/etc/passwd"))) {
      Outcome o = c.run(new TaskSpec("bad-" + n++, List.of("exit", "0"), Map.of(), new byte[0], 10_000, LIMIT, bad, List.of()));
      assertEquals(Reason.INVALID_IMAGE, o.reason(), shown(o));
      assertFalse(o.detail().isEmpty());
    }
    said(c, 0, "exit", "0");
  }

  // ---- once and not twice

  @Test
  void aTaskIsDoneOnce() throws Exception {
    Container c = start();
    TaskSpec t = task("once", "clock");
    Outcome first = c.run(t);
    Outcome second = c.run(t);
    assertArrayEquals(first.stdout(), second.stdout());
    assertEquals(first.usage(), second.usage());
    assertThrows(ContainerException.class, () -> c.run(task("once", "exit", "0")), "another task under its id");
  }

  @Test
  void whoAsksWhileItRunsGetsTheSameOutcome() throws Exception {
    Container c = start();
    TaskSpec t = task("shared", has("time") ? "sleep" : "spin", "0.5");
    CompletableFuture<Outcome> one = later(() -> c.run(t));
    CompletableFuture<Outcome> two = later(() -> c.run(t));
    assertEquals(get(one).usage(), get(two).usage());
  }

  @Test
  void oneTaskAtATime() throws Exception {
    Container c = start();
    for (int i = 0; i < 20; i++) {
      int n = i;
      CompletableFuture<Outcome> long1 = later(() -> c.run(task("long-" + n, lasting())));
      Thread.sleep(300);
      try {
        run(c, "exit", "0");
        c.cancel();
      } catch (ContainerException e) {
        assertTrue(e.getMessage().contains("busy"), e.getMessage());
        c.cancel();
        assertEquals(Reason.CANCELLED, get(long1).reason());
        return;
      }
    }
    throw new AssertionError("two tasks ran at a time");
  }

  // ---- cancelling

  @Test
  void cancellingEndsTheTaskAndKeepsTheContainer() throws Exception {
    Container c = start();
    CompletableFuture<Outcome> o = later(() -> c.run(task("long", lasting())));
    Thread.sleep(300);
    c.cancel();
    assertEquals(Reason.CANCELLED, get(o).reason(), shown(get(o)));
    said(c, 0, "exit", "0");
  }

  @Test
  void cancellingWhileItStartsEndsItToo() throws Exception {
    Container c = start();
    for (int i = 0; i < 5; i++) {
      int n = i;
      CompletableFuture<Outcome> o = later(() -> c.run(task("start-" + n, lasting())));
      while (!o.isDone()) {
        c.cancel();
        Thread.sleep(1);
      }
      assertEquals(Reason.CANCELLED, get(o).reason(), shown(get(o)));
    }
  }

  @Test
  void cancellingNothingDoesNothing() throws Exception {
    Container c = start();
    c.cancel();
    said(c, 0, "exit", "0");
    c.cancel();
    said(c, 0, "exit", "0");
  }

  // ---- freezing

  /** Microseconds of processor time that are none: where the guest's kernel is frozen by itself and not by the host's, it looks around now and then. */
  private double still() {
    return has("programs") && !has("processor-time") ? 20_000 : 2_000;
  }

  @Test
  @Quick
  @Needs("freeze")
  void frozenUsesNoProcessorAndGoesOnAfter() throws Exception {
    Container c = start();
    CompletableFuture<Outcome> o = later(() -> c.run(task("spin", "spin", "1.5")));
    await("it works", () -> c.usage().get(Counter.CPU) > 100_000);
    c.freeze(true);
    UsageVector before = c.usage();
    Thread.sleep(700);
    UsageVector after = c.usage();
    assertEquals(before.get(Counter.CPU), after.get(Counter.CPU), still());
    assertEquals(before.get(Counter.MEMORY), after.get(Counter.MEMORY), "frozen memory is not counted");
    assertTrue(after.get(Counter.WALL) - before.get(Counter.WALL) >= 600, "wall time is");
    assertFalse(o.isDone());
    c.freeze(false);
    assertEquals(0, get(o).exitCode(), shown(get(o)));
  }

  @Test
  @Needs("freeze")
  void whatIsFrozenCanBeCancelledAndStopped() throws Exception {
    Container c = start();
    CompletableFuture<Outcome> o = later(() -> c.run(task("spin", "spin", "30")));
    await("it works", () -> c.usage().get(Counter.CPU) > 50_000);
    c.freeze(true);
    c.cancel();
    assertEquals(Reason.CANCELLED, get(o).reason(), shown(get(o)));
    UsageVector frozen = c.usage();
    Thread.sleep(200);
    assertEquals(frozen.get(Counter.CPU), c.usage().get(Counter.CPU), still(), "it is frozen still");
    c.stop();
    assertTrue(c.ended().isPresent());
  }

  @Test
  @Needs("freeze")
  void aTimeoutPassesWhileFrozen() throws Exception {
    Container c = start();
    CompletableFuture<Outcome> o = later(() -> c.run(limited("t", 800, 1000, "spin", "30")));
    await("it works", () -> c.usage().get(Counter.CPU) > 50_000);
    c.freeze(true);
    assertEquals(Reason.TIMEOUT, get(o).reason(), shown(get(o)));
  }

  // ---- the meter

  @Test
  void theMeterCountsTheProcessorAndNeverFalls() throws Exception {
    Container c = start();
    UsageVector before = c.usage();
    Outcome o = run(c, "spin", "0.5");
    UsageVector after = c.usage();
    long cpu = o.usage().get(Counter.CPU);
    assertTrue(cpu > 0 && o.usage().get(Counter.WALL) >= (has("time") ? 500 : 1), o.usage().toString());
    assertTrue(o.usage().get(Counter.MEMORY) > 0, o.usage().toString());
    for (Counter k : Counter.values()) {
      assertTrue(after.get(k) >= before.get(k), k.toString());
    }
    assertTrue(after.since(before).get(Counter.CPU) >= cpu - 1000);
  }

  @Test
  @Quick
  @Needs({"programs", "processor-time"})
  void theMeterCountsWhatTheProgramItselfCounts() throws Exception {
    Outcome o = run(start(), "burn", "0.8");
    assertEquals("started\nburnt\n", text(o.stdout()));
    assertEquals(800_000, o.usage().get(Counter.CPU), 60_000.0, o.usage().toString());
  }

  @Test
  @Needs("time")
  void waitingCostsNoProcessor() throws Exception {
    Outcome o = run(start(), "sleep", "1");
    assertTrue(o.usage().get(Counter.CPU) < 100_000, o.usage().toString());
  }

  // ---- images

  @Test
  void anImageOfAnotherHashIsNotStarted() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    ContainerSpec wrong = new ContainerSpec(s.leaseId(), s.image(), hash(bytes("other")), s.resources(), s.directory(), WALL, IDLE);
    assertThrows(ContainerException.class, () -> start(wrong).run(task("t", "exit", "0")));
  }

  @Test
  @Quick
  void whatIsNoImageIsTheGuestsFault() throws Exception {
    Path junk = Files.write(stage.directory().resolve("junk"), bytes("this is no image"));
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    Container c = start(new ContainerSpec(s.leaseId(), junk, hash(Files.readAllBytes(junk)), s.resources(), s.directory(), WALL, IDLE));
    Outcome o = c.run(task("t", "exit", "0"));
    assertEquals(Reason.INVALID_IMAGE, o.reason(), shown(o));
    assertFalse(o.detail().isEmpty());
  }

  // ---- the end

  @Test
  @Quick
  void stoppingEndsEverything() throws Exception {
    Container c = start();
    CompletableFuture<Outcome> o = later(() -> c.run(task("long", lasting())));
    Thread.sleep(300);
    c.stop();
    c.stop();
    assertTrue(c.ended().isPresent());
    assertEquals(Reason.CONTAINER_ENDED, get(o).reason(), shown(get(o)));
    assertThrows(ContainerException.class, () -> c.run(task("late", "exit", "0")));
    UsageVector last = c.usage();
    assertEquals(last, c.usage(), "the meter stays where it was");
  }

  @Test
  void whenItsTimeIsOverTheContainerEnds() throws Exception {
    Container c = start(spec(subject().memory(), 8 * MIB, 1_500, IDLE));
    Outcome o = c.run(task("long", lasting()));
    assertEquals(Reason.CONTAINER_ENDED, o.reason(), shown(o));
    await("it has ended", () -> c.ended().isPresent());
  }

  @Test
  void whenNobodyTouchesItTheContainerEnds() throws Exception {
    Container c = start(spec(subject().memory(), 8 * MIB, WALL, 1_500));
    for (int i = 0; i < 5; i++) {
      Thread.sleep(500);
      c.keepAlive();
    }
    assertTrue(c.ended().isEmpty(), "it was touched");
    await("it has ended", () -> c.ended().isPresent());
  }

  @Test
  void tenContainersWorkAtOnce() throws Exception {
    List<CompletableFuture<Outcome>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Container c = start();
      int n = i;
      all.add(later(() -> c.run(task("t", bytes("input " + n), "echo"))));
    }
    for (int i = 0; i < 10; i++) {
      assertEquals("input " + i, text(get(all.get(i)).stdout()));
    }
  }

  // ---- programs beside the task

  private static ExecSpec exec(String... command) {
    return new ExecSpec(List.of(command), Map.of(), Optional.empty());
  }

  private static String all(InputStream in) throws Exception {
    return text(in.readAllBytes());
  }

  @Test
  @Quick
  @Needs("shell")
  void aProgramBesideTheTaskHasItsOwnStreamsAndCode() throws Exception {
    Container c = start();
    try (GuestProcess p = c.exec(exec("/bin/guest", "echo"))) {
      try (OutputStream in = p.stdin()) {
        in.write(bytes("half-closed"));
      }
      assertEquals("half-closed", all(p.stdout()));
      assertEquals(0, p.exit().get(10, TimeUnit.SECONDS));
    }
    try (GuestProcess p = c.exec(exec("/bin/guest", "both"))) {
      assertEquals("to out", all(p.stdout()));
      assertEquals("to err", all(p.stderr()));
    }
    try (GuestProcess p = c.exec(exec("/bin/guest", "exit", "33"))) {
      assertEquals(33, p.exit().get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  @Needs("shell")
  void aTerminalIsOneAndCanBeResized() throws Exception {
    Container c = start();
    try (GuestProcess p = c.exec(new ExecSpec(List.of("/bin/guest", "terminal"), Map.of(), Optional.of(new ExecSpec.Terminal("xterm", 101, 33))))) {
      InputStream out = p.stdout();
      StringBuilder seen = new StringBuilder();
      read(out, seen, "tty=1");
      await("the first size is seen", () -> {
        if (seen.indexOf("101x33 tty=1") >= 0) {
          return true;
        }
        p.stdin().write(bytes("x\n"));
        p.stdin().flush();
        seen.setLength(0);
        read(out, seen, "tty=1");
        return seen.indexOf("101x33 tty=1") >= 0;
      });
      p.resize(80, 24);
      await("the next size is seen", () -> {
        p.stdin().write(bytes("x\n"));
        p.stdin().flush();
        seen.setLength(0);
        read(out, seen, "tty=1");
        return seen.indexOf("80x24 tty=1") >= 0;
      });
      p.stdin().write(bytes("q\n"));
      p.stdin().flush();
      assertEquals(0, p.exit().get(10, TimeUnit.SECONDS));
    }
  }

  private static void read(InputStream in, StringBuilder seen, String until) throws Exception {
    byte[] b = new byte[1000];
    while (seen.indexOf(until) < 0) {
      int n = in.read(b);
      assertTrue(n > 0, "it goes on: " + seen);
      seen.append(new String(b, 0, n));
    }
  }

  @Test
  @Needs("shell")
  void aProgramBesideTheTaskCanBeSignalled() throws Exception {
    Container c = start();
    try (GuestProcess p = c.exec(exec("/bin/guest", "on-term"))) {
      read(p.stdout(), new StringBuilder(), "ready");
      p.signal("TERM");
      assertEquals(40 + 15, p.exit().get(10, TimeUnit.SECONDS));
    }
    try (GuestProcess p = c.exec(exec("/bin/guest", "forever"))) {
      read(p.stdout(), new StringBuilder(), "started");
      p.signal("KILL");
      assertEquals(128 + 9, p.exit().get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  @Needs("shell")
  void closingAProgramEndsIt() throws Exception {
    Container c = start();
    GuestProcess p = c.exec(exec("/bin/guest", "forever"));
    read(p.stdout(), new StringBuilder(), "started");
    p.close();
    p.close();
    await("it no longer works", () -> {
      long before = c.usage().get(Counter.CPU);
      Thread.sleep(200);
      return c.usage().get(Counter.CPU) - before < 50_000;
    });
  }

  @Test
  @Needs("shell")
  void theEndOfATaskIsNotTheEndOfAShell() throws Exception {
    Container c = start();
    try (GuestProcess p = c.exec(exec("/bin/guest", "echo"))) {
      p.stdin().write(bytes("before "));
      p.stdin().flush();
      read(p.stdout(), new StringBuilder(), "before");
      said(c, 0, "background");
      p.stdin().write(bytes("after"));
      p.stdin().close();
      assertEquals("after", all(p.stdout()));
      assertEquals(0, p.exit().get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  @Needs("shell")
  void theEndOfTheContainerIsTold() throws Exception {
    Container c = start();
    GuestProcess p = c.exec(exec("/bin/guest", "sleep", "60"));
    read(p.stdout(), new StringBuilder(), "started");
    c.stop();
    assertThrows(ExecutionException.class, () -> p.exit().get(10, TimeUnit.SECONDS));
    assertThrows(ContainerException.class, () -> c.exec(exec("/bin/guest", "echo")));
  }

  // ---- the node dies

  @Test
  @Quick
  @Needs({"survive", "readopt"})
  void aTaskGoesOnWhenTheNodeDies() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    try (OtherNode other = OtherNode.start(stage, s, "burn", "1.5")) {
      other.awaitRunning();
      other.kill();
      Container c = survivor(s.leaseId());
      stopLater(c);
      Outcome o = c.run(OtherNode.task("burn", "1.5"));
      assertEquals(0, o.exitCode(), shown(o));
      assertEquals("started\nburnt\n", text(o.stdout()));
      if (has("processor-time")) {
        assertEquals(1_500_000, o.usage().get(Counter.CPU), 150_000.0, "counted once, also while no node looked: " + o.usage());
      }
      if (has("time")) {
        assertTrue(o.usage().get(Counter.CPU) > 0 && o.usage().get(Counter.WALL) >= 1_400, o.usage().toString());
      } else {
        assertTrue(o.fuel().isPresent() && o.usage().get(Counter.CPU) > 100_000, o.toString());
        assertEquals(start().run(OtherNode.task("burn", "1.5")).fuel(), o.fuel(), "the whole work, once");
      }
      assertEquals(o.usage(), c.run(OtherNode.task("burn", "1.5")).usage(), "kept");
      said(c, 0, "exit", "0");
    }
  }

  @Test
  @Needs({"survive", "readopt"})
  void aTaskThatEndedWhileNoNodeLookedIsFound() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    try (OtherNode other = OtherNode.start(stage, s, "burn", "0.3")) {
      other.awaitRunning();
      other.kill();
      Thread.sleep(3_000);
      Container c = survivor(s.leaseId());
      stopLater(c);
      Outcome o = c.run(OtherNode.task("burn", "0.3"));
      assertEquals(0, o.exitCode(), shown(o));
      assertEquals("started\nburnt\n", text(o.stdout()));
    }
  }

  @Test
  @Needs("survive")
  void whatTheNodeLeftBehindEndsWhenNobodyTouchesIt() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, 2_000);
    try (OtherNode other = OtherNode.start(stage, s, lasting())) {
      other.awaitRunning();
      other.kill();
      Thread.sleep(3_500);
      for (Container c : stage.backend().survivors()) {
        if (c.leaseId().equals(s.leaseId())) {
          stopLater(c);
          await("it has ended", () -> c.ended().isPresent());
        }
      }
    }
  }

  private Container survivor(String lease) throws Exception {
    for (Container c : stage.backend().survivors()) {
      if (c.leaseId().equals(lease)) {
        return c;
      }
    }
    throw new AssertionError("the container of the dead node is not found");
  }
}
