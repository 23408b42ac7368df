package org.zennet.containers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** Guests with a network: full tier. What sandboxes do is also tried, with other programs, beside their own code. */
class EgressTest {
  private static final EgressSuite.Surrounded SANDBOX = new EgressSuite.Surrounded(new SandboxSubject());
  private static final EgressSuite.Surrounded DOCKER = new EgressSuite.Surrounded(new DockerSubject("runc"));

  @AfterAll
  static void close() throws Exception {
    Stage.close(SANDBOX);
    Stage.close(DOCKER);
  }

  @Nested
  class Sandbox extends EgressSuite {
    @Override
    Surrounded surrounded() {
      return SANDBOX;
    }
  }

  @Nested
  class Docker extends EgressSuite {
    @Override
    Surrounded surrounded() {
      return DOCKER;
    }
  }
}
