package dev.elbo.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import org.junit.jupiter.api.Test;

class EngineArgumentsTest {

  @Test
  void aRunGoesOnWithTheEngineThatBeganIt() {
    var engine = new EngineArguments();
    engine.complete("tornado:0:1");
    assertEquals("tornado:0:1", engine.name());
  }

  /** A checkpoint may be of somebody else's. */
  @Test
  void ownCodeIsNotRunUnasked() {
    var engine = new EngineArguments();
    var refused = assertThrows(ElboException.class, () -> engine.complete("reference:mine"));
    assertTrue(refused.getMessage().contains("give --engine reference:mine to run that"));
    assertEquals("fast", engine.name());
  }
}
