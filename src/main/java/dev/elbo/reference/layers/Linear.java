package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_MT_DDRM;

/**
 * {@code Y = X W^T + 1 b^T}, with {@code X [B, in]}, {@code W [out, in]}, {@code b [out]}, {@code Y
 * [B, out]} and {@code 1} a column of ones.
 *
 * <p>In components {@code y_bo = b_o + sum_i x_bi w_oi}. The chain rule sums over every output that
 * a variable reaches:
 *
 * <pre>
 * dw_oi = sum_b dy_bo x_bi     dW = dY^T X
 * db_o  = sum_b dy_bo          db = dY^T 1
 * dx_bi = sum_o dy_bo w_oi     dX = dY W
 * </pre>
 */
public final class Linear implements Layer<DMatrixRMaj, DMatrixRMaj> {

  public final Parameter weight;
  public final Parameter bias;

  /** The input, {@code [B, in]}. */
  public DMatrixRMaj x;

  /**
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   */
  public Linear(Parameter weight, Parameter bias) {
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    this.x = x;
    DMatrixRMaj y = new DMatrixRMaj(x.numRows, weight.value().numRows);
    CommonOps_MT_DDRM.multTransB(x, weight.value(), y);
    for (int b = 0; b < y.numRows; b++) {
      for (int o = 0; o < y.numCols; o++) {
        y.add(b, o, bias.value().get(0, o));
      }
    }
    return y;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    CommonOps_MT_DDRM.multTransA(dY, x, weight.gradient());
    CommonOps_DDRM.sumCols(dY, bias.gradient());
    DMatrixRMaj dX = new DMatrixRMaj(x.numRows, x.numCols);
    CommonOps_MT_DDRM.mult(dY, weight.value(), dX);
    return dX;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }
}
