package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Containers without an engine. */
final class SandboxSubject implements Subject {
  @Override
  public String id() {
    return "sandbox";
  }

  @Override
  public String pid() {
    return "org.zennet.virtualization.sandbox";
  }

  @Override
  public Map<String, Object> settings(Path directory) {
    assumeTrue("root".equals(System.getProperty("user.name")), "sandbox: a node that is not root sells wasm");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "sandbox: needs bubblewrap (releng/os-packages.sh test)");
    return Map.of("directory", directory.resolve("sandbox").toString(), "memory", 2L << 30, "cores", 64_000, "processes", 64, "linger", 2_000L, "unpacked", UNPACKED);
  }

  @Override
  public byte[] image(Path directory) throws Exception {
    return GuestImage.archive(GuestProgram.linux(directory));
  }
}
