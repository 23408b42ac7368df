package org.zennet.containers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The scenarios and the hostile payloads under gVisor, a kernel of its own in user space: skipped while the backend does not sell it, see docs/containers.md. */
class GvisorTest {
  private static final Subject GVISOR = new DockerSubject(TestEngine.GVISOR);

  @AfterAll
  static void close() throws Exception {
    Stage.close(GVISOR);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return GVISOR;
    }

    @Override
    boolean standard() {
      return false;
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return GVISOR;
    }

    @Override
    boolean standard() {
      return false;
    }
  }
}
