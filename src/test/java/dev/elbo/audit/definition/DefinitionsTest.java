package dev.elbo.audit.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.eval.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinitionsTest {

  @Test
  void eachHasANameOfItsOwnAndSaysWhereItWasRead() {
    List<Definition> all = Definitions.every();
    assertEquals(all.size(), all.stream().map(Definition::name).distinct().count());
    for (Definition definition : all) {
      assertFalse(definition.sources().isEmpty(), definition::name);
      for (Source source : definition.sources()) {
        assertTrue(source.commit().matches("[0-9a-f]{7}"), source::toString);
        assertTrue(source.file().matches("\\S+:\\d+(, .*)?"), source::toString);
      }
    }
  }

  /** What `elbo evaluate` measures is among them, under the same name. */
  @Test
  void ourOwnMetricsAreDefinitions() {
    for (Metric metric : Metric.all(7)) {
      Definition ours =
          Definitions.every().stream()
              .filter(Definition::isOurs)
              .filter(definition -> definition.at().apply(7).equals(metric))
              .findFirst()
              .orElseThrow(() -> new AssertionError(metric.name()));
      assertEquals(metric.name(), ours.name(7));
    }
  }

  @Test
  void aMetricIsFoundByAnyOfItsNames() {
    assertEquals(Definitions.of("hitrate"), Definitions.of("HR"));
    assertEquals("ndcg", Definitions.of("NDCG").getFirst().name());
    var error = assertThrows(ElboException.class, () -> Definitions.of("ndgc"));
    assertTrue(error.getMessage().contains("did you mean ndcg"), error.getMessage());
  }
}
