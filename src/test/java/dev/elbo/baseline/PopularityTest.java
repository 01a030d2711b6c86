package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PopularityTest {

  @Test
  void everyUserGetsTheCountsWhateverTheSinkDoesToThem() {
    // Three training users: {0, 2}, {2}, {0, 1, 2}.
    var training = new CsrMatrix(4, new int[] {0, 2, 3, 6}, new int[] {0, 2, 2, 0, 1, 2});
    float[][] received = new float[2][];
    new Popularity(training)
        .scores(
            Batch.of(training, 1, 0),
            (position, scores) -> {
              received[position] = scores.clone();
              Arrays.fill(scores, -1);
            });

    float[] counts = {2, 1, 3, 0};
    assertArrayEquals(new float[][] {counts, counts}, received);
  }
}
