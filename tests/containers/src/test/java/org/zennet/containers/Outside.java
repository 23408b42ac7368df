package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What lies around a provider, in network namespaces: a host that connections of guests leave from, with a service on all its addresses, a private
 * network, a network of public addresses that it belongs to, and an internet of addresses for examples (RFC 5737) with a metadata service. No packet
 * leaves this machine.
 */
final class Outside implements AutoCloseable {
  static final String FAR = "203.0.113.10";
  static final List<String> OUT_OF_REACH = List.of("192.0.2.1", "192.0.2.2", "192.168.77.1", "192.168.77.9", "198.51.100.129", "198.51.100.130", "203.0.113.200",
      "169.254.169.254", "10.99.0.5", "100.64.0.5", "172.20.0.5", "10.0.2.2", "10.0.2.3");
  static final int PORT = 8080;
  static final int BYTES = 5_000_000;
  private static final String BUSYBOX = "/usr/bin/busybox";

  private final String host;
  private final String internet;
  private final Path directory;
  private final List<Process> servers = new ArrayList<>();

  /** Built below a directory, with a name of its own. */
  Outside(Path directory, String name) throws IOException, InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "egress: namespaces of networks need root");
    for (String p : List.of("/usr/bin/slirp4netns", "/usr/sbin/nft", BUSYBOX)) {
      assumeTrue(Files.isExecutable(Path.of(p)), "egress: needs " + p + " (releng/os-packages.sh test)");
    }
    String prefix = "zt" + ProcessHandle.current().pid() + name;
    host = prefix + "h";
    internet = prefix + "i";
    this.directory = Files.createDirectories(directory.resolve("served"));
    Files.write(this.directory.resolve("file"), new byte[BYTES]);
    for (String ns : List.of(host, internet)) {
      ip("netns add " + ns);
      ip("-n " + ns + " link set lo up");
    }
    link("wan", "192.0.2.2/24", "192.0.2.1/24");
    link("lan", "192.168.77.1/24", "192.168.77.9/24");
    link("pub", "198.51.100.129/25", "198.51.100.130/25");
    ip("-n " + host + " addr add 203.0.113.200/32 dev lo");
    ip("-n " + host + " route add default via 192.0.2.1");
    for (String a : List.of(FAR, "198.51.100.7", "169.254.169.254", "10.99.0.5", "100.64.0.5", "172.20.0.5")) {
      ip("-n " + internet + " addr add " + a + "/32 dev lo");
    }
    for (String ns : List.of(host, internet)) {
      for (String port : List.of("8080", "25")) {
        servers.add(in(ns, BUSYBOX, "httpd", "-f", "-p", port, "-h", this.directory.toString()));
      }
    }
  }

  private void link(String name, String here, String there) throws IOException, InterruptedException {
    ip("link add name " + name + " netns " + host + " type veth peer name " + name + " netns " + internet);
    ip("-n " + host + " addr add " + here + " dev " + name);
    ip("-n " + internet + " addr add " + there + " dev " + name);
    ip("-n " + host + " link set " + name + " up");
    ip("-n " + internet + " link set " + name + " up");
  }

  /** Takes one connection on the internet and keeps what it brings in a file, whose name this gives once it listens. */
  Path sink(int port) throws Exception {
    Path to = directory.resolve("sink-" + port);
    Process p = new ProcessBuilder("nsenter", "--net=/run/netns/" + internet, BUSYBOX, "nc", "-l", "-p", Integer.toString(port)).redirectOutput(to.toFile()).start();
    servers.add(p);
    String listening = String.format("(?s).*:%04X [0-9A-F]+:0000 0A.*", port);
    Path tables = Path.of("/proc", Long.toString(p.pid()), "net");
    OnStage.await("it listens", () -> (Files.readString(tables.resolve("tcp")) + Files.readString(tables.resolve("tcp6"))).matches(listening));
    return to;
  }

  private static Process in(String ns, String... command) throws IOException {
    List<String> c = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + ns));
    c.addAll(List.of(command));
    return new ProcessBuilder(c).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** The namespace that guests' connections leave from. */
  String uplink() {
    return "/run/netns/" + host;
  }

  private static void ip(String line) throws IOException, InterruptedException {
    List<String> c = new ArrayList<>(List.of("/usr/sbin/ip"));
    c.addAll(List.of(line.split(" ")));
    Process p = new ProcessBuilder(c).redirectErrorStream(true).start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!p.waitFor(10, TimeUnit.SECONDS) || p.exitValue() != 0) {
      throw new IOException("ip " + line + ": " + said);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    servers.forEach(Process::destroyForcibly);
    for (String ns : List.of(host, internet)) {
      if (Files.exists(Path.of("/run/netns", ns))) {
        ip("netns delete " + ns);
      }
    }
  }
}
