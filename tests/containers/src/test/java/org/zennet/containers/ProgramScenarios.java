package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerException;
import org.zennet.api.container.ExecSpec;
import org.zennet.api.container.GuestProcess;
import org.zennet.api.value.Counter;

/** Programs beside the task: shells, terminals, signals. */
abstract class ProgramScenarios extends ContainerScenarios {
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
}
