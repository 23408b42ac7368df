package org.zennet.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a node sells that is not root: the scenarios and the hostile payloads in modules, once more as an ordinary user. */
class WasmAsUserTest {
  @TestFactory
  Stream<DynamicTest> anOrdinaryUsersNodeHoldsItsGuestsToo() throws Exception {
    assumeTrue(System.getProperty("zennet.tier", "standard").equals("full"), "wasm as an ordinary user: runs with ./zennet test --full");
    return AsUser.run(WasmTest.class);
  }
}
