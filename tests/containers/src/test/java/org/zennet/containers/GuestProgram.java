package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds the guest program, guest.c, for what containers run. */
final class GuestProgram {
  private static final long BUILD_SECONDS = 60;

  private GuestProgram() { }

  private static Path source() {
    return directory().resolve("guest.c");
  }

  /** Where its source lies, the script that builds the module, and the module. */
  static Path directory() {
    return Path.of(System.getProperty("zennet.root"), "tests/containers/src/test/guest");
  }

  /** The module, as it is committed. */
  static Path wasm() {
    return directory().resolve("guest.wasm");
  }

  /** A static program for this host's processor. */
  static Path linux(Path directory) throws IOException, InterruptedException {
    Path to = directory.resolve("guest");
    return build(to, "a C compiler with static libraries (apt-get install gcc libc6-dev)",
        List.of("gcc", "-static", "-O1", "-w", "-o", to.toString(), source().toString(), "-lpthread"));
  }

  /** Another program of the same kind, which says so and does nothing else. */
  static Path other(Path directory) throws IOException, InterruptedException {
    Path to = directory.resolve("other");
    return build(to, "a C compiler with static libraries (apt-get install gcc libc6-dev)",
        List.of("gcc", "-static", "-O1", "-w", "-DOTHER", "-o", to.toString(), source().toString(), "-lpthread"));
  }

  private static synchronized Path build(Path to, String need, List<String> command) throws IOException, InterruptedException {
    if (Files.exists(to)) {
      return to;
    }
    Files.createDirectories(to.getParent());
    Path log = to.resolveSibling(to.getFileName() + ".log");
    Process p;
    try {
      p = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      assumeTrue(false, "the guest program can't be built: this needs " + need);
      return to;
    }
    boolean ended = p.waitFor(BUILD_SECONDS, TimeUnit.SECONDS);
    String said = Files.readString(log, StandardCharsets.UTF_8).strip();
    assumeTrue(ended && p.exitValue() == 0, "the guest program can't be built: this needs " + need + ": " + said.lines().findFirst().orElse(""));
    return to;
  }
}
