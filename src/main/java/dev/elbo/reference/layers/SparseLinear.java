package dev.elbo.reference.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code Y = X W^T + 1 b^T} for a sparse {@code X [B, I]}: the first layer, {@code Y [B, H]}.
 *
 * <p>The algebra is that of {@link Linear}; only stored places of {@code X} take part:
 *
 * <pre>
 * y_bh  = b_h + sum_{i in row b} x_bi w_hi
 * dw_hi = sum_b dy_bh x_bi        (users that have item i)
 * db_h  = sum_b dy_bh
 * dx_bi = sum_h dy_bh w_hi        (at stored places)
 * </pre>
 *
 * The first two run over hidden units on the outside, because row {@code h} of {@code W} then stays
 * in the cache; units are independent, so the number of threads changes no result.
 */
public final class SparseLinear implements Layer<SparseRows, DMatrixRMaj> {

  public final Parameter weight;
  public final Parameter bias;

  /** The input. */
  public SparseRows x;

  /**
   * @param weight {@code [H, I]}
   * @param bias {@code [H]}
   */
  public SparseLinear(Parameter weight, Parameter bias) {
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  public DMatrixRMaj forward(SparseRows x, Pass pass) {
    this.x = x;
    CsrMatrix pattern = x.pattern();
    DMatrixRMaj w = weight.value();
    DMatrixRMaj y = new DMatrixRMaj(pattern.rows(), w.numRows);
    EjmlConcurrency.loopFor(
        0,
        w.numRows,
        h -> {
          for (int b = 0; b < pattern.rows(); b++) {
            double sum = bias.value().get(0, h);
            for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
              sum += x.values()[n] * w.get(h, pattern.indices()[n]);
            }
            y.set(b, h, sum);
          }
        });
    return y;
  }

  @Override
  public void backwardParameters(DMatrixRMaj dY) {
    CsrMatrix pattern = x.pattern();
    DMatrixRMaj dW = weight.gradient();
    DMatrixRMaj dB = bias.gradient();
    dW.zero();
    dB.zero();
    EjmlConcurrency.loopFor(
        0,
        dW.numRows,
        h -> {
          for (int b = 0; b < pattern.rows(); b++) {
            for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
              dW.add(h, pattern.indices()[n], dY.get(b, h) * x.values()[n]);
            }
            dB.add(0, h, dY.get(b, h));
          }
        });
  }

  @Override
  public SparseRows backward(DMatrixRMaj dY) {
    backwardParameters(dY);
    CsrMatrix pattern = x.pattern();
    DMatrixRMaj w = weight.value();
    double[] dX = new double[pattern.size()];
    for (int h = 0; h < w.numRows; h++) {
      for (int b = 0; b < pattern.rows(); b++) {
        for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
          dX[n] += dY.get(b, h) * w.get(h, pattern.indices()[n]);
        }
      }
    }
    return x.with(dX);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }
}
