package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.testing.Tolerances;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ItemKnnTest {

  private static ItemKnn fit(CsrMatrix training, int k, double shrink) {
    try (Workers workers = new Workers(2)) {
      return ItemKnn.fit(training, new BaselineOptions.ItemKnn(k, shrink), workers);
    }
  }

  /** The definition, item by item: the cosine of two columns. */
  private static double similarity(DMatrixRMaj x, int i, int j, double shrink) {
    double both = 0;
    double first = 0;
    double second = 0;
    for (int user = 0; user < x.numRows; user++) {
      both += x.get(user, i) * x.get(user, j);
      first += x.get(user, i) * x.get(user, i);
      second += x.get(user, j) * x.get(user, j);
    }
    return both == 0 ? 0 : both / (Math.sqrt(first) * Math.sqrt(second) + shrink);
  }

  /** Item numbers, most similar first; of items that are as similar, the lower one first. */
  private static List<Integer> neighbours(DMatrixRMaj x, int item, int k, double shrink) {
    return IntStream.range(0, x.numCols)
        .filter(other -> other != item && similarity(x, item, other, shrink) > 0)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                // float32, as it is stored: what is equal there is equal
                other -> -(float) similarity(x, item, other, shrink)))
        .limit(k)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0",
    "9, 5, 2, 0",
    "40, 23, 3, 0",
    "40, 23, 3, 2.5",
    "60, 31, 100, 10",
    "3, 40, 7, 1"
  })
  void isTheNaiveComputation(int users, int items, int k, double shrink) {
    CsrMatrix training = SmallData.random(users, items);
    DMatrixRMaj x = SmallData.dense(training);
    ItemKnn knn = fit(training, k, shrink);
    float[][] scores = SmallData.scores(knn, training);
    for (int user = 0; user < users; user++) {
      double[] expected = new double[items];
      for (int item : training.row(user)) {
        for (int other : neighbours(x, item, k, shrink)) {
          expected[other] += similarity(x, item, other, shrink);
        }
      }
      for (int item = 0; item < items; item++) {
        assertEquals(expected[item], scores[user][item], Tolerances.FLOAT32);
      }
    }
    for (int item = 0; item < items; item++) {
      assertEquals(
          neighbours(x, item, k, shrink),
          knn.nearest(item, items).stream().map(Ranked::item).toList());
    }
  }

  /**
   * Items 0 and 1 are alike to two thirds; item 2 is nobody's neighbour, and item 3 has no user.
   */
  @Test
  void neighboursHaveUsersInCommon() {
    CsrMatrix training =
        new CsrMatrix(4, new int[] {0, 2, 4, 5, 6, 7}, new int[] {0, 1, 0, 1, 0, 1, 2});
    ItemKnn knn = fit(training, 3, 0);
    assertEquals(List.of(new Ranked(1, 2 / 3f)), knn.nearest(0, 5));
    assertEquals(List.of(), knn.nearest(2, 5));
    assertEquals(List.of(), knn.nearest(3, 5));
    assertArrayEquals(new int[] {0, 1, 2, 2, 2}, knn.parameters().int32("similarity.indptr", 5));
    assertArrayEquals(new int[] {1, 0}, knn.parameters().int32("similarity.indices", 2));
    assertEquals(List.of(new Ranked(1, 2 / 5f)), fit(training, 3, 2).nearest(0, 1));
  }

  @Test
  void isTheSameFromItsParametersAndForAnyNumberOfThreads() {
    CsrMatrix training = SmallData.random(50, 20);
    var options = new BaselineOptions.ItemKnn(4, 1);
    ItemKnn knn = fit(training, 4, 1);
    float[][] scores = SmallData.scores(knn, training);
    FittedBaseline read = FittedBaseline.of(options, knn.parameters(), 20);
    assertArrayEquals(scores, SmallData.scores(read, training));
    try (Workers one = new Workers(1)) {
      assertArrayEquals(scores, SmallData.scores(ItemKnn.fit(training, options, one), training));
    }
    assertThrows(
        IllegalArgumentException.class, () -> FittedBaseline.of(options, knn.parameters(), 21));
  }
}
