package dev.elbo.fast.layers;

import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;

/** The bias {@code b [out]} of an affine layer: {@code Y += 1 b^T}, and {@code db = dY^T 1}. */
public final class Bias {

  /** Columns that one task sums. */
  private static final int COLUMNS = 512;

  private final Parameter parameter;
  private final Workers workers;

  /**
   * @param parameter its values, {@code [out]}
   * @param workers threads to use
   */
  public Bias(Parameter parameter, Workers workers) {
    this.parameter = parameter;
    this.workers = workers;
  }

  /** Its values, {@code [out]}. */
  public Parameter parameter() {
    return parameter;
  }

  /**
   * Adds the bias to a rectangle of the output.
   *
   * @param y the output, or consecutive columns of it. Modified.
   * @param first which column of the output is the first of {@code y}
   */
  public void addTo(Matrix y, int first, int rowFrom, int rowTo, int columnFrom, int columnTo) {
    for (int b = rowFrom; b < rowTo; b++) {
      int length = columnTo - columnFrom;
      Rows.add(parameter.value, first + columnFrom, y.data(), y.at(b, columnFrom), length);
    }
  }

  /**
   * Gives the gradient to the sink: the sum over users, in their order.
   *
   * @param dY gradient with respect to the output, or to consecutive columns of it. Not modified.
   * @param first which column of the output is the first of {@code dY}
   */
  public void backward(Matrix dY, int first, GradientSink sink) {
    if (!sink.wants(parameter)) {
      return;
    }
    workers.forEach(
        Math.ceilDiv(dY.columns(), COLUMNS),
        task -> {
          int from = task * COLUMNS;
          int length = Math.min(COLUMNS, dY.columns() - from);
          float[] sums = new float[length];
          for (int b = 0; b < dY.rows(); b++) {
            Rows.add(dY.data(), dY.at(b, from), sums, 0, length);
          }
          sink.accept(parameter, first + from, sums, 0, length);
        });
  }
}
