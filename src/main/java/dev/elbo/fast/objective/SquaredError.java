package dev.elbo.fast.objective;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Scorer;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.SparseRows;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * The squared error, mean over users, at the places that users have or at all; the gradient is
 * derived at {@link dev.elbo.reference}'s SquaredError. Each user's errors are added in order, in
 * float64.
 */
public final class SquaredError implements Output {

  private final Workers workers;
  private final Buffer errors = new Buffer();

  /** Output less target, {@code [1, N]} or {@code [B, I]}. */
  private Matrix error;

  private double divisor;

  /**
   * @param workers threads to use
   */
  public SquaredError(Workers workers) {
    this.workers = workers;
  }

  /**
   * Computes the loss.
   *
   * @param y the output of the layers before, {@code [1, N]} or {@code [B, I]}. Not modified.
   * @param x the ratings, {@code [B, I]}
   * @param outputs whether {@code y} has an output for each item, or where a user has one
   * @param divisor the number of users
   * @return the squared error, mean over users
   */
  @Override
  public double forward(Matrix y, CsrMatrix x, Outputs outputs, double divisor) {
    this.divisor = divisor;
    boolean observed = outputs instanceof Outputs.Observed;
    int users = x.rows();
    error = errors.matrix(y.rows(), y.columns());
    float[] targets = SparseRows.values(x);
    double[] ofUser = new double[users];
    workers.forEach(
        users,
        b -> {
          int from = observed ? x.indptr()[b] : b * x.columns();
          int to = observed ? x.indptr()[b + 1] : from + x.columns();
          System.arraycopy(y.data(), from, error.data(), from, to - from);
          for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
            error.data()[observed ? n : from + x.indices()[n]] -= targets[n];
          }
          for (int n = from; n < to; n++) {
            ofUser[b] += (double) error.data()[n] * error.data()[n];
          }
        });
    double sum = 0;
    for (double one : ofUser) {
      sum += one;
    }
    return sum / divisor;
  }

  @Override
  public Matrix backward(GradientSink sink, boolean further) {
    float scale = (float) (2 / divisor);
    workers.forEach(
        error.rows(),
        row -> {
          for (int n = error.at(row, 0); n < error.at(row, 0) + error.columns(); n++) {
            error.data()[n] *= scale;
          }
        });
    return error;
  }

  @Override
  public void scores(Matrix y, Scorer.Sink sink) {
    workers.forEach(
        y.rows(),
        b -> {
          int at = y.at(b, 0);
          sink.accept(b, Arrays.copyOfRange(y.data(), at, at + y.columns()));
        });
  }
}
