package dev.elbo.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchSpaceTest {

  private static SearchSpace of(Map<String, String> options) {
    return SearchSpace.of(options, (_, value) -> value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --latent        | 100                   | 100
          --latent        | 200,100,200           | 200 100
          --latent        | 300..900:300          | 300 600 900
          --latent        | 300..899:300          | 300 600
          --latent        | 5,1..3:2              | 5 1 3
          --dropout       | 0.1..0.4:0.1          | 0.1 0.2 0.3 0.4
          --learning-rate | 1e-4..3e-4:1e-4       | 0.0001 0.0002 0.0003
          --latent        | 50..500:x2            | 50 100 200 400
          --batch-size    | 256..4096:x2          | 256 512 1024 2048 4096
          --l2            | 1,10..15:x1.1         | 1 10 11 12 13 15
          --learning-rate | 3e-4..3e-3:x2         | 0.0003 0.0006 0.0012 0.0024
          --beta-cap      | 0.02..0.1:x1.5        | 0.02 0.03 0.045 0.0675
          --shuffle       | once,each-epoch       | once each-epoch
          --hidden        | 600x300,none,100..200:100 | 600,300 none 100 200
          """)
  void listsAndRanges(String option, String text, String values) {
    assertEquals(List.of(values.split(" ", -1)), of(Map.of(option, text)).values().get(option));
  }

  @Test
  void ofValuesThatMeanTheSameTheFirstCounts() {
    SearchSpace space =
        SearchSpace.of(
            Map.of("--dropout", "0.50,0.1..0.5:0.1,1e-1,0.7"),
            (_, value) -> String.valueOf(Double.parseDouble(value)));
    assertEquals(
        List.of("0.50", "0.1", "0.2", "0.3", "0.4", "0.7"), space.values().get("--dropout"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "300..900",
        "900..300:100",
        "1..2:0",
        "1..2:-1",
        "a..b:1",
        "1..2:x",
        "0..1:1e-9",
        "0..1:x2",
        "-2..1:x2",
        "1..2:x1",
        "1..2:x0.5",
        "2..1:x2",
        "1..2:x1.0000001"
      })
  void whatIsNoRangeIsRefused(String text) {
    var error = assertThrows(IllegalArgumentException.class, () -> of(Map.of("--latent", text)));
    assertTrue(error.getMessage().contains("expected a range such as 300..900:300"));
  }

  @Test
  void tooManyCombinationsAreRefused() {
    var options = Map.of("--latent", "1..2000:1", "--seed", "1..2000:1");
    var error = assertThrows(IllegalArgumentException.class, () -> of(options));
    assertEquals("4,000,000 combinations are too many; the most are 1,000,000", error.getMessage());
  }

  @Test
  void theGridHasEveryCombinationOnceInOrderOfNames() {
    SearchSpace space = of(Map.of("--latent", "1,2", "--epochs", "7", "--dropout", "0,0.5,0.9"));
    assertEquals(List.of("--dropout", "--latent"), space.swept());
    assertEquals(
        List.of("0 7 1", "0 7 2", "0.5 7 1", "0.5 7 2", "0.9 7 1", "0.9 7 2"),
        space.grid().stream().map(point -> String.join(" ", point.values())).toList());
  }

  @Test
  void eachValueStandsBesideTheFirstOfEveryOtherOption() {
    SearchSpace space = of(Map.of("--latent", "1,2", "--dropout", "0,0.5,0.9"));
    assertEquals(
        List.of("0 1", "0.5 1", "0.9 1", "0 1", "0 2"),
        space.eachValue().stream().map(point -> String.join(" ", point.values())).toList());
  }

  @Test
  void aRandomSearchDrawsDifferentPointsOfTheGrid() {
    SearchSpace space = of(Map.of("--latent", "1..10:1", "--dropout", "0,0.5"));
    var drawn = space.random(12, 1);
    assertEquals(12, new HashSet<>(drawn).size());
    assertTrue(space.grid().containsAll(drawn));
    assertEquals(drawn, space.random(12, 1));
    assertTrue(!drawn.equals(space.random(12, 2)));
    assertEquals(drawn, space.random(15, 1).subList(0, 12), "more trials begin with the same");
    assertEquals(20, space.random(99, 1).size());
  }
}
