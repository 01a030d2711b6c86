package dev.elbo.fast;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Workers;
import java.util.List;

/** A column for each pair of an item and a rating, {@code [B, I]} to {@code [B, I R]}. */
final class RatingPairs implements SparseLayer {

  private final List<Float> levels;

  RatingPairs(List<Float> levels) {
    this.levels = levels;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    return SparseRows.of(x.pattern().ratingPairs(levels));
  }
}
