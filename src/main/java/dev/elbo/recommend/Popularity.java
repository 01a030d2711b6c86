package dev.elbo.recommend;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Scorer;

/**
 * Scores each item by how many training users have it, the same for every user: the baseline that a
 * model has to beat.
 */
public final class Popularity implements Scorer {
  private final float[] counts;

  /**
   * The popularity among the training users.
   *
   * @param training what the training users have, {@code [users, I]}
   */
  public Popularity(CsrMatrix training) {
    int[] exact = training.columnCounts();
    counts = new float[exact.length];
    for (int item = 0; item < counts.length; item++) {
      counts[item] = exact[item];
    }
  }

  @Override
  public void scores(Batch batch, Sink sink) {
    for (int position = 0; position < batch.size(); position++) {
      sink.accept(position, counts.clone());
    }
  }
}
