package dev.elbo.gradients;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerClaim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.mistakes.WrongLosses;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Objective.Composite;
import dev.elbo.random.Noise;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Gaussian;
import java.util.List;
import java.util.function.Function;
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
              mistake(
                  "path-through-z-forgotten",
                  "dmu = dz, dlv = dz eps exp(lv/2) / 2 - 1/2: the prior sees z, which hangs on mu"
                      + " and lv",
                  WrongLosses::withoutPath),
              mistake(
                  "entropy-forgotten",
                  "dlv without -1/2: log q(z) has -lv/2, however z is drawn",
                  WrongLosses::withoutEntropy),
              mistake(
                  "weights-not-in-the-sum",
                  "responsibilities from the densities alone: each stands in p with its weight",
                  WrongLosses::even)));

  private CompositeExample() {}

  static Claim claim(Shape shape) {
    return claim(shape, right -> right);
  }

  private static WrongBackward mistake(
      String name, String what, Function<CompositeDivergence, Divergence> wrong) {
    return new WrongBackward(name, what, shape -> claim(shape, wrong));
  }

  /**
   * @param wrong gives the divergence whose backward pass claims
   */
  private static Claim claim(Shape shape, Function<CompositeDivergence, Divergence> wrong) {
    RandomGenerator random = shape.random();
    int latent = shape.out();
    CompositeDivergence divergence = new CompositeDivergence(PRIOR, latent);
    Gaussian layer = new Gaussian(5, divergence, latent);
    DMatrixRMaj x = RandomValues.dense(shape.users(), 2 * latent, random);
    DMatrixRMaj c = RandomValues.dense(shape.users(), latent, random);
    divergence.old = RandomValues.dense(shape.users(), 2 * latent, random);
    Pass pass = shape.pass(Noise.of(shape.seed(), 2), BETA);
    Gaussian claiming =
        new Gaussian(layer.index, new LayerSpec.Gaussian(latent), wrong.apply(divergence));
    return LayerClaim.of(
        layer,
        x,
        c,
        pass,
        LayerClaim.backwardOf(claiming, x, pass),
        () -> LayerClaim.dot(layer.forward(x, pass), c) + layer.weightedKl);
  }
}
