package dev.elbo.gradients;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.Mistake;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.objective.Gaussian;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link Gaussian} on normal means and log-variances; {@code f = <Z, C> + beta KL}. */
final class GaussianExample {

  private static final double BETA = 0.2;

  static final Example EXAMPLE =
      new Example(
          "gaussian",
          "z = mu + eps exp(lv/2), and beta KL(N(mu, exp(lv)) || N(0, 1))",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(4, 6, 3, 1),
          shape -> claim(shape, Gaussian::backward),
          List.of(
              inMean("kl-forgotten", "dmu = dz: the divergence leads to mu too", (dz, _) -> dz),
              inMean(
                  "kl-summed-over-users",
                  "dmu = dz + beta mu: the divergence is a mean over users, and 1/B is missing",
                  (dz, at) -> dz + at.weight * at.users * at.mu),
              inLogVariance(
                  "half-forgotten",
                  "dlv = dz eps exp(lv/2) + ...: the inner derivative of lv/2 is missing",
                  (dz, at) -> dz * at.epsilon * Math.exp(at.lv / 2) + at.dKl()),
              inLogVariance(
                  "variance-for-deviation",
                  "dlv = dz eps exp(lv) / 2 + ...: the deviation is exp(lv/2)",
                  (dz, at) -> dz * at.epsilon * Math.exp(at.lv) / 2 + at.dKl()),
              inLogVariance(
                  "noise-not-followed",
                  "dlv = beta dKL/dlv: the sample depends on lv through the noise too",
                  (_, at) -> at.dKl())));

  /** What the forward pass has seen of one unit of one user. */
  private record Unit(double mu, double lv, double epsilon, double weight, int users) {
    double dKl() {
      return weight * (Math.exp(lv) - 1) / 2;
    }
  }

  /** One value of a gradient. */
  @FunctionalInterface
  private interface Formula {
    double of(double dz, Unit at);
  }

  private GaussianExample() {}

  static Claim claim(Shape shape, BiFunction<Gaussian, DMatrixRMaj, DMatrixRMaj> backward) {
    return claim(shape, Noise.of(shape.seed(), 2), BETA, backward);
  }

  static Claim claim(
      Shape shape,
      Noise noise,
      double beta,
      BiFunction<Gaussian, DMatrixRMaj, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    int latent = shape.out();
    Gaussian layer = new Gaussian(5, latent);
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * latent, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), latent, random);
    Pass pass = shape.pass(noise, beta);
    return LayerClaim.of(
        layer,
        x,
        c,
        pass,
        backward,
        () -> LayerClaim.dot(layer.forward(x, pass), c) + beta * layer.kl);
  }

  private static Mistake inMean(String name, String what, Formula formula) {
    return new Mistake(
        name, what, shape -> claim(shape, (layer, dZ) -> replaced(layer, dZ, 0, formula)));
  }

  private static Mistake inLogVariance(String name, String what, Formula formula) {
    return new Mistake(
        name,
        what,
        shape -> claim(shape, (layer, dZ) -> replaced(layer, dZ, layer.latent, formula)));
  }

  /** The right gradient, but for the columns from {@code first} on. */
  private static DMatrixRMaj replaced(Gaussian layer, DMatrixRMaj dZ, int first, Formula formula) {
    DMatrixRMaj dX = layer.backward(dZ);
    for (int b = 0; b < dZ.numRows; b++) {
      for (int k = 0; k < layer.latent; k++) {
        Unit at =
            new Unit(
                layer.x.get(b, k),
                layer.x.get(b, layer.latent + k),
                layer.epsilon.get(b, k),
                layer.weight[b],
                dZ.numRows);
        dX.set(b, first + k, formula.of(dZ.get(b, k), at));
      }
    }
    return dX;
  }
}
