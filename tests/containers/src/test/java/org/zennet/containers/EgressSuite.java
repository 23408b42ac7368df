package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.zennet.api.container.Capabilities;
import org.zennet.api.container.Container;
import org.zennet.api.container.ContainerSpec;
import org.zennet.api.container.Egress;
import org.zennet.api.container.Outcome;
import org.zennet.api.container.TaskSpec;
import org.zennet.api.value.Counter;
import org.zennet.api.value.UsageVector;

/** Guests with a network, on every backend that sells one: what they reach, what they don't, what is counted, what is left. */
abstract class EgressSuite extends OnStage {
  /** A backend whose guests' connections leave from a namespace of the tests, and whose image has busybox. */
  static final class Surrounded implements Subject {
    private final Subject inner;
    private Outside outside;

    Surrounded(Subject inner) {
      this.inner = inner;
    }

    @Override
    public String id() {
      return inner.id();
    }

    @Override
    public String name() {
      return inner.name() + "-egress";
    }

    @Override
    public String pid() {
      return inner.pid();
    }

    @Override
    public Map<String, Object> settings(Path directory) throws Exception {
      Map<String, Object> all = new HashMap<>(inner.settings(directory));
      if (outside == null) {
        outside = new Outside(directory, inner.id().substring(0, 1));
      }
      all.put("uplink", outside.uplink());
      all.put("resolvers", "198.51.100.7");
      return all;
    }

    @Override
    public byte[] image(Path directory) throws Exception {
      java.io.ByteArrayOutputStream layer = new java.io.ByteArrayOutputStream();
      layer.write(GuestImage.header("bin/", 0, '5', 0755, ""));
      GuestImage.entry(layer, "bin/guest", Files.readAllBytes(Path.of("/usr/bin/busybox")), 0755);
      layer.write(GuestImage.header("bin/busybox", 0, '2', 0755, "guest"));
      layer.write(new byte[1024]);
      return GuestImage.archive(layer.toByteArray(), System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
    }

    @Override
    public void close() throws Exception {
      if (outside != null) {
        outside.close();
      }
      inner.close();
    }
  }

  abstract Surrounded surrounded();

  @Override
  Subject subject() {
    return surrounded();
  }

  @Override
  boolean standard() {
    return false;
  }

  private Container start(String egress) throws Exception {
    ContainerSpec s = spec(subject().memory(), 0, WALL, IDLE);
    return start(new ContainerSpec(s.leaseId(), s.image(), s.imageHash(), s.resources(), s.directory(), s.maxWallMillis(), s.idleMillis(), Egress.parse(egress)));
  }

  private static TaskSpec line(String id, String line) {
    return new TaskSpec(id, List.of(), Map.of(), new byte[0], 30_000, 1 << 20, new byte[0], List.of(), List.of("/bin/busybox", "sh", "-c", line));
  }

  private static String sh(Container c, String line) throws Exception {
    Outcome o = c.run(line("t" + System.nanoTime(), line));
    return text(o.stdout()) + o.exitCode();
  }

  private static String reached(Container c, List<String> addresses, int port) throws Exception {
    return sh(c, "for a in " + String.join(" ", addresses) + "; do /bin/busybox nc -w 3 $a " + port + " </dev/null >/dev/null 2>&1 && echo $a; done; exit 0");
  }

  private static List<String> networks(String lease) throws IOException {
    List<String> all = new ArrayList<>();
    for (String d : List.of("/run/netns", "/run/zennet-net")) {
      if (Files.isDirectory(Path.of(d))) {
        try (Stream<Path> list = Files.list(Path.of(d))) {
          list.map(p -> p.getFileName().toString()).filter(n -> n.endsWith(lease)).forEach(all::add);
        }
      }
    }
    return all;
  }

  @Test
  void itIsSoldWhereItHolds() {
    assertTrue(stage.capabilities().features().contains(Capabilities.EGRESS), stage.capabilities().notes());
  }

  @Test
  void whatIsNamedIsReachedAndNothingElse() throws Exception {
    Container c = start(Outside.FAR + ":" + Outside.PORT);
    assertEquals(Outside.BYTES + "\n0", sh(c, "/bin/busybox wget -q -O - http://" + Outside.FAR + ":8080/file | /bin/busybox wc -c"));
    assertEquals("0", reached(c, List.of("198.51.100.7"), Outside.PORT), "another address");
    assertEquals("0", reached(c, Outside.OUT_OF_REACH, Outside.PORT));
    c.stop();
    await("nothing of it is left", () -> networks(c.leaseId()).isEmpty());
    Container none = start("none");
    assertEquals("0", reached(none, List.of(Outside.FAR), Outside.PORT), "without a contract there is no network");
  }

  @Test
  void evenWhoMayReachEveryAddressReachesNoneOfTheHostsOrItsNeighbours() throws Exception {
    Container c = start("public");
    assertEquals(Outside.FAR + "\n198.51.100.7\n0", reached(c, List.of(Outside.FAR, "198.51.100.7"), Outside.PORT));
    assertEquals("0", reached(c, Outside.OUT_OF_REACH, Outside.PORT));
    assertEquals("0", reached(c, List.of(Outside.FAR), Egress.SMTP), "mail");
    assertEquals("nameserver 198.51.100.7\n0", sh(c, "/bin/busybox cat /etc/resolv.conf"));
  }

  @Test
  void bytesAreThoseOfTheOtherSideWithinTwoPercent() throws Exception {
    Container c = start("public");
    UsageVector before = c.usage();
    assertEquals("0", sh(c, "/bin/busybox wget -q -O /dev/null http://" + Outside.FAR + ":8080/file"));
    UsageVector in = c.usage().since(before);
    assertEquals(Outside.BYTES, in.get(Counter.NETWORK_IN), 0.02 * Outside.BYTES);
    Path sink = surrounded().outside.sink(9000);
    before = c.usage();
    sh(c, "/bin/busybox head -c 5000000 /dev/zero | /bin/busybox nc -w 5 " + Outside.FAR + " 9000");
    await("all of it arrives", () -> Files.size(sink) == 5_000_000);
    assertEquals(5_000_000, c.usage().since(before).get(Counter.NETWORK_OUT), 100_000.0);
  }

  @Test
  void guestsDontReachEachOther() throws Exception {
    Container a = start("public");
    Container b = start("public");
    var server = later(() -> b.run(line("server", "/bin/busybox nc -l -p 9001")));
    assertEquals("0", reached(a, List.of("10.0.2.100", "10.0.2.101", "192.0.2.2"), 9001));
    b.stop();
    get(server);
  }

  @Test
  void theNetworkOutlivesTheNodeAndGoesOnBeingCounted() throws Exception {
    Map<String, Object> settings = new HashMap<>(subject().settings(stage.directory()));
    settings.put("directory", stage.directory().resolve("again").toString());
    ContainerSpec s = spec(subject().memory(), 0, WALL, IDLE);
    String fetch = "/bin/busybox wget -q -O /dev/null http://" + Outside.FAR + ":8080/file";
    try (OsgiHost node = new OsgiHost(stage.directory().resolve("first-node"))) {
      Container c = node.backend(subject().id(), subject().pid(), settings).start(
          new ContainerSpec(s.leaseId(), s.image(), s.imageHash(), s.resources(), s.directory(), s.maxWallMillis(), s.idleMillis(), Egress.parse("public")));
      assertEquals("0", sh(c, fetch));
    }
    try (OsgiHost node = new OsgiHost(stage.directory().resolve("second-node"))) {
      Container c = node.backend(subject().id(), subject().pid(), settings).survivors().stream().filter(x -> x.leaseId().equals(s.leaseId())).findFirst().orElseThrow();
      assertEquals(Outside.BYTES, c.usage().get(Counter.NETWORK_IN), 0.02 * Outside.BYTES);
      assertEquals("0", sh(c, fetch));
      assertEquals(2 * Outside.BYTES, c.usage().get(Counter.NETWORK_IN), 0.04 * Outside.BYTES);
      assertEquals("0", reached(c, Outside.OUT_OF_REACH, Outside.PORT));
      c.stop();
      await("nothing of it is left", () -> networks(s.leaseId()).isEmpty());
    }
  }
}
