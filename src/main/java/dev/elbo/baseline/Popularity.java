package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.io.Tensor;
import dev.elbo.model.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Scores each item by how many training users have it, the same for every user. */
public final class Popularity implements FittedBaseline {
  private static final String COUNTS = "counts";

  private final float[] counts;

  private Popularity(float[] counts) {
    this.counts = counts;
  }

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

  static Popularity of(Parameters parameters, int items) {
    return new Popularity(parameters.float32(COUNTS, items));
  }

  /** {@code counts [I]}. */
  @Override
  public Parameters parameters() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(COUNTS, new Tensor.Float32(new int[] {counts.length}, counts));
    return new Parameters(tensors);
  }

  @Override
  public int items() {
    return counts.length;
  }

  @Override
  public void score(int[] history, float[] scores) {
    System.arraycopy(counts, 0, scores, 0, counts.length);
  }

  @Override
  public List<Ranked> nearest(int item, int k) {
    throw new ElboException(
        "popularity knows how often an item was chosen, and not which items are alike; ask another"
            + " model, such as ease or item-knn");
  }
}
