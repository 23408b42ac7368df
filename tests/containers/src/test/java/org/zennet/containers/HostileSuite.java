package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

/**
 * Guests that mean harm. After each: a file of the host is as it was, the neighbour's work came out right and was metered
 * right, the backend answers at once, nothing of the lease is left, and the reason of the end was told.
 */
abstract class HostileSuite extends OnStage {
  private static final List<String> SOCKETS = List.of("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/run/systemd/private");
  private static final String CANARY = "nobody writes here";

  private Path canary;
  private Container neighbour;
  private CompletableFuture<Outcome> neighboursWork;
  private Container attacker;
  private Set<String> mounts;

  @BeforeEach
  void begin() throws Exception {
    canary = Files.writeString(stage.directory().resolve("canary"), CANARY);
    mounts = mounts();
    neighbour = start();
    neighboursWork = later(() -> neighbour.run(has("programs") ? task("work", "burn", "0.2") : task("work", "spin", "0.2")));
    attacker = start();
  }

  private boolean has(String what) {
    return stage.has().contains(what);
  }

  @AfterEach
  void nothingHappenedToAnybody() throws Exception {
    if (attacker == null) {
      return;
    }
    Outcome work = get(neighboursWork);
    assertEquals(0, work.exitCode(), shown(work));
    assertEquals(Reason.EXITED, work.reason(), shown(work));
    if (has("programs")) {
      assertEquals(200_000, work.usage().get(Counter.CPU), 60_000.0, "the neighbour's meter: " + work.usage());
    }
    assertTrue(neighbour.ended().isEmpty(), "the neighbour goes on");
    long before = System.nanoTime();
    neighbour.usage();
    neighbour.keepAlive();
    assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(1), "the backend answers");
    assertEquals(CANARY, Files.readString(canary));
    String lease = attacker.leaseId();
    attacker.stop();
    assertTrue(attacker.ended().isPresent());
    await("no process of the lease lives: " + processes(lease), () -> processes(lease).isEmpty());
    await("no control group is left: " + groups(lease), () -> groups(lease).isEmpty());
    neighbour.stop();
    await("no mount is left", () -> mounts.containsAll(mounts()));
  }

  /** Processes in the lease's control groups, or with its name in their command line. */
  private static List<String> processes(String lease) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path p : all.filter(f -> f.getFileName().toString().matches("[0-9]+")).toList()) {
        try {
          String own = Long.toString(ProcessHandle.current().pid());
          String text = Files.readString(p.resolve("cgroup")) + Files.readString(p.resolve("cmdline"), StandardCharsets.ISO_8859_1);
          if (!p.getFileName().toString().equals(own) && java.util.regex.Pattern.compile(java.util.regex.Pattern.quote(lease) + "(?![0-9])").matcher(text).find()) {
            found.add(p.getFileName().toString());
          }
        } catch (IOException e) {
          // it ended
        }
      }
    }
    return found;
  }

  private static List<String> groups(String lease) throws IOException {
    Path root = Path.of("/sys/fs/cgroup");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    String slice = lease.replace('-', '_');
    try (Stream<Path> all = Files.walk(root, 6)) {
      return all.map(p -> p.getFileName() == null ? "" : p.getFileName().toString()).filter(n -> n.endsWith(lease) || n.endsWith(slice + ".slice")).toList();
    } catch (UncheckedIOException e) {
      // a group of somebody else went while we looked
      return groups(lease);
    }
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

  // ---- in few words

  private Outcome attack(Set<Reason> expected, TaskSpec t) throws Exception {
    Outcome o = attacker.run(t);
    assertTrue(expected.contains(o.reason()), shown(o));
    if (o.reason() != Reason.EXITED) {
      assertFalse(o.detail().isEmpty(), "a reason that people can read");
    }
    return o;
  }

  private Outcome attack(Set<Reason> expected, String... args) throws Exception {
    return attack(expected, task("attack", args));
  }

  private String exits(String... args) throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), args);
    assertEquals(0, o.exitCode(), shown(o));
    return text(o.stdout());
  }

  /** All that it tried was refused. */
  private void refused(String... args) throws Exception {
    String out = exits(args);
    assertTrue(out.contains("refused"), out);
    assertEquals(List.of(), out.lines().filter(l -> l.contains("ALLOWED")).toList());
  }

  private TaskSpec brief(String... args) {
    return limited("attack", 2_000, 1 << 20, args);
  }

  private TaskSpec leaving(List<String> outputs, String... args) {
    return new TaskSpec("attack", List.of(args), Map.of(), new byte[0], 20_000, 1 << 20, new byte[0], outputs);
  }

  /** The container works as before. */
  private void goesOn() throws Exception {
    assertTrue(attacker.ended().isEmpty(), () -> attacker.ended().toString());
    assertEquals("calm", text(attacker.run(task("after", bytes("calm"), "echo")).stdout()));
  }

  // ---- bombs

  @Test
  @Quick
  @Needs({"programs", "pids"})
  void forkBomb() throws Exception {
    // 64 processes of the guest program can be more than its memory holds
    attack(Set.of(Reason.TIMEOUT, Reason.OUT_OF_MEMORY), brief("fork-bomb"));
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
    assertEquals(0, o.exitCode(), shown(o));
    goesOn();
  }

  @Test
  @Needs("programs")
  void sharedMemorySegmentBomb() throws Exception {
    attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "shared-memory");
    goesOn();
  }

  @Test
  @Needs({"programs", "disk"})
  void everyPlaceThatCanBeWrittenIsFilled() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "fill");
    assertEquals(0, o.exitCode(), shown(o));
    goesOn();
  }

  @Test
  @Needs({"programs", "disk"})
  void inodeBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUT_OF_MEMORY), "inodes");
    assertEquals(0, o.exitCode(), shown(o));
    goesOn();
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()), "and its files are gone");
  }

  @Test
  @Needs({"programs", "files"})
  void directoriesWithoutEnd() throws Exception {
    exits("deep");
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()), "they are gone");
    goesOn();
  }

  @Test
  @Needs("programs")
  void hugeAndOddFileNames() throws Exception {
    assertEquals("1 0 1\n", exits("long-name"));
    assertEquals("", text(attacker.run(task("look", "ls")).stdout()));
  }

  @Test
  @Needs("programs")
  void descriptorBomb() throws Exception {
    exits("files");
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
  void outputBomb() throws Exception {
    Outcome o = attack(Set.of(Reason.OUTPUT_LIMIT), limited("attack", 20_000, 1 << 20, "out", "1000000000"));
    assertEquals(1 << 20, o.stdout().length);
    goesOn();
  }

  @Test
  @Needs("programs")
  void oneLineWithoutEnd() throws Exception {
    attack(Set.of(Reason.OUTPUT_LIMIT), limited("attack", 20_000, 1 << 20, "flood-out", "line"));
    goesOn();
  }

  @Test
  @Needs("programs")
  void messageFlood() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED), "flood-err");
    assertEquals(65_536, o.stderr().length);
    goesOn();
  }

  @Test
  @Needs("programs")
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

  // ---- ways out

  @Test
  @Needs("programs")
  void inheritedDescriptors() throws Exception {
    String out = exits("descriptors");
    assertTrue(out.lines().allMatch(l -> l.contains("pipe:[") || l.contains("/dev/null") || l.contains("socket:[")), out);
  }

  @Test
  @Needs("programs")
  void waysToTheHostsFiles() throws Exception {
    refused("escape-cwd", canary.toString());
  }

  @Test
  @Quick
  @Needs({"programs", "files"})
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
  @Needs({"programs", "files"})
  void sparseResult() throws Exception {
    Outcome o = attack(Set.of(Reason.EXITED, Reason.OUTPUT_LIMIT), leaving(List.of("sparse"), "sparse"));
    assertTrue(o.files().length <= 2 << 20);
    goesOn();
  }

  @Test
  @Needs({"programs", "files"})
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

  private static byte[] join(byte[] a, byte[] b) {
    byte[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Test
  void whatTheEnvironmentTells() throws Exception {
    String out = exits("env");
    for (String secret : List.of(System.getProperty("user.home") + "/", System.getProperty("zennet.product"), "ZENNET", stage.directory().toString())) {
      assertTrue(secret == null || !out.contains(secret), out);
    }
  }

  // ---- images

  private void imageRefused(byte[] image) throws Exception {
    Path file = Files.write(stage.directory().resolve("bad-image"), image);
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    Container c = start(new ContainerSpec(s.leaseId(), file, hash(image), s.resources(), s.directory(), WALL, IDLE));
    Outcome o = c.run(task("t", "exit", "0"));
    assertEquals(Reason.INVALID_IMAGE, o.reason(), shown(o));
    assertFalse(o.detail().isEmpty());
    c.stop();
  }

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
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream z = new GZIPOutputStream(packed)) {
      z.write(GuestImage.header("zeros", 8_000_000_000L, '0', 0644, ""));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        z.write(zeros);
      }
    }
    imageRefused(GuestImage.archive(packed.toByteArray(), "amd64"));
  }

  @Test
  void anImageThatIsNotTheOneThatWasAskedFor() throws Exception {
    ContainerSpec s = spec(subject().memory(), 8 * MIB, WALL, IDLE);
    ContainerSpec wrong = new ContainerSpec(s.leaseId(), s.image(), hash(bytes("another")), s.resources(), s.directory(), WALL, IDLE);
    assertThrows(ContainerException.class, () -> start(wrong).run(task("t", "exit", "0")));
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
  void sleepingOnAndOn() throws Exception {
    Outcome o = attack(Set.of(Reason.TIMEOUT), brief("sleep", "1000000"));
    assertTrue(o.usage().get(Counter.CPU) < 500_000, o.usage().toString());
    goesOn();
  }

  @Test
  void asUser() throws Exception {
    assumeTrue(has("programs"), subject().id() + " has no users inside");
    String out = exits("who");
    assertFalse(out.contains("uid=0 "), out);
    assertFalse(out.contains("gid=0 "), out);
  }
}
