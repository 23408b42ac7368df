package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

/** The guest program's module. */
class GuestModuleTest {
  private static final int TOOLS_MISSING = 77;

  @Test
  void theCommittedModuleIsWhatItsSourceGivesWhereTheRecordedCompilersAre() throws Exception {
    Process p = new ProcessBuilder(GuestProgram.directory().resolve("build.sh").toString(), "--check").redirectErrorStream(true).start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(p.waitFor(60, TimeUnit.SECONDS));
    assumeTrue(p.exitValue() != TOOLS_MISSING, "the recorded clang, lld and wasi-libc are not here (releng/os-packages.sh compilers, which ./zennet test --full runs): " + out.strip());
    assertEquals(0, p.exitValue(), out);
  }
}
