package dev.elbo.fast;

import dev.elbo.data.RatingPairs;
import dev.elbo.engine.Pass;
import java.util.List;

/** A column for each pair of an item and a rating, {@code [B, I]} to {@code [B, I R]}. */
final class PairColumns implements SparseLayer {

  private final List<Float> levels;

  PairColumns(List<Float> levels) {
    this.levels = levels;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass, Workers workers) {
    return SparseRows.of(RatingPairs.of(x.pattern(), levels));
  }
}
