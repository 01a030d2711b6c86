package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import org.junit.jupiter.api.Test;

class EnginesTest {

  @Test
  void findsTheReferenceEngine() {
    EngineProvider reference = Engines.byName("reference");
    assertEquals("reference", reference.name());
    assertTrue(reference.unavailable().isEmpty(), "the reference engine runs everywhere");
    assertEquals(1, reference.devices().size());
  }

  @Test
  void anUnknownNameIsAnErrorThatListsTheKnownOnes() {
    var error = assertThrows(ElboException.class, () -> Engines.byName("abacus"));
    assertTrue(error.getMessage().contains("abacus"), error::getMessage);
    for (EngineProvider provider : Engines.all()) {
      assertTrue(error.getMessage().contains(provider.name()), error::getMessage);
      assertTrue(!provider.description().isEmpty(), provider.name());
    }
  }
}
