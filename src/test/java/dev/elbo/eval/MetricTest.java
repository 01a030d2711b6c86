package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricTest {

  @Test
  void everyNameIsReadBack() {
    for (int k : new int[] {1, 20, 999_999_999}) {
      for (Metric metric : Metric.all(k)) {
        assertEquals(metric, Metric.parse(metric.name()));
        assertEquals(k, metric.k());
      }
    }
    assertEquals(new Ndcg(100), Metric.parse("ndcg@100"));
  }

  /** One that is left out of the list could not be asked for. */
  @Test
  void everyMetricIsInTheList() {
    assertEquals(
        records(Metric.class),
        Metric.all(5).stream().map(Metric::getClass).collect(Collectors.toSet()));
  }

  private static Set<Class<?>> records(Class<?> kind) {
    return kind.isInterface()
        ? Stream.of(kind.getPermittedSubclasses())
            .flatMap(part -> records(part).stream())
            .collect(Collectors.toSet())
        : Set.of(kind);
  }

  @Test
  void theNamesAreThoseOfTheCommandLine() {
    assertEquals(
        List.of(
            "recall@5",
            "recall-plain@5",
            "precision@5",
            "ndcg@5",
            "mrr@5",
            "map@5",
            "hitrate@5",
            "coverage@5",
            "novelty@5",
            "gini@5"),
        Metric.all(5).stream().map(Metric::name).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ndcg",
        "ndcg@",
        "@5",
        "ndcg@0",
        "ndcg@-1",
        "ndcg@05",
        "ndcg@1e2",
        "ndcg@5 ",
        "ndcg@5@5",
        "ndcg@9999999999",
        "ndgc@5"
      })
  void anythingElseIsAnErrorThatListsTheNames(String text) {
    var error = assertThrows(ElboException.class, () -> Metric.parse(text));
    assertTrue(error.getMessage().contains("\"" + text + "\""), error.getMessage());
    Metric.all(1).stream()
        .map(metric -> metric.name().replace("@1", "@"))
        .forEach(name -> assertTrue(error.getMessage().contains(name), error.getMessage()));
  }

  @Test
  void namesAreReadInUpperOrLowerCaseAndKeptInLower() {
    assertEquals(new Ndcg(5), Metric.parse("NDCG@5"));
    assertEquals("rmse", Measure.parse("RMSE").name());
  }
}
