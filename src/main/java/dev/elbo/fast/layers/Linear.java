package dev.elbo.fast.layers;

import dev.elbo.engine.Pass;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;

/**
 * {@code Y = X W^T + 1 b^T}; the gradients are derived at {@link dev.elbo.reference}'s Linear. The
 * gradient with respect to the input comes first: the sink may change the weight.
 */
public final class Linear implements Layer {

  private final Parameter weight;
  private final Bias bias;
  private final Gemm gemm;
  private final Buffer output = new Buffer();
  private final Buffer dInput = new Buffer();
  private final Buffer dWeight = new Buffer();
  private Matrix x;

  /**
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   * @param gemm computes the products
   */
  public Linear(Parameter weight, Bias bias, Gemm gemm) {
    this.weight = weight;
    this.bias = bias;
    this.gemm = gemm;
  }

  /** Number of outputs. */
  int width() {
    return weight.out;
  }

  @Override
  public Matrix forward(Matrix x, Pass pass) {
    this.x = x;
    Matrix y = output.matrix(x.rows(), weight.out);
    gemm.multiply(
        x,
        weight.matrix().transposed(),
        y,
        (rowFrom, rowTo, from, to) -> bias.addTo(y, 0, rowFrom, rowTo, from, to));
    return y;
  }

  @Override
  public Matrix backward(Matrix dY, GradientSink sink) {
    Matrix dX = dInput.matrix(x.rows(), x.columns());
    gemm.multiply(dY, weight.matrix(), dX);
    backwardWeight(gemm, weight, 0, dY, x, dWeight, sink);
    bias.backward(dY, 0, sink);
    return dX;
  }

  /**
   * Computes {@code dW = dY^T X} for consecutive rows of a weight, and hands it on as it comes.
   *
   * @param first which row of the weight is the first
   * @param dY gradient with respect to those outputs, {@code [B, rows]}
   * @param x the layer's input, {@code [B, in]}
   * @param buffer memory for {@code dW}
   */
  public static void backwardWeight(
      Gemm gemm,
      Parameter weight,
      int first,
      Matrix dY,
      Matrix x,
      Buffer buffer,
      GradientSink sink) {
    if (!sink.wants(weight)) {
      return;
    }
    Matrix dW = buffer.matrix(dY.columns(), x.columns());
    gemm.multiply(
        dY.transposed(),
        x,
        dW,
        (rowFrom, rowTo, from, to) -> {
          for (int row = rowFrom; row < rowTo; row++) {
            int at = (first + row) * weight.in + from;
            sink.accept(weight, at, dW.data(), dW.at(row, from), to - from);
          }
        });
  }
}
