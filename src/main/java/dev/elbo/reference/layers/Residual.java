package dev.elbo.reference.layers;

import dev.elbo.engine.Pass;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Skip connections from each layer to all that follow (the encoder of RecVAE, Shenbin et al. 2020,
 * figure 2): of the input {@code h_1},
 *
 * <pre>
 * a_n = W_n h_(n-1) + b_n + h_1 + ... + h_(n-1),    h_n = T_n(a_n),        n = 2 ... N
 * </pre>
 *
 * <p>Backward from {@code dh_N}, which is given: {@code T_n} and the affine layer turn {@code dh_n}
 * into {@code da_n} and {@code W_n^T da_n}. But {@code h_n} stands in the sum of every later {@code
 * a}, too, with the factor 1. Hence one carries along {@code d_n = da_(n+1) + ... + da_N}:
 *
 * <pre>
 * dh_n = W_(n+1)^T da_(n+1) + d_n
 * </pre>
 */
public class Residual implements Layer<DMatrixRMaj, DMatrixRMaj> {

  /**
   * One step from {@code h_(n-1)} to {@code h_n}.
   *
   * @param affine {@code W_n} and {@code b_n}
   * @param then the layers of {@code T_n}
   */
  public record Block(Linear affine, List<Layer<DMatrixRMaj, DMatrixRMaj>> then) {}

  /** From {@code n = 2} on. */
  public final List<Block> blocks;

  /**
   * @param blocks from {@code n = 2} on, all of one width
   */
  public Residual(List<Block> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  @Override
  public DMatrixRMaj forward(DMatrixRMaj x, Pass pass) {
    DMatrixRMaj h = x;
    DMatrixRMaj sum = new DMatrixRMaj(x.numRows, x.numCols);
    for (Block block : blocks) {
      carry(sum, h);
      DMatrixRMaj a = block.affine.forward(h, pass);
      CommonOps_DDRM.addEquals(a, sum);
      h = a;
      for (Layer<DMatrixRMaj, DMatrixRMaj> layer : block.then) {
        h = layer.forward(h, pass);
      }
    }
    return h;
  }

  @Override
  public DMatrixRMaj backward(DMatrixRMaj dY) {
    DMatrixRMaj dH = dY;
    DMatrixRMaj skipped = new DMatrixRMaj(dY.numRows, dY.numCols);
    for (Block block : blocks.reversed()) {
      DMatrixRMaj dA = dH;
      for (Layer<DMatrixRMaj, DMatrixRMaj> layer : block.then.reversed()) {
        dA = layer.backward(dA);
      }
      carry(skipped, dA);
      dH = block.affine.backward(dA);
      CommonOps_DDRM.addEquals(dH, skipped);
    }
    return dH;
  }

  /**
   * Takes a layer's output, or its gradient on the way back, along to all layers that follow.
   *
   * @param sum what is carried. Modified.
   * @param term what joins it. Not modified.
   */
  protected void carry(DMatrixRMaj sum, DMatrixRMaj term) {
    CommonOps_DDRM.addEquals(sum, term);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Block block : blocks) {
      parameters.addAll(block.affine.parameters());
      block.then.forEach(layer -> parameters.addAll(layer.parameters()));
    }
    return parameters;
  }
}
