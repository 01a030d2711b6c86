package dev.elbo.reference;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * {@code y_bi = b_i + sum_h w_ih x_bh} at the places {@code (b, i)} where user {@code b} has item
 * {@code i}, {@code [N]}: a product of two dense matrices that is sampled at the places of a sparse
 * one. Where nothing is observed in particular, {@code [B, I]}, it is {@link Linear}.
 *
 * <p>An output that is not computed has no gradient, so the sums of {@link Linear} run over
 * observed places only:
 *
 * <pre>
 * dw_ih = sum_{b has i} dy_bi x_bh
 * db_i  = sum_{b has i} dy_bi
 * dx_bh = sum_{i in row b} dy_bi w_ih
 * </pre>
 */
public final class ObservedLinear implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final Parameter weight;
  public final Parameter bias;

  /** The input, {@code [B, H]}. */
  public DMatrixRMaj x;

  /** The places of the last forward pass, {@code [B, I]}. */
  public CsrMatrix observed;

  /**
   * @param weight {@code [I, H]}
   * @param bias {@code [I]}
   */
  public ObservedLinear(Parameter weight, Parameter bias) {
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    observed = pass.observed();
    if (observed == null) {
      return new Linear(weight, bias).forward(x, pass);
    }
    DMatrixRMaj y = new DMatrixRMaj(1, observed.size());
    for (int b = 0; b < observed.rows(); b++) {
      for (int n = observed.indptr()[b]; n < observed.indptr()[b + 1]; n++) {
        int item = observed.indices()[n];
        double sum = bias.value().get(0, item);
        for (int h = 0; h < x.numCols; h++) {
          sum += weight.value().get(item, h) * x.get(b, h);
        }
        y.set(0, n, sum);
      }
    }
    return y;
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
        for (int h = 0; h < x.numCols; h++) {
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
