package org.zennet.containers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** WebAssembly: the guest program as a module. */
final class WasmSubject implements Subject {
  private static final Map<String, String> WHY = Map.of(
      "programs", "its guests are modules, which have no processes, signals, users, system calls, devices or sockets to try this with",
      "shell", "a module has no programs to run beside it",
      "disk", "files of a module lie in memory",
      "time", "the clock of a module is a counter, so that sleeping takes no time");

  @Override
  public String id() {
    return "wasm";
  }

  @Override
  public String pid() {
    return "org.zennet.virtualization.wasm";
  }

  @Override
  public Map<String, Object> settings(Path directory) {
    return Map.of("directory", directory.resolve("wasm").toString(), "memory", 2L << 30, "cores", 64_000, "linger", 2_000L);
  }

  @Override
  public byte[] image(Path directory) throws Exception {
    return Files.readAllBytes(GuestProgram.wasm());
  }

  @Override
  public byte[] otherImage(Path directory) {
    return ModuleWriter.program(0x01);
  }

  /** With a section of no meaning at its end. */
  @Override
  public byte[] again(byte[] image, int number) {
    return ModuleWriter.row(image, 0, ModuleWriter.number(5), "n" + (100 + number));
  }

  @Override
  public Set<String> also() {
    return Set.of();
  }

  @Override
  public Optional<String> why(String need) {
    return Optional.ofNullable(WHY.get(need));
  }
}
