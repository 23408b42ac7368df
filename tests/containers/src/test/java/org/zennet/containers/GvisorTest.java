package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Isolation;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.value.Counter;

/** The scenarios and the hostile payloads under gVisor, a kernel of its own in user space; and what is another way there, see docs/containers.md. */
class GvisorTest {
  private static final Subject GVISOR = new DockerSubject(TestEngine.GVISOR);

  @AfterAll
  static void close() throws Exception {
    Stage.close(GVISOR);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return GVISOR;
    }

    @Override
    boolean standard() {
      return false;
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return GVISOR;
    }

    @Override
    boolean standard() {
      return false;
    }
  }

  @Nested
  class ItsOwnWay extends AmongNeighbours {
    private static final long TICK_MICROS = 10_000;

    @Override
    Subject subject() {
      return GVISOR;
    }

    @Override
    boolean standard() {
      return false;
    }

    @Test
    void theOfferSaysThatTheKernelIsTheGuestsOwn() {
      assertEquals(Isolation.VIRTUAL_MACHINE, stage.capabilities().isolation());
      assertTrue(stage.capabilities().notes().contains("runtime runsc"), stage.capabilities().notes());
      assertTrue(stage.capabilities().notes().contains("loses its container"), stage.capabilities().notes());
    }

    @Test
    void theMeterCountsWhatTheProcessesOfTheHostUsed() throws Exception {
      said(attacker, 0, "exit", "0");
      long meter = attacker.usage().get(Counter.CPU);
      long host = host(attacker.leaseId());
      said(attacker, 0, "burn", "4");
      host = host(attacker.leaseId()) - host;
      meter = attacker.usage().get(Counter.CPU) - meter;
      // a tick may be missing of each of a handful of processes
      assertEquals(host, meter, host * 0.02 + 5 * TICK_MICROS, "microseconds");
    }

    /** Processor time of all processes in the lease's control groups and of those that they waited for, in microseconds. */
    private static long host(String lease) throws IOException {
      long ticks = 0;
      try (Stream<Path> all = Files.list(Path.of("/proc"))) {
        for (Path p : all.filter(f -> f.getFileName().toString().matches("[0-9]+")).toList()) {
          try {
            if (Files.readString(p.resolve("cgroup")).contains("-" + lease + "/")) {
              String stat = Files.readString(p.resolve("stat"));
              String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
              for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(f[i]);
              }
            }
          } catch (IOException e) {
            // it ended
          }
        }
      }
      return ticks * TICK_MICROS;
    }

    @Test
    void tooManyProcessesEndTheContainerAndItSaysSo() throws Exception {
      roomy();
      Outcome o = attack(Set.of(Reason.CONTAINER_ENDED), limited("attack", 20_000, 1 << 20, "fork-bomb"));
      assertTrue(o.detail().contains("more processes and threads than it may"), o.detail());
    }

    @Test
    void tooMuchMemoryEndsTheContainerAndItSaysSo() throws Exception {
      Outcome o = attacker.run(task("attack", "grow"));
      assertEquals(Reason.OUT_OF_MEMORY, o.reason(), shown(o));
      assertTrue(o.detail().contains("bytes of memory"), o.detail());
      await("it has ended", () -> attacker.ended().isPresent());
      assertEquals("its memory limit", attacker.ended().get());
    }
  }
}
