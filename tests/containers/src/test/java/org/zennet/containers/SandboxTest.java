package org.zennet.containers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The scenarios and the hostile payloads in sandboxes. */
class SandboxTest {
  private static final Subject SANDBOX = new SandboxSubject();

  @AfterAll
  static void close() throws Exception {
    Stage.close(SANDBOX);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return SANDBOX;
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return SANDBOX;
    }
  }
}
