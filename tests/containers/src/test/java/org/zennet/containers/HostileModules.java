package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.zennet.containers.ModuleWriter.CODE;
import static org.zennet.containers.ModuleWriter.DATA;
import static org.zennet.containers.ModuleWriter.ELEMENTS;
import static org.zennet.containers.ModuleWriter.EXPORTS;
import static org.zennet.containers.ModuleWriter.FUNCTIONS;
import static org.zennet.containers.ModuleWriter.IMPORTS;
import static org.zennet.containers.ModuleWriter.MEMORIES;
import static org.zennet.containers.ModuleWriter.START;
import static org.zennet.containers.ModuleWriter.TABLES;
import static org.zennet.containers.ModuleWriter.TYPES;
import static org.zennet.containers.ModuleWriter.body;
import static org.zennet.containers.ModuleWriter.number;
import static org.zennet.containers.ModuleWriter.program;
import static org.zennet.containers.ModuleWriter.row;
import static org.zennet.containers.ModuleWriter.times;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.Outcome.Reason;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;

/** What only a module can try: to be none, to be too much to look at or to compile, and what its own calls and memory allow. */
abstract class HostileModules extends AmongNeighbours {
  private static final byte[] NOTHING = {1, 0x60, 0, 0};

  private Outcome ran(byte[] module, long timeout) throws Exception {
    Path file = Files.write(stage.directory().resolve("module"), module);
    ContainerSpec s = spec(subject().memory(), 0, WALL, IDLE);
    Container c = start(new ContainerSpec(s.leaseId(), file, hash(module), s.resources(), s.directory(), WALL, IDLE));
    Outcome o = c.run(limited("t", timeout, 1000));
    c.stop();
    return o;
  }

  // ---- what is no module, or too much of one

  @Test
  @Quick
  void whatIsNoModule() throws Exception {
    byte[] good = program(0x01);
    assertEquals(Reason.EXITED, ran(good, 5_000).reason(), "the one that the others are made from");
    byte[] end = new byte[0];
    imageRefused(end);
    imageRefused(row(0, 'a' + 0, 's' + 0, 'm' + 0, 2, 0, 0, 0, Arrays.copyOfRange(good, 8, good.length)));
    imageRefused(Arrays.copyOf(good, good.length - 2));
  }

  @Test
  void sectionsThatLie() throws Exception {
    // longer than the file, twice, out of order, of a number that there is not, with more entries than bytes, with a number of six bytes
    imageRefused(row(program(0x01), 0, number(0xFFFFFFFFL)));
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(TYPES, NOTHING).toBytes());
    imageRefused(new ModuleWriter().section(FUNCTIONS, 1, 0).section(TYPES, NOTHING).section(CODE, 1, body()).toBytes());
    imageRefused(row(program(0x01), 13, number(1), 0));
    imageRefused(new ModuleWriter().section(TYPES, number(0xFFFFFFFFL)).toBytes());
    imageRefused(new ModuleWriter().section(TYPES, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x60, 0, 0).toBytes());
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 2, 0, 0).section(EXPORTS, 1, "_start", 0, 0).section(CODE, 1, body()).toBytes());
  }

  @Test
  void codeThatIsNotValid() throws Exception {
    imageRefused(program(0xFE));
    imageRefused(program(0x0B, 0x0B));
    // takes what is not on the stack, leads nowhere, calls what is not there, reads locals that it has not, another memory
    imageRefused(program(0x6A));
    imageRefused(program(0x0C, 9));
    imageRefused(program(0x10, 7));
    imageRefused(program(0x20, number(0xFFFFFFFFL), 0x1A));
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(EXPORTS, 1, "_start", 0, 0).section(CODE, 1, body(0x41, 0, 0x28, 2, 0, 0x1A)).toBytes());
  }

  @Test
  void importsOfWhatIsNotOffered() throws Exception {
    for (String[] of : new String[][] {{"env", "system"}, {"wasi_unstable", "fd_write"}, {"wasi_snapshot_preview1", "fork"}, {"wasi_snapshot_preview1", "fd_write"}}) {
      imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(IMPORTS, 1, of[0], of[1], 0, 0).section(FUNCTIONS, 1, 0).section(MEMORIES, 1, 0, 1)
          .section(EXPORTS, 1, "_start", 0, 1).section(CODE, 1, body()).toBytes());
    }
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(IMPORTS, 1, "env", "memory", 2, 0, 1).section(FUNCTIONS, 1, 0).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body()).toBytes());
  }

  @Test
  void hugeTableAndHugeMemory() throws Exception {
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(TABLES, 1, 0x70, 0, number(0xFFFFFFFFL)).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body()).toBytes());
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(MEMORIES, 1, 0, number(65536)).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body()).toBytes());
    imageRefused(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(MEMORIES, 2, 0, 1, 0, 1).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body()).toBytes());
  }

  @Test
  void aTableThatGrowsWithoutEnd() throws Exception {
    // asks for a million elements more, again and again, and ends once it was refused: table.grow gives -1
    byte[] grow = row(0x03, 0x40, 0xD0, 0x70, 0x41, 0xC0, 0x84, 0x3D, 0xFC, 15, 0, 0x41, 0x7F, 0x47, 0x0D, 0, 0x0B);
    Outcome o = ran(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(TABLES, 1, 0x70, 0, 1).section(MEMORIES, 1, 0, 1)
        .section(EXPORTS, 1, "_start", 0, 0).section(CODE, 1, body(grow)).toBytes(), 5_000);
    // it comes to its end, since it is refused one day
    assertTrue(Set.of(Reason.EXITED, Reason.TRAPPED, Reason.OUT_OF_MEMORY).contains(o.reason()), shown(o));
    goesOn();
  }

  @Test
  void partsThatFallOutsideOfTheirMemoryAndTable() throws Exception {
    Outcome data = ran(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(MEMORIES, 1, 0, 1).section(EXPORTS, 1, "_start", 0, 0)
        .section(CODE, 1, body()).section(DATA, 1, 0, 0x41, 0x7C, 0x0B, "beyond").toBytes(), 5_000);
    assertTrue(Set.of(Reason.TRAPPED, Reason.INVALID_IMAGE).contains(data.reason()), shown(data));
    Outcome elements = ran(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 1, 0).section(TABLES, 1, 0x70, 0, 1).section(MEMORIES, 1, 0, 1)
        .section(EXPORTS, 1, "_start", 0, 0).section(ELEMENTS, 1, 0, 0x41, 0x7C, 0x0B, 1, 0).section(CODE, 1, body()).toBytes(), 5_000);
    assertTrue(Set.of(Reason.TRAPPED, Reason.INVALID_IMAGE).contains(elements.reason()), shown(elements));
  }

  @Test
  void aLoopBeforeItsMainProgramBegins() throws Exception {
    Outcome o = ran(new ModuleWriter().section(TYPES, NOTHING).section(FUNCTIONS, 2, 0, 0).section(MEMORIES, 1, 0, 1).section(EXPORTS, 1, "_start", 0, 0).section(START, 1)
        .section(CODE, 2, body(), body(0x03, 0x40, 0x0C, 0, 0x0B)).toBytes(), 1_000);
    assertEquals(Reason.TIMEOUT, o.reason(), shown(o));
  }

  @Test
  void aFunctionThatCallsItselfWithoutEnd() throws Exception {
    Outcome o = ran(program(0x10, 0), 10_000);
    assertEquals(Reason.TRAPPED, o.reason(), shown(o));
    assertTrue(o.detail().contains("call stack exhausted"), o.detail());
  }

  @Test
  void blocksInOneAnotherAsManyAsItsCodeHolds() throws Exception {
    for (int opcode : new int[] {0x02, 0x03}) {
      Outcome o = ran(program(times(80_000, opcode, 0x40), times(80_000, 0x0B)), 5_000);
      assertTrue(Set.of(Reason.INVALID_IMAGE, Reason.EXITED, Reason.TRAPPED).contains(o.reason()), shown(o));
    }
  }

  @Test
  void aCompileBomb() throws Exception {
    byte[] sum = row(0x20, 0, times(150, 0x41, 0xD1, 0xDF, 0x04, 0x6A, 0x20, 0, 0x73));
    byte[] function = body(sum);
    int many = Math.min(19_000, (8 << 20) / (function.length + 1) - 10);
    byte[] module = new ModuleWriter().section(TYPES, 2, 0x60, 0, 0, 0x60, 1, 0x7F, 1, 0x7F).section(FUNCTIONS, number(many + 1), 0, times(many, 1)).section(MEMORIES, 1, 0, 1)
        .section(EXPORTS, 1, "_start", 0, 0).section(CODE, number(many + 1), body(), times(many, function)).toBytes();
    long before = System.nanoTime();
    Outcome o = ran(module, 5_000);
    assertTrue(Set.of(Reason.INVALID_IMAGE, Reason.EXITED).contains(o.reason()), shown(o));
    assertTrue((System.nanoTime() - before) / 1_000_000 < 45_000, "compiling is bounded by 30 s");
  }

  @Test
  void aTableOfBranchesAsLongAsItsCode() throws Exception {
    int many = 100_000;
    Outcome o = ran(program(0x02, 0x40, 0x41, 5, 0x0E, number(many), times(many, 0), 0, 0x0B), 5_000);
    assertTrue(Set.of(Reason.INVALID_IMAGE, Reason.EXITED).contains(o.reason()), shown(o));
  }

  // ---- what its memory and its calls allow

  @Test
  @Quick
  void memoryUpToTheLimitAndNotOnePageMore() throws Exception {
    String[] said = exits("grow-pages").split("\n");
    assertEquals("everything at once refused", said[0]);
    assertEquals("one more refused", said[1]);
    assertTrue(Long.parseLong(said[2]) <= subject().memory() >> 16, said[2]);
    assertEquals(subject().memory() >> 16, Long.parseLong(said[2]), "all of it was there");
    goesOn();
  }

  @Test
  void sleepsWithoutEnd() throws Exception {
    Outcome o = attack(Set.of(Reason.TIMEOUT), brief("doze"));
    assertTrue(o.usage().get(Counter.CPU) > 0, o.usage().toString());
    goesOn();
  }

  @Test
  @Quick
  void pathsOfTheHostByBareCalls() throws Exception {
    String up = "../../../../../../../..";
    refused("raw-paths", canary.toString(), up + canary, "." + up + canary, "/.." + canary, "..", "../", "/..", "/proc/self/fd/3", "/etc/passwd", "etc/passwd", "");
    String[] links = {"raw-links", canary.toString(), up + canary, "/../" + canary.getFileName(), "../own"};
    assertEquals(Reason.EXITED, attacker.run(task("links", links)).reason());
    String out = text(attacker.run(task("links", links)).stdout());
    assertTrue(out.contains("refused") && !out.contains("ALLOWED"), out);
    goesOn();
  }

  @Test
  void pointersAndCountsThatAreWild() throws Exception {
    Set<String> ends = new TreeSet<>();
    for (int i = 0; i < 16; i++) {
      Outcome o = attacker.run(new TaskSpec("wild-" + i, List.of("wild", Integer.toString(i)), Map.of("SOME", "thing"), new byte[0], 5_000, 1 << 20));
      assertTrue(Set.of(Reason.EXITED, Reason.TRAPPED).contains(o.reason()), i + ": " + shown(o));
      // a call that succeeds with such arguments would be one that does nothing
      assertTrue(o.reason() == Reason.TRAPPED || !text(o.stdout()).equals("0\n"), i + ": " + shown(o));
      ends.add(o.reason().name());
    }
    goesOn();
  }

  @Test
  void descriptorsThatAreExchangedAndClosed() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), "descriptors-swapped");
    assertEquals(0, o.exitCode(), shown(o));
    goesOn();
  }

  @Test
  void callsOfSockets() throws Exception {
    refused("no-sockets");
    goesOn();
  }

  @Test
  void archivesThatAreLargerThanItsFiles() throws Exception {
    byte[] large = GuestImage.tar(Map.of("large", new byte[60 << 20]));
    Outcome o = attacker.run(new TaskSpec("large", List.of("ls"), Map.of(), new byte[0], 20_000, 1000, large, List.of()));
    assertTrue(Set.of(Reason.EXITED, Reason.INVALID_IMAGE).contains(o.reason()), shown(o));
    goesOn();
  }
}
