package dev.elbo.gradients;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.Mistake;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.model.Objective.Composite;
import dev.elbo.random.Noise;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.reference.objective.Gaussian;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/**
 * {@link Gaussian} with the mixture of RecVAE for a prior, on normal means and log-variances, those
 * of the old posterior included; {@code f = <Z, C> + beta KL}.
 */
final class CompositeExample {

  private static final double BETA = 0.7;
  private static final Composite PRIOR = Composite.SHENBIN;

  static final Example EXAMPLE =
      new Example(
          "composite-prior",
          "KL = sum_k log N(z; mu, exp(lv)) - log sum_j w_j N(z; m_j, v_j) at the drawn z",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(4, 6, 3, 1),
          CompositeExample::claim,
          List.of(
              new Mistake(
                  "path-through-z-forgotten",
                  "dmu = dz, dlv = dz eps exp(lv/2) / 2 - 1/2: the prior sees z, which hangs on mu"
                      + " and lv",
                  shape ->
                      claim(
                          shape,
                          (layer, divergence, dZ) -> {
                            divergence.slope.zero();
                            return layer.backward(dZ);
                          })),
              new Mistake(
                  "entropy-forgotten",
                  "dlv without -1/2: log q(z) has -lv/2, however z is drawn",
                  shape -> claim(shape, (layer, _, dZ) -> withoutEntropy(layer, dZ))),
              new Mistake(
                  "weights-not-in-the-sum",
                  "responsibilities from the densities alone: each stands in p with its weight",
                  shape -> claim(shape, CompositeExample::withoutWeights))));

  /** A backward pass that claims. */
  @FunctionalInterface
  private interface Backward {
    DMatrixRMaj of(Gaussian layer, CompositeDivergence divergence, DMatrixRMaj dZ);
  }

  private CompositeExample() {}

  static Claim claim(Shape shape) {
    return claim(shape, (layer, _, dZ) -> layer.backward(dZ));
  }

  private static Claim claim(Shape shape, Backward backward) {
    RandomGenerator random = shape.random();
    int latent = shape.out();
    CompositeDivergence divergence = new CompositeDivergence(PRIOR, latent);
    Gaussian layer = new Gaussian(5, divergence, latent);
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * latent, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), latent, random);
    divergence.old = RandomValues.dense(shape.users(), 2 * latent, random);
    Pass pass = shape.pass(Noise.of(shape.seed(), 2), BETA);
    return LayerClaim.of(
        layer,
        x,
        c,
        pass,
        (gaussian, dZ) -> backward.of(gaussian, divergence, dZ),
        () -> LayerClaim.dot(layer.forward(x, pass), c) + layer.weightedKl);
  }

  private static DMatrixRMaj withoutEntropy(Gaussian layer, DMatrixRMaj dZ) {
    DMatrixRMaj dX = layer.backward(dZ);
    for (int b = 0; b < dX.numRows; b++) {
      for (int k = 0; k < layer.latent; k++) {
        dX.add(b, layer.latent + k, layer.weight[b] / 2);
      }
    }
    return dX;
  }

  /** The slope of the mixture in which all parts weigh the same. */
  private static DMatrixRMaj withoutWeights(
      Gaussian layer, CompositeDivergence divergence, DMatrixRMaj dZ) {
    int latent = layer.latent;
    var even = new CompositeDivergence(new Composite(1 / 3.0, 1 / 3.0, 1 / 3.0, 10), latent);
    even.old = divergence.old;
    DMatrixRMaj z = new DMatrixRMaj(dZ.numRows, latent);
    for (int b = 0; b < z.numRows; b++) {
      for (int k = 0; k < latent; k++) {
        double deviation = Math.exp(layer.x.get(b, latent + k) / 2);
        z.set(b, k, layer.x.get(b, k) + layer.epsilon.get(b, k) * deviation);
      }
    }
    even.forward(layer.x, z, layer.epsilon, new double[z.numRows]);
    divergence.slope = even.slope;
    return layer.backward(dZ);
  }
}
