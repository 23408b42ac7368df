package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

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

/** Guests that mean harm, for every backend. */
abstract class HostileSuite extends AmongNeighbours {
  private static final int EXCHANGES = 6;
  private static final List<String> SOCKETS = List.of("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/run/systemd/private");

  // ---- bombs

  @Test
  @Quick
  @Needs({"programs", "pids"})
  void forkBomb() throws Exception {
    roomy();
    attack(Set.of(Reason.TIMEOUT), brief("fork-bomb"));
    goesOn();
  }

  @Test
  @Needs({"programs", "pids"})
  void threadBomb() throws Exception {
    attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), brief("thread-bomb"));
    goesOn();
  }

  @Test
  void memoryBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.OUT_OF_MEMORY, Reason.EXITED, Reason.TRAPPED), "grow");
    assertTrue(o.reason() != Reason.EXITED || o.exitCode() == 3, shown(o));
    assertTrue(o.usage().get(Counter.MEMORY) > 0);
    goesOn();
  }

  @Test
  @Needs("programs")
  void sharedMemoryFileBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "shm-bomb");
    held(o, subject().memory());
    goesOn();
  }

  /** It got something, at most so much, and was told so: it ended by itself, or for want of memory. */
  private static void held(Outcome o, long most) {
    if (o.reason() == Reason.EXITED) {
      long got = Long.parseLong(text(o.stdout()).strip());
      assertTrue(o.exitCode() == 0 && got > 0 && got <= most, got + " of " + most + ": " + shown(o));
    }
  }

  @Test
  @Needs("programs")
  void segmentsQueuesAndSemaphoresThatOutliveWhoMadeThem() throws Exception {
    String[] got = exits("shared-memory").strip().split(" ");
    assertTrue(Long.parseLong(got[0]) <= subject().memory() / 4 / MIB, "segments in MiB: " + List.of(got));
    assertTrue(Long.parseLong(got[0]) > 0 && Long.parseLong(got[1]) > 0 && Long.parseLong(got[2]) > 0, "segments, queues, semaphores: " + List.of(got));
    assertEquals(String.join(" ", got), said(attacker, 0, "shared-memory").strip(), "the next task finds none of them");
    goesOn();
  }

  @Test
  @Needs("files")
  void everyPlaceThatCanBeWrittenIsFilled() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "fill");
    held(o, subject().memory() + 16 * MIB);
    goesOn();
  }

  @Test
  @Needs("files")
  void inodeBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "inodes");
    held(o, 200_000);
    goesOn();
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()), "and its files are gone");
  }

  @Test
  @Needs("files")
  void directoriesWithoutEnd() throws Exception {
    exits("deep");
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()), "they are gone");
    goesOn();
  }

  @Test
  @Needs("files")
  void hugeAndOddFileNames() throws Exception {
    // a name with control characters is one for a kernel and none for the files of a module
    assertEquals(has("programs") ? "1 0 1\n" : "1 0 0\n", exits("long-name"));
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()));
  }

  @Test
  @Needs("files")
  void descriptorBomb() throws Exception {
    held(attack(Set.of(Reason.EXITED), "files"), 4096);
    goesOn();
  }

  @Test
  @Needs("programs")
  void lockedMemory() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "locks");
    assertEquals(0, o.exitCode(), shown(o));
  }

  @Test
  @Needs({"programs", "cpu"})
  void moreSpinnersThanCores() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), "spin-all", "1.5");
    double cores = o.usage().get(Counter.CPU) / 1000.0 / Math.max(1, o.usage().get(Counter.WALL));
    assertTrue(cores < 1.15, "of one core it used " + cores);
    goesOn();
  }

  @Test
  @Needs("programs")
  void syncStorm() throws Exception {
    exits("fsync-storm");
    goesOn();
  }

  // ---- output

  @Test
  @Quick
  void outputBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.OUTPUT_LIMIT), limited("attack", 20_000, 1 << 20, "out", "1000000000"));
    assertEquals(1 << 20, o.stdout().length);
    goesOn();
  }

  @Test
  void oneLineWithoutEnd() throws Exception {
    attack(Set.of(Reason.OUTPUT_LIMIT), limited("attack", 20_000, 1 << 20, "flood-out", "line"));
    goesOn();
  }

  @Test
  void messageFlood() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), "flood-err");
    assertEquals(65_536, o.stderr().length);
    goesOn();
  }

  @Test
  void terminalEscapesComeThroughAsBytes() throws Exception {
    byte[] out = attack(Set.of(Reason.EXITED), "escapes").stdout();
    assertArrayEquals(bytes("\033]0;owned\007\033[2J\0\033[31mred\r\n"), out);
  }

  // ---- processes and signals

  @Test
  @Quick
  @Needs("programs")
  void whoIgnoresEverySignal() throws Exception {
    attack(Set.of(Reason.TIMEOUT), brief("ignore"));
    goesOn();
  }

  @Test
  @Needs("programs")
  void whoKillsAllItCan() throws Exception {
    attack(Set.of(Reason.EXITED, Reason.CONTAINER_ENDED), "kill-all");
    goesOn();
  }

  @Test
  @Needs("programs")
  void zombieMaker() throws Exception {
    exits("zombies");
    goesOn();
  }

  @Test
  @Needs("programs")
  void signalFlood() throws Exception {
    exits("signal-storm");
    goesOn();
  }

  @Test
  @Needs("programs")
  void tracingTheFirstProcess() throws Exception {
    refused("trace");
    goesOn();
  }

  @Test
  @Needs("programs")
  void coreFiles() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), "core");
    assertEquals(134, o.exitCode(), shown(o));
    // 1 is no size either, and keeps a host that pipes core files into a program from starting it
    assertTrue(Set.of("0\n", "1\n").contains(text(o.stdout())), shown(o));
  }

  @Test
  @Needs("programs")
  void priorityAndLimits() throws Exception {
    refused("priority");
  }

  @Test
  @Needs("shell")
  void programStorm() throws Exception {
    List<GuestProcess> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      try {
        all.add(attacker.exec(new ExecSpec(List.of("/bin/guest", "sleep", "60"), Map.of(), Optional.empty())));
      } catch (ContainerException e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
    assertTrue(all.size() < 40, "there is an end to them");
    all.forEach(GuestProcess::close);
    goesOn();
  }

  // ---- the kernel

  @Test
  @Needs("programs")
  void filesOfTheKernel() throws Exception {
    refused("kernel-files");
  }

  @Test
  @Needs("programs")
  void mountsAndNamespaces() throws Exception {
    refused("mounts");
  }

  @Test
  @Quick
  @Needs("programs")
  void callsThatAreForbidden() throws Exception {
    refused("calls");
  }

  @Test
  @Needs("programs")
  void keyring() throws Exception {
    refused("keyring");
  }

  @Test
  @Needs("programs")
  void clocks() throws Exception {
    refused("clocks");
  }

  @Test
  @Needs("programs")
  void devices() throws Exception {
    refused("devices");
  }

  @Test
  @Needs("programs")
  void becomingRoot() throws Exception {
    refused("setuid");
  }

  // ---- the network and sockets

  @Test
  @Needs("programs")
  void rawAndOddSockets() throws Exception {
    refused("sockets");
  }

  @Test
  @Quick
  @Needs("programs")
  void theHostTheLanAndTheMetadata() throws Exception {
    try (ServerSocketChannel service = ServerSocketChannel.open().bind(new InetSocketAddress("0.0.0.0", 0))) {
      service.configureBlocking(false);
      List<String> args = new ArrayList<>(List.of("network", Integer.toString(((InetSocketAddress) service.getLocalAddress()).getPort())));
      for (NetworkInterface n : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        Collections.list(n.getInetAddresses()).stream().map(InetAddress::getHostAddress).filter(a -> a.matches("[0-9.]+")).forEach(args::add);
      }
      refused(args.toArray(String[]::new));
      assertEquals(null, service.accept(), "nobody came");
    }
  }

  @Test
  @Needs("programs")
  void socketsOfTheHost() throws Exception {
    List<String> args = new ArrayList<>(List.of("unix-sockets"));
    args.addAll(SOCKETS);
    args.addAll(stage.subject().sockets());
    refused(args.toArray(String[]::new));
  }

  @Test
  @Needs("programs")
  void socketsOfTheHostThatHaveNoFile() throws Exception {
    String name = "@" + leaseId();
    Process host = new ProcessBuilder(GuestProgram.linux(stage.directory()).toString(), "listen", name).start();
    try (BufferedReader out = host.inputReader()) {
      assertEquals("listens", out.readLine());
      List<String> args = new ArrayList<>(List.of("unix-sockets", name));
      // what others on this host listen at
      Files.readAllLines(Path.of("/proc/net/unix")).stream().map(l -> l.substring(l.lastIndexOf(' ') + 1)).filter(n -> n.startsWith("@") && n.length() < 100).distinct().limit(50).forEach(args::add);
      refused(args.toArray(String[]::new));
      assertTrue(host.isAlive(), "nobody came");
    } finally {
      host.destroyForcibly();
    }
  }

  // ---- ways out

  @Test
  void inheritedDescriptors() throws Exception {
    String out = exits("descriptors");
    // a module's streams have no other name
    assertTrue(out.lines().allMatch(l -> l.contains("pipe:[") || l.contains("/dev/null") || l.contains("socket:[") || !has("programs") && l.matches("std [0-2] ")), out);
  }

  @Test
  @Needs("shell")
  void whatAProgramBesideTheTaskInherits() throws Exception {
    try (GuestProcess p = attacker.exec(new ExecSpec(List.of("/bin/guest", "descriptors"), Map.of(), Optional.empty()))) {
      String out = text(p.stdout().readAllBytes());
      assertEquals(0, p.exit().get(10, TimeUnit.SECONDS), out);
      // gVisor calls so what is of the host
      assertTrue(out.lines().count() == 3 && out.lines().allMatch(l -> l.contains("pipe:[") || l.contains("/dev/null") || l.contains("socket:[") || l.matches("std [0-2] host:\\[[0-9]+\\]")), out);
    }
    try (GuestProcess p = attacker.exec(new ExecSpec(List.of("/bin/guest", "env"), Map.of(), Optional.empty()))) {
      tellsNothing(text(p.stdout().readAllBytes()));
    }
    goesOn();
  }

  @Test
  @Quick
  @Needs("files")
  void waysToTheHostsFiles() throws Exception {
    refused("escape-cwd", canary.toString());
  }

  @Test
  @Quick
  @Needs("files")
  void linksAmongTheResults() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), leaving(List.of("results", "plain"), "links-out"));
    Map<String, String> files = GuestImage.files(o.files());
    assertTrue(files.values().stream().noneMatch(c -> c.contains("root:") || c.contains("nobody:")), files.toString());
    assertTrue(files.keySet().stream().noneMatch(n -> n.matches("plain.*|.*(shadow|root|up|init|hard|fifo).*")), files.toString());
  }

  @Test
  @Needs({"programs", "files"})
  void resultsThatAreExchangedWhileTheyAreTaken() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUTPUT_LIMIT), leaving(List.of("results"), "rewrite-inputs"));
    assertFalse(new String(o.files(), StandardCharsets.ISO_8859_1).contains("root:"));
    goesOn();
  }

  @Test
  @Needs({"programs", "files", "shell"})
  void inputsThatAreExchangedWhileTheyAreUnpacked() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 300; i++) {
      files.put("in/raced-" + i, bytes("mine"));
    }
    byte[] tar = GuestImage.tar(files);
    for (String target : List.of("/.zennet", "/", "/proc/1/root", "/tmp")) {
      try (GuestProcess p = attacker.exec(new ExecSpec(List.of("/bin/guest", "exchange", "in", target), Map.of(), Optional.empty()))) {
        assertEquals("exchanging", new BufferedReader(new InputStreamReader(p.stdout(), StandardCharsets.UTF_8)).readLine());
        for (int i = 0; i < 5; i++) {
          Outcome o = attacker.run(new TaskSpec("race-" + target.length() + "-" + i, List.of("exit", "0"), Map.of(), new byte[0], 10_000, LIMIT, tar, List.of("in")));
          assertTrue(Set.of(Reason.EXITED, Reason.INVALID_IMAGE, Reason.OUTPUT_LIMIT, Reason.TRAPPED).contains(o.reason()), shown(o));
          assertTrue(o.reason() == Reason.EXITED || !o.detail().isEmpty(), "a reason that people can read");
          assertFalse(new String(o.files(), StandardCharsets.ISO_8859_1).contains("root:"), "no file of somebody else's is among the results");
        }
      }
    }
    assertEquals(List.of(), raced(), "none came out");
    goesOn();
  }

  /** Files of the race that lie somewhere in the directories of the backend and of its leases. */
  private List<Path> raced() throws Exception {
    try (Stream<Path> all = Files.walk(stage.directory())) {
      return all.filter(p -> p.getFileName().toString().matches("raced-[0-9]+") && Files.isRegularFile(p)).toList();
    } catch (UncheckedIOException e) {
      // a file went while we looked
      return raced();
    }
  }

  @Test
  @Needs("files")
  void sparseResult() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUTPUT_LIMIT), leaving(List.of("sparse"), "sparse"));
    assertTrue(o.files().length <= 2 << 20);
    goesOn();
  }

  @Test
  @Needs("files")
  void resultsWithoutNumber() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUTPUT_LIMIT), leaving(List.of("results"), "many-results"));
    assertTrue(o.files().length <= 32 << 20);
    goesOn();
  }

  @Test
  @Needs("files")
  void filesThatWantOut() throws Exception {
    byte[] link = GuestImage.header("way", 0, '2', 0777, stage.directory().toString());
    ByteArrayOutputStream through = new ByteArrayOutputStream();
    through.write(link);
    GuestImage.entry(through, "way/canary", bytes("overwritten"), 0644);
    through.write(new byte[1024]);
    int n = 0;
    for (byte[] bad : List.of(through.toByteArray(), GuestImage.tar(Map.of("../../../../../../" + canary, bytes("overwritten"))), GuestImage.tar(Map.of(canary.toString(), bytes("x"))),
        join(GuestImage.header("dev", 0, '4', 0666, ""), new byte[1024]), join(GuestImage.header("big", 0x1FFFFFFFFL, '0', 0644, ""), new byte[1024]))) {
      Outcome o = attacker.run(new TaskSpec("bad-" + n++, List.of("exit", "0"), Map.of(), new byte[0], 10_000, 1000, bad, List.of()));
      assertEquals(Reason.INVALID_IMAGE, o.reason(), shown(o));
    }
    goesOn();
  }

  @Test
  void whatTheEnvironmentTells() throws Exception {
    tellsNothing(exits("env"));
    if (has("programs")) {
      tellsNothing(said(attacker, 0, "environments"));
    }
  }

  /** Nothing of the environment that the node was started with, in which there is a secret, and nothing of where it lies. */
  private void tellsNothing(String out) {
    String secret = System.getenv("NODE_SECRET");
    assertTrue(secret != null && secret.length() > 8, "these tests run with a secret in their environment: NODE_SECRET");
    for (String s : List.of(secret, "NODE_SECRET", System.getProperty("zennet.product"), "ZENNET", "JAVA_", stage.directory().toString())) {
      assertFalse(out.contains(s), s + " in " + out);
    }
    List<String> lines = out.lines().toList();
    System.getenv().forEach((k, v) -> assertFalse(!k.equals("PATH") && lines.contains(k + "=" + v), k + " in " + out));
  }

  // ---- images

  @Test
  @Needs("programs")
  void imagesWithWhatNoImageNeeds() throws Exception {
    imageRefused(GuestImage.archive(join(GuestImage.header("dev/sda", 0, '4', 0666, ""), new byte[1024]), "amd64"));
    imageRefused(GuestImage.archive(GuestImage.tar(Map.of("../../etc/cron.d/x", bytes("* * * * *"))), "amd64"));
    imageRefused(GuestImage.archive(GuestImage.tar(Map.of("bin/guest", bytes("x"))), "s390x"));
  }

  @Test
  @Needs("programs")
  void decompressionBomb() throws Exception {
    Path program = GuestProgram.linux(stage.directory());
    byte[] bomb = GuestImage.packed(program, Subject.UNPACKED + 200 * MIB);
    assertTrue(bomb.length < 4 * MIB, "it looks harmless: " + bomb.length);
    imageRefused(bomb, "more bytes than may be unpacked");
    // the very same with less in it is an image
    byte[] small = GuestImage.packed(program, 2 * MIB);
    Path file = Files.write(stage.directory().resolve("packed"), small);
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    Container c = start(new ContainerSpec(s.leaseId(), file, hash(small), s.resources(), s.directory(), WALL, IDLE));
    assertEquals("calm", text(c.run(task("t", bytes("calm"), "echo")).stdout()));
  }

  @Test
  void anImageThatIsNotTheOneThatWasAskedFor() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    ContainerSpec wrong = new ContainerSpec(s.leaseId(), s.image(), hash(bytes("another")), s.resources(), s.directory(), WALL, IDLE);
    assertThrows(ContainerException.class, () -> start(wrong).run(task("t", "exit", "0")));
  }

  @Test
  void anImageThatIsExchangedWhileItIsRead() throws Exception {
    byte[] image = Files.readAllBytes(stage.image());
    Path other = Files.write(stage.directory().resolve("other-image"), subject().otherImage(stage.directory()));
    int refused = 0;
    for (int i = 0; i < EXCHANGES || refused == 0 && i < 5 * EXCHANGES; i++) {
      byte[] good = subject().again(image, i);
      Path asked = Files.write(stage.directory().resolve("asked-" + i), good);
      Path file = Files.write(stage.directory().resolve("exchanged-" + i), good);
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger exchanged = new AtomicInteger();
      CompletableFuture<Integer> exchanging = later(() -> {
        int n = 0;
        // now the one that was asked for and now the other, by another file in its place or by other bytes in the same file
        for (; !over.get(); exchanged.set(++n)) {
          Path next = n % 2 == 0 ? other : asked;
          if (n % 4 < 2) {
            Files.copy(next, file, StandardCopyOption.REPLACE_EXISTING);
          } else {
            Path made = Files.copy(next, file.resolveSibling(file.getFileName() + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
          }
        }
        return n;
      });
      ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
      await("it is exchanged", () -> exchanged.get() > 2);
      try {
        Container c = start(new ContainerSpec(s.leaseId(), file, hash(good), s.resources(), s.directory(), WALL, IDLE));
        Outcome o = c.run(task("t", bytes("calm"), "echo"));
        assertTrue(o.reason() == Reason.INVALID_IMAGE || o.reason() == Reason.EXITED && text(o.stdout()).equals("calm"), "never the other one: " + shown(o));
        refused += o.reason() == Reason.INVALID_IMAGE ? 1 : 0;
        c.stop();
      } catch (ContainerException e) {
        assertFalse(e.getMessage().isEmpty());
        refused++;
      } finally {
        over.set(true);
      }
      get(exchanging);
    }
    assertTrue(refused > 0, "none saw another one");
    goesOn();
  }

  // ---- what every kind of guest can do

  @Test
  void aLoopWithoutEnd() throws Exception {
    attack(Set.of(Reason.TIMEOUT), brief("forever"));
    goesOn();
  }

  @Test
  void recursionWithoutEnd() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.TRAPPED, Reason.OUT_OF_MEMORY), "recurse");
    assertTrue(o.reason() != Reason.EXITED || o.exitCode() == 128 + 11, shown(o));
    goesOn();
  }

  @Test
  @Needs("time")
  void sleepingOnAndOn() throws Exception {
    Outcome o = attack(Set.of(Reason.TIMEOUT), brief("sleep", "1000000"));
    assertTrue(o.usage().get(Counter.CPU) < 500_000, o.usage().toString());
    goesOn();
  }

  @Test
  @Needs("programs")
  void asUser() throws Exception {
    String out = exits("who");
    assertFalse(out.contains("uid=0 "), out);
    assertFalse(out.contains("gid=0 "), out);
  }
}
