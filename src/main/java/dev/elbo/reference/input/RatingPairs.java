package dev.elbo.reference.input;

import dev.elbo.engine.Pass;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;

/**
 * A column for each pair of an item and a rating, {@code [B, I]} to {@code [B, I R]}. A pair is
 * there or not, so nothing flows back.
 */
public final class RatingPairs implements Layer<SparseRows, SparseRows> {

  private final List<Float> levels;
  private SparseRows x;

  /**
   * @param levels the ratings that there are, ascending
   */
  public RatingPairs(List<Float> levels) {
    this.levels = levels;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    this.x = x;
    return SparseRows.of(x.pattern().ratingPairs(levels));
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    return x.with(new double[x.values().length]);
  }
}
