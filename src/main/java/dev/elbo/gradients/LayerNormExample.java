package dev.elbo.gradients;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.mistakes.WrongLayers;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.layers.Parameter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link LayerNorm} on normal values, with a normal gain and bias. */
public final class LayerNormExample {

  private static final double EPSILON = 0.1;

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "layer-norm",
          "y = g (x - mean(x)) / sqrt(var(x) + eps) + b, row by row",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(3, 5, 5, 1),
          shape -> claim(shape, LayerNorm::backward),
          List.of(
              new WrongBackward(
                  "mean-forgotten",
                  "dx = r (dn - n mean(dn n)): x reaches every value of its row through the mean",
                  shape -> claim(shape, WrongLayers::withoutMean)),
              new WrongBackward(
                  "variance-held-still",
                  "dx = r (dn - mean(dn)): x changes the deviation that it is divided by",
                  shape -> claim(shape, WrongLayers::withoutVariance)),
              new WrongBackward(
                  "gain-forgotten",
                  "dn = dy: the gain stands between n and y",
                  shape -> claim(shape, LayerNormExample::withoutGain)),
              new WrongBackward(
                  "gain-of-the-output",
                  "dg = sum dy y: the gain multiplies n, not y",
                  shape -> claim(shape, LayerNormExample::gainOfOutput))));

  private LayerNormExample() {}

  /** A layer with a normal gain and bias. */
  static LayerNorm layer(int width, RandomGenerator random) {
    LayerNorm layer =
        new LayerNorm(Parameter.bias("gain", width), Parameter.bias("bias", width), EPSILON);
    layer.gain.value().setTo(RandomValues.dense(1, width, random));
    layer.bias.value().setTo(RandomValues.dense(1, width, random));
    return layer;
  }

  private static LayerTrial<LayerNorm, DMatrixRMaj, DMatrixRMaj> trial(Shape shape) {
    RandomGenerator random = shape.random();
    return new LayerTrial<>(
        layer(shape.in(), random),
        RandomValues.dense(shape.users(), shape.in(), random),
        RandomValues.dense(shape.users(), shape.in(), random),
        shape.pass(Noise.NONE, 0));
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<LayerNorm, DMatrixRMaj, DMatrixRMaj> backward) {
    return trial(shape).claim(backward);
  }

  private static DMatrixRMaj withoutGain(LayerNorm layer, DMatrixRMaj dY) {
    DMatrixRMaj gain = layer.gain.value().copy();
    layer.gain.value().fill(1);
    DMatrixRMaj dX = layer.backward(dY);
    layer.gain.value().setTo(gain);
    return dX;
  }

  private static DMatrixRMaj gainOfOutput(LayerNorm layer, DMatrixRMaj dY) {
    DMatrixRMaj dX = layer.backward(dY);
    layer.gain.gradient().zero();
    for (int b = 0; b < dY.numRows; b++) {
      for (int h = 0; h < dY.numCols; h++) {
        double y = layer.gain.value().get(0, h) * layer.n.get(b, h) + layer.bias.value().get(0, h);
        layer.gain.gradient().add(0, h, dY.get(b, h) * y);
      }
    }
    return dX;
  }
}
