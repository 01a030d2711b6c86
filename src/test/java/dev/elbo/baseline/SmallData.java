package dev.elbo.baseline;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Scorer;
import dev.elbo.random.Philox;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import org.ejml.data.DMatrixRMaj;

/** Users made of nothing but chance. */
final class SmallData {

  private SmallData() {}

  /** Each user has each item with a probability that falls from item to item; some have none. */
  static CsrMatrix random(int users, int items) {
    var random = Philox.stream(5, Philox.Purpose.INITIALIZATION, users * 1000 + items);
    var rows = new IntArrayList();
    var columns = new IntArrayList();
    for (int user = 0; user < users; user++) {
      for (int item = 0; item < items; item++) {
        if (random.nextDouble() < 0.5 - 0.4 * item / items) {
          rows.add(user);
          columns.add(item);
        }
      }
    }
    return CsrMatrix.of(users, items, rows.toIntArray(), columns.toIntArray());
  }

  /** The same with its zeros. */
  static DMatrixRMaj dense(CsrMatrix matrix) {
    var dense = new DMatrixRMaj(matrix.rows(), matrix.columns());
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column : matrix.row(row)) {
        dense.set(row, column, 1);
      }
    }
    return dense;
  }

  /** The scores of every user, {@code [users][I]}. */
  static float[][] scores(Scorer scorer, CsrMatrix users) {
    float[][] scores = new float[users.rows()][];
    scorer.scores(
        Batch.range(users, 0, users.rows()), (position, row) -> scores[position] = row.clone());
    return scores;
  }
}
