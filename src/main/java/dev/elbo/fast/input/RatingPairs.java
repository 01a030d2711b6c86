package dev.elbo.fast.input;

import dev.elbo.engine.Pass;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Workers;
import java.util.List;

/** A column for each pair of an item and a rating, {@code [B, I]} to {@code [B, I R]}. */
public final class RatingPairs implements SparseLayer {

  private final List<Float> levels;

  /**
   * @param levels the ratings that there are, ascending
   */
  public RatingPairs(List<Float> levels) {
    this.levels = levels;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    return SparseRows.of(x.pattern().ratingPairs(levels));
  }
}
