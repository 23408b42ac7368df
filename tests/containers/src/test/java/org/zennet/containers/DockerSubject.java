package org.zennet.containers;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Containers of a Docker engine that the tests start. */
final class DockerSubject implements Subject {
  private TestEngine engine;

  @Override
  public String id() {
    return "docker";
  }

  @Override
  public String pid() {
    return "org.zennet.virtualization.docker";
  }

  @Override
  public Map<String, Object> settings(Path directory) throws Exception {
    if (engine == null) {
      engine = TestEngine.start();
    }
    return Map.of("socket", engine.socket(), "directory", directory.resolve("docker").toString(), "memory", 256L << 20);
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
