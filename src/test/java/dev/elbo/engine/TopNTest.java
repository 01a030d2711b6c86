package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopNTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  @Test
  void highestFirstAndOfEqualScoresTheLowerItem() {
    assertArrayEquals(new int[] {3, 1, 2}, TopN.of(new float[] {1, 5, 5, 7, 5}, 3));
  }

  @Test
  void zeroHasNoSign() {
    assertArrayEquals(new int[] {0, 1}, TopN.of(new float[] {-0f, 0f, -0f}, 2));
    assertArrayEquals(new int[] {0, 1}, TopN.of(new float[] {0f, -0f, 0f}, 2));
  }

  @Test
  void excludedItemsNeverComeBackEvenIfNothingElseIsLeft() {
    float[] scores = {9, 8, 7, 6};
    assertArrayEquals(new int[] {1, 3}, TopN.of(scores, 10, 0, 2));
    assertArrayEquals(new int[] {}, TopN.of(scores, 10, 0, 1, 2, 3));
    assertArrayEquals(new int[] {}, TopN.of(new float[] {}, 10));
  }

  /** Wherever it would rank, and whether or not it would be among the best. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, INF, -INF})
  void onlyFiniteScoresHaveARank(float score) {
    float[] scores = {1, 2, score};
    var error = assertThrows(ElboException.class, () -> TopN.of(scores, 1));
    assertTrue(error.getMessage().contains("item number 2 is " + score), error.getMessage());
    assertArrayEquals(new int[] {1}, TopN.of(scores, 1, 2));
  }

  @Test
  void refusesWhatItCannotHonour() {
    float[] scores = {1, 2, 3};
    assertThrows(IllegalArgumentException.class, () -> TopN.of(scores, 0));
    assertThrows(IllegalArgumentException.class, () -> TopN.of(scores, 1, 2, 1));
    assertThrows(IllegalArgumentException.class, () -> TopN.of(scores, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> TopN.of(scores, 1, 3));
    assertThrows(IllegalArgumentException.class, () -> TopN.of(scores, 1, -1));
  }

  @Property(seed = "1")
  void equalsSortingEverything(
      @ForAll("scoresWithTies") List<Float> list,
      @ForAll List<Boolean> history,
      @ForAll @IntRange(min = 1, max = 40) int k) {
    float[] scores = new float[list.size()];
    for (int item = 0; item < scores.length; item++) {
      scores[item] = list.get(item);
    }
    int[] excluded =
        IntStream.range(0, Math.min(scores.length, history.size())).filter(history::get).toArray();
    int[] sorted = sorted(scores, k, excluded);

    float[] given = scores.clone();
    assertArrayEquals(sorted, TopN.of(scores, k, excluded));
    assertArrayEquals(given, scores, "scores are not modified");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 600, 6_000})
  void manyMoreItemsThanAreKept(int k) {
    var random = new Random(1);
    for (int repetition = 0; repetition < 20; repetition++) {
      float[] scores = new float[5_000];
      for (int item = 0; item < scores.length; item++) {
        scores[item] = random.nextInt(3_000);
      }
      int[] excluded = IntStream.range(0, scores.length).filter(item -> item % 11 == 0).toArray();
      assertArrayEquals(sorted(scores, k, excluded), TopN.of(scores, k, excluded));
    }
  }

  @Test
  void aLateItemReplacesTheWorstOfTheBest() {
    float[] scores = new float[2_000];
    scores[0] = 9;
    scores[1] = 1;
    scores[1_500] = 5;
    scores[1_600] = 1;
    assertArrayEquals(new int[] {0, 1_500}, TopN.of(scores, 2));
    assertArrayEquals(new int[] {0, 1_500, 1}, TopN.of(scores, 3));
  }

  private static int[] sorted(float[] scores, int k, int... excluded) {
    return IntStream.range(0, scores.length)
        .filter(item -> Arrays.binarySearch(excluded, item) < 0)
        .boxed()
        .sorted(Comparator.comparing((Integer item) -> -scores[item]))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Few distinct values, so that there are many ties. */
  @Provide
  Arbitrary<List<Float>> scoresWithTies() {
    return Arbitraries.of(-Float.MAX_VALUE, -1.5f, 1f, 2f, 3f, Float.MAX_VALUE)
        .list()
        .ofMaxSize(60);
  }
}
