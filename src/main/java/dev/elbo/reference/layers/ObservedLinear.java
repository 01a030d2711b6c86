package dev.elbo.reference.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code y_bi = b_i + sum_h w_ih x_bh} at the places {@code (b, i)} where user {@code b} has item
 * {@code i}, {@code [N]}: a product of two dense matrices that is sampled at the places of a sparse
 * one. Where nothing is observed in particular it computes all of them, {@code [B, I]}. The input
 * may have a last column {@code u_b}, a bias of the user's own that is added to their outputs.
 *
 * <p>An output that is not computed has no gradient, so the sums of {@link Linear} run over
 * observed places only:
 *
 * <pre>
 * dw_ih = sum_{b has i} dy_bi x_bh
 * db_i  = sum_{b has i} dy_bi
 * dx_bh = sum_{i in row b} dy_bi w_ih
 * du_b  = sum_{i in row b} dy_bi
 * </pre>
 */
public final class ObservedLinear implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final Parameter weight;
  public final Parameter bias;

  public final boolean userBias;

  /** The input, {@code [B, H]}, or {@code [B, H + 1]} with the users' biases. */
  public DMatrixRMaj x;

  /** The places of the last training pass, {@code [B, I]}. */
  public CsrMatrix observed;

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   * @param userBias whether the input has the users' biases, too
   */
  public ObservedLinear(Parameter weight, Parameter bias, boolean userBias) {
    this.weight = weight;
    this.bias = bias;
    this.userBias = userBias;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    if (!(pass.outputs() instanceof Outputs.Observed)) {
      return all();
    }
    observed = pass.targets();
    DMatrixRMaj y = new DMatrixRMaj(1, observed.size());
    for (int b = 0; b < observed.rows(); b++) {
      for (int n = observed.indptr()[b]; n < observed.indptr()[b + 1]; n++) {
        y.set(0, n, output(b, observed.indices()[n]));
      }
    }
    return y;
  }

  private DMatrixRMaj all() {
    int items = weight.value().numRows;
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, items);
    EjmlConcurrency.loopFor(
        0,
        x.numRows,
        b -> IntStream.range(0, items).forEach(item -> y.set(b, item, output(b, item))));
    return y;
  }

  private double output(int b, int item) {
    int width = weight.value().numCols;
    double sum = bias.value().get(0, item) + (userBias ? x.get(b, width) : 0);
    for (int h = 0; h < width; h++) {
      sum += weight.value().get(item, h) * x.get(b, h);
    }
    return sum;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    weight.gradient().zero();
    bias.gradient().zero();
    DMatrixRMaj dX = new DMatrixRMaj(x.numRows, x.numCols);
    for (int b = 0; b < observed.rows(); b++) {
      for (int n = observed.indptr()[b]; n < observed.indptr()[b + 1]; n++) {
        int item = observed.indices()[n];
        double dy = dY.get(0, n);
        bias.gradient().add(0, item, dy);
        if (userBias) {
          dX.add(b, weight.value().numCols, dy);
        }
        for (int h = 0; h < weight.value().numCols; h++) {
          weight.gradient().add(item, h, dy * x.get(b, h));
          dX.add(b, h, dy * weight.value().get(item, h));
        }
      }
    }
    return dX;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }
}
