package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingScale;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictedRatingsTest {

  private static final RatingScale SCALE = new RatingScale(List.of(1f, 2f, 3f, 4f, 5f));

  /** Of two users the second has rated nothing; nobody has rated item 2. */
  private static final CsrMatrix RATINGS =
      CsrMatrix.of(2, 3, new int[] {0}, new int[] {1}, new float[] {5});

  @Test
  void whereNothingIsKnownItIsTheMiddle() {
    Scorer nines =
        (batch, sink) -> {
          float[] scores = new float[3];
          for (int user = 0; user < batch.size(); user++) {
            Arrays.fill(scores, 9);
            sink.accept(user, scores);
          }
        };
    float[][] expected = {{9, 9, 3}, {3, 3, 3}};
    float[][] found = new float[2][];
    new PredictedRatings(nines, List.of(2), SCALE)
        .scores(Batch.range(RATINGS, 0, 2), (user, scores) -> found[user] = scores.clone());
    assertArrayEquals(expected, found);
  }
}
