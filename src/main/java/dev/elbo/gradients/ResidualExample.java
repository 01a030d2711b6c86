package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.Residual;
import dev.elbo.reference.layers.Residual.Block;
import dev.elbo.reference.layers.Swish;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** {@link Residual} of three blocks, each an affine layer and a swish, with normal parameters. */
final class ResidualExample {

  private static final int BLOCKS = 3;

  static final Example EXAMPLE =
      new Example(
          "residual",
          "h_n = T_n(W_n h_(n-1) + b_n + h_1 + ... + h_(n-1))",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 4, 4, 1),
          shape -> claim(shape, Residual::backward),
          List.of(
              new WrongBackward(
                  "skips-forgotten",
                  "dh_n = W_(n+1)^T da_(n+1): the sums lead back to h_n as well",
                  shape -> claim(shape, (layer, dY) -> backward(layer, dY, 0))),
              new WrongBackward(
                  "last-skip-only",
                  "dh_n = W_(n+1)^T da_(n+1) + da_(n+1): h_n stands in every later sum, not just in"
                      + " the next",
                  shape -> claim(shape, (layer, dY) -> backward(layer, dY, 1)))));

  private ResidualExample() {}

  static Claim claim(Shape shape, BiFunction<Residual, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    int width = shape.in();
    List<Block> blocks = new ArrayList<>();
    for (int n = 2; n < 2 + BLOCKS; n++) {
      Linear affine =
          new Linear(
              Parameter.weight("fc%d.weight".formatted(n), width, width),
              Parameter.bias("fc%d.bias".formatted(n), width));
      affine.weight.value().setTo(RandomValues.dense(width, width, random));
      affine.bias.value().setTo(RandomValues.dense(1, width, random));
      blocks.add(new Block(affine, List.of(new Swish())));
    }
    return LayerClaim.of(
        new Residual(blocks),
        RandomValues.dense(shape.users(), width, random),
        RandomValues.dense(shape.users(), width, random),
        shape.pass(Noise.NONE, 0),
        backward);
  }

  /**
   * @param reach how many of the later sums hand back to a layer; 1 is the next one only
   */
  private static DMatrixRMaj backward(Residual layer, DMatrixRMaj dY, int reach) {
    DMatrixRMaj dH = dY;
    for (Block block : layer.blocks.reversed()) {
      DMatrixRMaj dA = dH;
      for (Layer<DMatrixRMaj, DMatrixRMaj> then : block.then().reversed()) {
        dA = then.backward(dA);
      }
      dH = block.affine().backward(dA);
      if (reach > 0) {
        CommonOps_DDRM.addEquals(dH, dA);
      }
    }
    return dH;
  }
}
