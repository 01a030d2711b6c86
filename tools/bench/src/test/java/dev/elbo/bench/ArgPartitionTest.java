package dev.elbo.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.engine.TopN;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgPartitionTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 99, 100, 999, 1_000})
  void finds_the_items_that_our_selection_finds(int k) {
    var random = new SplittableRandom(k);
    float[] scores = new float[1_000 + 7];
    for (int n = 0; n < scores.length; n++) {
      scores[n] = random.nextFloat();
    }
    assertArrayEquals(
        TopN.of(Arrays.copyOfRange(scores, 7, scores.length), k),
        ArgPartition.best(scores, 7, 1_000, k));
  }
}
