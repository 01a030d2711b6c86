package dev.elbo.reference;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingPairs;
import dev.elbo.engine.Pass;
import java.util.List;

/**
 * A column for each pair of an item and a rating, {@code [B, I]} to {@code [B, I R]}. A pair is
 * there or not, so nothing flows back.
 */
final class PairColumns implements Layer<SparseRows, SparseRows> {

  private final List<Float> levels;
  private SparseRows x;

  PairColumns(List<Float> levels) {
    this.levels = levels;
  }

  @Override
  public SparseRows forward(SparseRows x, Pass pass) {
    this.x = x;
    CsrMatrix ratings = x.pattern();
    return SparseRows.of(RatingPairs.of(ratings, levels));
  }

  @Override
  public SparseRows backward(SparseRows dY) {
    return x.with(new double[x.values().length]);
  }
}
