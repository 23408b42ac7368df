package org.zennet.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.zennet.api.container.Container;
import org.zennet.api.container.Outcome;

/** The scenarios and the hostile payloads in modules. */
class WasmTest {
  private static final Subject WASM = new WasmSubject();

  @AfterAll
  static void close() throws Exception {
    Stage.close(WASM);
  }

  @Nested
  class Scenarios extends ScenarioTable {
    @Override
    Subject subject() {
      return WASM;
    }

    @Test
    @Quick
    void sleepingTakesNoTimeAndTheSameTaskTakesTheSameFuel() throws Exception {
      Container a = start();
      Outcome slept = a.run(limited("slept", 5_000, 1000, "sleep", "86400"));
      assertEquals("started\nslept\n", text(slept.stdout()), shown(slept));
      assertTrue(slept.fuel().isPresent());
      assertEquals(slept.fuel(), start().run(limited("again", 5_000, 1000, "sleep", "86400")).fuel(), "in every container");
    }
  }

  @Nested
  class Hostile extends HostileSuite {
    @Override
    Subject subject() {
      return WASM;
    }
  }

  @Nested
  class Modules extends HostileModules {
    @Override
    Subject subject() {
      return WASM;
    }
  }
}
