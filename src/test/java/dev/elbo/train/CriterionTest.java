package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CriterionTest {

  @ParameterizedTest
  @CsvSource({"ndcg@100, 2", "coverage@10, 2", "novelty@5, 2", "gini@10, 1", "loss, 1"})
  void everyNameHasABetterSide(String name, double better) {
    Criterion criterion = Criterion.parse(name);
    assertEquals(name, criterion.name());
    assertTrue(criterion.isBetter(better, 3 - better));
    assertFalse(criterion.isBetter(3 - better, better));
    assertFalse(criterion.isBetter(better, better));
  }

  @Test
  void whatIsNeitherIsRefused() {
    assertThrows(ElboException.class, () -> Criterion.parse("ndcg"));
  }
}
