package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a node sells that is not root and may talk to an engine: the hostile payloads in its containers, once more as an ordinary user. */
class DockerAsUserTest {
  @TestFactory
  Stream<DynamicTest> anOrdinaryUsersNodeHoldsTheEnginesGuestsToo() throws Exception {
    assumeTrue(System.getProperty("zennet.tier", "standard").equals("full"), "docker as an ordinary user: runs with ./zennet test --full");
    try (TestEngine engine = TestEngine.start()) {
      engine.open();
      List<DynamicTest> all = AsUser.run(DockerTest.Hostile.class, "-D" + TestEngine.STARTED + "=" + engine.directory()).toList();
      return all.stream();
    }
  }
}
