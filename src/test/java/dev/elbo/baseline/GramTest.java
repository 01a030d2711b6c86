package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GramTest {

  /** Three users of three items: the first has 0 and 1, the second 1, the third all. */
  private static final CsrMatrix USERS =
      new CsrMatrix(3, new int[] {0, 2, 3, 6}, new int[] {0, 1, 1, 0, 1, 2});

  private static final float[] COUNTS = {2, 2, 1, 2, 3, 1, 1, 1, 1};

  @Test
  void anEntryCountsWhoHasBothItems() {
    try (Workers workers = new Workers(1)) {
      assertArrayEquals(COUNTS, Gram.once(USERS).matrix(workers));
    }
  }

  /** A model is made in the place of the matrix. */
  @Test
  void whatOneModelMakesOfItTheNextDoesNotSee() {
    Gram gram = Gram.kept(USERS);
    try (Workers workers = new Workers(2)) {
      Arrays.fill(gram.matrix(workers), Float.NaN);
      assertArrayEquals(COUNTS, gram.matrix(workers));
      float[] second = weights(gram, new BaselineOptions.Rdlae(2, 0.3, 0.2), workers);
      assertArrayEquals(
          weights(Gram.once(USERS), new BaselineOptions.Rdlae(2, 0.3, 0.2), workers), second);
    }
  }

  private static float[] weights(Gram gram, BaselineOptions options, Workers workers) {
    return FittedBaseline.fit(options, gram, workers).parameters().float32("B", 3, 3);
  }
}
