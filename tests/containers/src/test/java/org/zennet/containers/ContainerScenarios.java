package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** What becomes of a container: frozen and thawed, metered, ended, and found again by another life of the node. */
abstract class ContainerScenarios extends TaskScenarios {
  // ---- freezing

  /** By the kernel of the host and not by the meter, which leaves out what passes: what is frozen uses no processor for so long. */
  private void standsStill(Container c, long millis) throws Exception {
    long before = HostView.cpuMicros(c.leaseId());
    long began = System.nanoTime();
    Thread.sleep(millis);
    long used = HostView.cpuMicros(c.leaseId()) - before;
    double most = 1_000 + subject().frozenMicros() * ((System.nanoTime() - began) / 1e9);
    assertTrue(used <= most, used + " us of processor time in " + millis + " ms, at most " + most);
  }

  /** The longest time between two beats of a guest, in milliseconds. */
  private static long longestPause(String beats) {
    long[] at = beats.lines().mapToLong(l -> Long.parseLong(l.split(" ")[1])).toArray();
    long longest = 0;
    for (int i = 1; i < at.length; i++) {
      longest = Math.max(longest, at[i] - at[i - 1]);
    }
    return longest;
  }

  @Test
  @Quick
  @Needs("freeze")
  void frozenStandsStillAndGoesOnAfter() throws Exception {
    Container c = start();
    boolean clock = has("time");
    String[] work = clock ? new String[] {"beats", "150"} : new String[] {"spin", "0.5"};
    long began = System.nanoTime();
    long held = 700;
    if (!clock) {
      // a guest without a clock stood still if it does not come to its end in more than twice the time that it takes
      said(c, 0, work);
      held = Math.max(held, (System.nanoTime() - began) / 400_000);
    }
    long start = c.usage().get(Counter.CPU);
    CompletableFuture<Outcome> o = later(() -> c.run(task("work", work)));
    await("it works", () -> c.usage().get(Counter.CPU) > start + 50_000);
    c.freeze(true);
    UsageVector before = c.usage();
    standsStill(c, held / 2);
    UsageVector halfway = c.usage();
    standsStill(c, held - held / 2);
    UsageVector after = c.usage();
    assertEquals(before.with(Counter.WALL, 0), halfway.with(Counter.WALL, 0), "wall time alone counts");
    assertEquals(before.with(Counter.WALL, 0), after.with(Counter.WALL, 0), "wall time alone counts");
    assertTrue(after.get(Counter.WALL) - before.get(Counter.WALL) >= held - 100, "wall time does: " + before + " " + after);
    assertFalse(o.isDone());
    long host = HostView.cpuMicros(c.leaseId());
    c.freeze(false);
    Outcome done = get(o);
    assertEquals(0, done.exitCode(), shown(done));
    if (clock) {
      assertEquals(150, text(done.stdout()).lines().count(), "it went on where it was");
      assertTrue(longestPause(text(done.stdout())) >= held - 20, shown(done));
    }
    long counted = c.usage().since(after).get(Counter.CPU);
    long passed = HostView.cpuMicros(c.leaseId()) - host;
    assertTrue(counted > 0 && counted <= passed + HostView.grainMicros(c.leaseId()), "what passed while it was frozen is not made up for: " + counted + " of " + passed);
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
    standsStill(c, 200);
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
    standsStill(c, 200);
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
