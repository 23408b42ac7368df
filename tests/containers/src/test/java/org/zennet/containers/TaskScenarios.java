package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;

/** What becomes of a task: how it ends, what it reads and writes, its limits, its files. */
abstract class TaskScenarios extends OnStage {
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
}
