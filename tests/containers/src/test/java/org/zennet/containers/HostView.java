package org.zennet.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A lease as the host sees it, by its kernel's own account and without any backend: processes, control groups, processor time. */
final class HostView {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final int DEPTH = 6;
  private static final long TICK_MICROS = 10_000;
  /** Settings of the kernel that guests would like to write. */
  private static final List<String> KERNEL = List.of("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/sysrq", "vm/panic_on_oom", "vm/overcommit_memory");

  private HostView() { }

  /** Processes in the lease's control groups, or with its name in their command line. */
  static List<String> processes(String lease) throws IOException {
    List<String> found = new ArrayList<>();
    Pattern named = Pattern.compile(Pattern.quote(lease) + "(?![0-9])");
    String own = Long.toString(ProcessHandle.current().pid());
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path p : all.filter(f -> f.getFileName().toString().matches("[0-9]+")).toList()) {
        try {
          String text = Files.readString(p.resolve("cgroup")) + Files.readString(p.resolve("cmdline"), StandardCharsets.ISO_8859_1);
          if (!p.getFileName().toString().equals(own) && named.matcher(text).find()) {
            found.add(p.getFileName().toString());
          }
        } catch (IOException e) {
          // it ended
        }
      }
    }
    return found;
  }

  /** The lease's control groups, in the trees of all controllers. */
  static List<Path> groups(String lease) throws IOException {
    if (!Files.isDirectory(GROUPS)) {
      return List.of();
    }
    String slice = lease.replace('-', '_') + ".slice";
    try (Stream<Path> all = Files.walk(GROUPS, DEPTH)) {
      return all.filter(p -> p.getFileName().toString().endsWith(lease) || p.getFileName().toString().endsWith(slice)).toList();
    } catch (UncheckedIOException e) {
      // a group of somebody else went while we looked
      return groups(lease);
    }
  }

  /** The file that tells the processor time of a control group of the lease, where it has one. */
  private static Optional<Path> accounted(String lease) throws IOException {
    List<Path> groups = groups(lease);
    for (String file : List.of("cpuacct.usage", "cpu.stat")) {
      for (Path g : groups) {
        if (Files.exists(g.resolve(file)) && (file.equals("cpuacct.usage") || Files.readString(g.resolve(file)).startsWith("usage_usec "))) {
          return Optional.of(g.resolve(file));
        }
      }
    }
    return Optional.empty();
  }

  /** Processor time that the kernel has accounted to a lease, in microseconds: to its control group, or to its processes where it has none. */
  static long cpuMicros(String lease) throws IOException {
    Optional<Path> group = accounted(lease);
    if (group.isPresent()) {
      String text = Files.readString(group.get());
      return text.startsWith("usage_usec ") ? Long.parseLong(text.lines().findFirst().orElseThrow().substring("usage_usec ".length()))
          : Long.parseLong(text.strip()) / 1000;
    }
    long ticks = 0;
    for (String pid : processes(lease)) {
      try {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        String[] f = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        ticks += Long.parseLong(f[11]) + Long.parseLong(f[12]);
      } catch (IOException e) {
        // it ended
      }
    }
    return ticks * TICK_MICROS;
  }

  /** By how much that may be wrong, in microseconds. */
  static long grainMicros(String lease) throws IOException {
    return accounted(lease).isPresent() ? 1_000 : 2 * TICK_MICROS;
  }

  /** What the kernel of the host is set to. */
  static Map<String, String> kernel() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : KERNEL) {
      Path p = Path.of("/proc/sys", name);
      if (Files.isReadable(p)) {
        all.put(name, Files.readString(p));
      }
    }
    return all;
  }
}
