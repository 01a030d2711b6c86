package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.testing.Shapes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The layer that makes the autoencoder variational. The encoder gives a mean {@code mu} and a
 * log-variance {@code lv} for each latent unit; the layer draws {@code z} from {@code N(mu,
 * exp(lv))} and adds {@code beta KL} to the loss.
 *
 * <p><b>The sample.</b> A draw cannot be differentiated. But {@code mu + eps sigma} with {@code
 * eps} from {@code N(0, 1)} has the same distribution, and it is a differentiable function of
 * {@code mu} and {@code sigma}: the reparameterisation (Kingma and Welling 2014, section 2.4).
 *
 * <pre>
 * (1)  sigma = exp(lv)^(1/2) = exp(lv / 2)                           the variance is exp(lv)
 * (2)  z = mu + eps exp(lv / 2)
 * (3)  dz/dmu = 1
 * (4)  dz/dlv = eps exp(lv / 2) / 2                                  inner derivative of lv / 2
 * </pre>
 *
 * <b>The divergence</b> of {@code N(mu, sigma^2)} from {@code N(0, 1)}, for one unit (their
 * appendix B). Under {@code q = N(mu, sigma^2)}, {@code E[(z - mu)^2] = sigma^2} and {@code E[z^2]
 * = mu^2 + sigma^2}, so
 *
 * <pre>
 * (5)  log q(z) - log p(z) = -(z - mu)^2 / (2 sigma^2) - log sigma + z^2 / 2
 * (6)  KL = E of (5) = -1/2 - lv / 2 + (mu^2 + exp(lv)) / 2          log sigma = lv / 2
 * (7)     = (mu^2 + exp(lv) - 1 - lv) / 2
 * (8)  dKL/dmu = mu
 * (9)  dKL/dlv = (exp(lv) - 1) / 2
 * </pre>
 *
 * <b>Together.</b> Two ways lead from {@code mu} to the loss, through {@code z} and through the
 * divergence, so their gradients add. The loss is a mean over {@code B} users; {@code dz} has that
 * {@code 1/B} already, from the multinomial loss, and the divergence has it from here:
 *
 * <pre>
 * (10) dmu = dz                        + beta mu / B
 * (11) dlv = dz eps exp(lv / 2) / 2    + beta (exp(lv) - 1) / (2 B)
 * </pre>
 *
 * <b>The property.</b> Both are the measured derivatives of {@code f = <Z, C> + beta KL} with
 * {@code eps} held still, whatever beta is, and without noise too.
 */
class G08GaussianTest {

  private static final Example EXAMPLE = GaussianExample.EXAMPLE;

  @Provide
  Arbitrary<Double> betas() {
    return Arbitraries.of(0.0, 0.2, 1.0);
  }

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(
      @ForAll(supplier = Shapes.class) Shape shape, @ForAll("betas") double beta) {
    Noise noise = Noise.of(shape.seed(), 2);
    assertRight(EXAMPLE, GaussianExample.claim(shape, noise, beta, Gaussian::backward));
  }

  @Property(seed = "1", tries = 20)
  void gradientIsTheDerivativeWithoutNoiseToo(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, GaussianExample.claim(shape, Noise.NONE, 1, Gaussian::backward));
  }

  /** {@code dmu = dz}: (10) without its second way. */
  @Test
  void rejectsTheForgottenDivergence() {
    assertRejects(EXAMPLE, "kl-forgotten", "x");
  }

  /** {@code dmu = dz + beta mu}. */
  @Test
  void rejectsTheForgottenMean() {
    assertRejects(EXAMPLE, "kl-summed-over-users", "x");
  }

  /** {@code dz eps exp(lv / 2)}: (4) without its 1/2. */
  @Test
  void rejectsTheForgottenHalf() {
    assertRejects(EXAMPLE, "half-forgotten", "x");
  }

  /** {@code dz eps exp(lv) / 2}: variance and deviation mistaken. */
  @Test
  void rejectsTheVarianceForTheDeviation() {
    assertRejects(EXAMPLE, "variance-for-deviation", "x");
  }

  /** As if {@code z} were {@code mu} plus a number that depends on nothing. */
  @Test
  void rejectsTheNoiseThatIsNotFollowed() {
    assertRejects(EXAMPLE, "noise-not-followed", "x");
  }
}
