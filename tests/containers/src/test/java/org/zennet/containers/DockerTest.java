package org.zennet.containers;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The scenarios and the hostile payloads in containers of a Docker engine. */
class DockerTest {
  private static final Subject DOCKER = new DockerSubject("runc");

  @AfterAll
  static void close() throws Exception {
    Stage.close(DOCKER);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return DOCKER;
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return DOCKER;
    }
  }
}
