package dev.elbo.gradients;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.mistakes.WrongLayers;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.objective.Gaussian;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link Gaussian} on normal means and log-variances; {@code f = <Z, C> + beta KL}. */
public final class GaussianExample {

  private static final double BETA = 0.2;

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "gaussian",
          "z = mu + eps exp(lv/2), and beta KL(N(mu, exp(lv)) || N(0, 1))",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(4, 6, 3, 1),
          shape -> claim(shape, Gaussian::backward),
          List.of(
              inMean("kl-forgotten", "dmu = dz: the divergence leads to mu too", _ -> 0),
              inMean(
                  "kl-summed-over-users",
                  "dmu = dz + beta mu: the divergence is a mean over users, and 1/B is missing",
                  layer -> layer.weight.length),
              inDeviation(
                  "half-forgotten",
                  "dlv = dz eps exp(lv/2) + ...: the inner derivative of lv/2 is missing",
                  lv -> Math.exp(lv / 2)),
              inDeviation(
                  "variance-for-deviation",
                  "dlv = dz eps exp(lv) / 2 + ...: the deviation is exp(lv/2)",
                  lv -> Math.exp(lv) / 2),
              inDeviation(
                  "noise-not-followed",
                  "dlv = beta dKL/dlv: the sample depends on lv through the noise too",
                  _ -> 0)));

  private GaussianExample() {}

  static Claim claim(Shape shape, BiFunction<Gaussian, DMatrixRMaj, DMatrixRMaj> backward) {
    return claim(shape, noise(shape), BETA, backward);
  }

  static Claim claim(
      Shape shape,
      Noise noise,
      double beta,
      BiFunction<Gaussian, DMatrixRMaj, DMatrixRMaj> backward) {
    return claim(shape, shape.pass(noise, beta), (layer, _, dZ) -> backward.apply(layer, dZ));
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    Pass pass = shape.pass(noise(shape), BETA);
    return claim(
        shape,
        pass,
        (layer, x, dZ) -> {
          Gaussian other = parts.of("", layer);
          other.forward(x, pass);
          return other.backward(dZ);
        });
  }

  /** Gives {@code dX} from the layer, its input and {@code dZ}. */
  private interface Backward {
    DMatrixRMaj of(Gaussian layer, DMatrixRMaj x, DMatrixRMaj dZ);
  }

  private static Claim claim(Shape shape, Pass pass, Backward backward) {
    RandomGenerator random = shape.random();
    int latent = shape.out();
    Gaussian layer = new Gaussian(5, latent);
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * latent, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), latent, random);
    return LayerClaim.of(
        layer,
        x,
        c,
        pass,
        (right, dZ) -> backward.of(right, x, dZ),
        () -> LayerClaim.dot(layer.forward(x, pass), c) + pass.klWeight(0) * layer.kl);
  }

  private static Noise noise(Shape shape) {
    return Noise.of(shape.seed(), 2);
  }

  /**
   * @param factor of {@code beta mu / B}
   */
  private static WrongBackward inMean(String name, String what, ToDoubleFunction<Gaussian> factor) {
    return new WrongBackward(
        name,
        what,
        shape ->
            claim(
                shape,
                (layer, dZ) -> {
                  DMatrixRMaj dX = layer.backward(dZ);
                  double more = factor.applyAsDouble(layer) - 1;
                  for (int b = 0; b < dZ.numRows; b++) {
                    for (int k = 0; k < layer.latent; k++) {
                      dX.add(b, k, more * layer.weight[b] * layer.x.get(b, k));
                    }
                  }
                  return dX;
                }));
  }

  /**
   * @param slope the derivative of the deviation, as a function of {@code lv}
   */
  private static WrongBackward inDeviation(String name, String what, DoubleUnaryOperator slope) {
    return new WrongBackward(
        name,
        what,
        shape ->
            claim(
                shape,
                (layer, dZ) -> {
                  Gaussian wrong = WrongLayers.gaussian(layer, lv -> Math.exp(lv / 2), slope);
                  wrong.forward(layer.x, shape.pass(noise(shape), BETA));
                  return wrong.backward(dZ);
                }));
  }
}
