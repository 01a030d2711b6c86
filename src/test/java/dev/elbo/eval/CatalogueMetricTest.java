package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class CatalogueMetricTest {
  private static final Coverage COVERAGE = new Coverage(10);
  private static final Gini GINI = new Gini(10);

  @Test
  void knownAnswers() {
    int[] times = {3, 0, 1, 0};
    assertEquals(2.0 / 4, COVERAGE.of(times));
    // Ascending 0, 0, 1, 3: (-3*0 - 1*0 + 1*1 + 3*3) / (4 * 4).
    assertEquals(10.0 / 16, GINI.of(times));
  }

  @Test
  void nothingRecommendedIsAnEvenShareOfNothing() {
    assertEquals(0, COVERAGE.of(new int[5]));
    assertEquals(0, GINI.of(new int[5]));
  }

  @Property(seed = "1")
  void everyItemEquallyOftenIsFullCoverageWithoutInequality(
      @ForAll @IntRange(min = 1, max = 50) int items,
      @ForAll @IntRange(min = 1, max = 50) int times) {
    int[] even = new int[items];
    Arrays.fill(even, times);
    assertEquals(1, COVERAGE.of(even));
    assertEquals(0, GINI.of(even), 1e-15);
  }

  @Property(seed = "1")
  void theSameListForEverybodyIsAsUnequalAsItGets(
      @ForAll @IntRange(min = 10, max = 50) int items,
      @ForAll @IntRange(min = 1, max = 50) int users) {
    int[] same = new int[items];
    Arrays.fill(same, 0, 10, users);
    assertEquals(10.0 / items, COVERAGE.of(same), 1e-15);
    assertEquals(1 - 10.0 / items, GINI.of(same), 1e-12);
  }

  /** The textbook form: half the mean absolute difference of all pairs, over the mean. */
  @Property(seed = "1")
  void giniIsTheMeanDifferenceOfPairs(@ForAll @NotEmpty List<@IntRange(max = 100) Integer> counts) {
    int[] times = counts.stream().mapToInt(count -> count).toArray();
    double differences = 0;
    for (int a : times) {
      for (int b : times) {
        differences += Math.abs(a - b);
      }
    }
    double total = Arrays.stream(times).sum();
    assertEquals(total == 0 ? 0 : differences / (2 * times.length * total), GINI.of(times), 1e-12);
    assertEquals(counts, Arrays.stream(times).boxed().toList(), "the counts are not modified");
  }
}
