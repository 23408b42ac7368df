package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Containers of a Docker engine that the tests start, with one of its runtimes. */
final class DockerSubject implements Subject {
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
    return Map.of("socket", engine.socket(), "directory", directory.resolve("docker").toString(), "memory", 256L << 20, "runtime", runtime);
  }

  @Override
  public byte[] image(Path directory) throws Exception {
    return GuestImage.archive(GuestProgram.linux(directory));
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
