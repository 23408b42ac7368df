package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Containers of a Docker engine that the tests start, with one of its runtimes. */
final class DockerSubject implements Subject {
  private static final Map<String, String> WHY = Map.of("processor-time", "gVisor counts the times when a program waits for a processor as its own",
      "task-memory", "gVisor is one process for the host's kernel", "pids", "gVisor is given threads, and gives up where it gets no more");
  /** Calls of gVisor, to its own kernel; mknod makes what cannot be opened, and the devices are its own. */
  private static final Set<String> ALLOWS = Set.of("perf_event_open", "open_by_handle_at", "name_to_handle_at", "init environment", "init descriptors", "init maps",
      "unshare user", "unshare mount", "unshare pid", "unshare cgroup", "setns", "nice", "netlink", "mknod disk", "mknod mem", "/dev/fuse", "/dev/net/tun");
  private final String runtime;
  private TestEngine engine;

  DockerSubject(String runtime) {
    this.runtime = runtime;
  }

  @Override
  public String id() {
    return "docker";
  }

  @Override
  public String name() {
    return optional() ? "docker-" + runtime : "docker";
  }

  @Override
  public boolean optional() {
    return runtime.equals(TestEngine.GVISOR);
  }

  @Override
  public Set<String> also() {
    return optional() ? Set.of("time") : Subject.super.also();
  }

  @Override
  public Optional<String> why(String need) {
    return Optional.ofNullable(optional() ? WHY.get(need) : null);
  }

  @Override
  public Set<String> ownKernelAllows() {
    return optional() ? ALLOWS : Set.of();
  }

  @Override
  public String pid() {
    return "org.zennet.virtualization.docker";
  }

  @Override
  public Map<String, Object> settings(Path directory) throws Exception {
    if (optional()) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", runtime)), name() + ": the runtime is not installed (apt-get install " + runtime + ")");
    }
    if (engine == null) {
      engine = TestEngine.start();
    }
    return Map.of("socket", engine.socket(), "directory", directory.resolve("docker").toString(), "memory", 256L << 20, "unpacked", UNPACKED, "runtime", runtime);
  }

  @Override
  public byte[] image(Path directory) throws Exception {
    return GuestImage.archive(GuestProgram.linux(directory));
  }

  /** gVisor stops its guest and not itself; how much that is was measured, see docs/containers.md. */
  @Override
  public long frozenMicros() {
    return optional() ? 20_000 : Subject.super.frozenMicros();
  }

  @Override
  public List<String> mounts() {
    return List.of(engine.directory());
  }

  @Override
  public List<String> sockets() {
    return List.of(engine.socket().replace("unix://", ""), engine.directory() + "/run/containerd/containerd.sock");
  }

  @Override
  public void close() throws Exception {
    if (engine != null) {
      engine.close();
    }
  }
}
