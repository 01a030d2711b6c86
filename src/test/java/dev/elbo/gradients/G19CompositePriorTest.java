package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.GradientCheck.Form;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlWeight;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Objective.Composite;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A divergence without a closed form: RecVAE's prior is a mixture of three normals, of which one is
 * what an earlier encoder gave for the same user (Shenbin et al. 2020). Of the divergence
 *
 * <pre>
 * (1)  KL(q || p) = E_q[log q(z) - log p(z)]
 * </pre>
 *
 * one takes the value at the one {@code z} that was drawn, {@code z = mu + eps s} with {@code s =
 * exp(lv / 2)}: right on average, and its gradient is, too, if one follows {@code z}.
 *
 * <pre>
 * (2)  log q(z) = -(log(2 pi) + lv + ((z - mu) / s)^2) / 2
 *               = -(log(2 pi) + lv + eps^2) / 2                 z - mu = eps s
 * (3)  d log q:    0 for mu,  -1/2 for lv                       along the path of z
 * (4)  p(z) = sum_j w_j N_j(z),   N_j' = -N_j (z - m_j) / v_j
 * (5)  -(log p)' = sum_j r_j (z - m_j) / v_j                    r_j = w_j N_j / p
 * (6)  dmu = dz,  dlv = dz eps s / 2 - 1/2                      dz: (5), and what the decoder wants
 * </pre>
 *
 * In (2) it is tempting to differentiate each symbol by itself; then {@code z} must be followed
 * into {@code log q} as well, and two terms cancel. The old encoder is a constant: it has no
 * gradient.
 *
 * <p><b>The properties.</b> (6) is the measured derivative, with {@code eps} held still.
 */
class G19CompositePriorTest {

  private static final Example EXAMPLE = CompositeExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, CompositeExample.claim(shape));
  }

  /**
   * By hand: at {@code eps = 1} with {@code mu = lv = 0} and an old posterior that is the standard
   * normal, too, the wide normal adds {@code 0.1 e^-5 exp(-e^-10 / 2)} to {@code 0.9 exp(-1/2)}.
   */
  @Test
  void isTheLogarithmOfTheRatio() {
    CompositeDivergence divergence = new CompositeDivergence(Composite.SHENBIN, 1);
    divergence.old = new DMatrixRMaj(1, 2);
    DMatrixRMaj one = new DMatrixRMaj(new double[][] {{1}});
    double found = divergence.forward(new DMatrixRMaj(1, 2), one, one, new double[] {1})[0];
    double standard = Math.exp(-0.5);
    double wide = Math.exp(-5) * Math.exp(-Math.exp(-10) / 2);
    assertEquals(Math.log(standard / (0.9 * standard + 0.1 * wide)), found, Tolerances.FLOAT64);
  }

  /** (6) without (5). */
  @Test
  void rejectsTheForgottenPathThroughTheSample() {
    assertRejects(EXAMPLE, "path-through-z-forgotten", "x");
  }

  /** (6) without (3). */
  @Test
  void rejectsTheForgottenEntropy() {
    assertRejects(EXAMPLE, "entropy-forgotten", "x");
  }

  /** (5) with {@code r_j = N_j / sum N_j}. */
  @Test
  void rejectsWeightsThatAreNotInTheSum() {
    assertRejects(EXAMPLE, "weights-not-in-the-sum", "x");
  }

  /** Every value of every tensor of RecVAE, and of Mult-VAE with its prior. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void everyGradientOfTheModelIsTheDerivative(
      @ForAll("models") ModelOptions options, @ForAll("weights") KlWeight weight) {
    SplittableRandom random = new SplittableRandom(7);
    ModelCase tiny = ModelCase.of(options.model(6), 4, 1, random).with(weight);
    assertRight("recvae", tiny.claim(tiny.gradients()), Form.EVERY_VALUE);
  }

  @Provide
  Arbitrary<ModelOptions> models() {
    return Arbitraries.of(
        options(Architecture.RECVAE, List.of(4)),
        options(Architecture.RECVAE, List.of(3, 3, 3, 3)),
        options(Architecture.MULT_VAE, List.of(4)));
  }

  private static ModelOptions options(Architecture architecture, List<Integer> hidden) {
    return ModelOptions.withMixture(
        architecture, hidden, 2, 0.5, Composite.SHENBIN, /* normEpsilon= */ null);
  }

  @Provide
  Arbitrary<KlWeight> weights() {
    return Arbitraries.of(KlWeight.of(0.7), new KlWeight(0.1, /* perItem= */ true));
  }

  /** The decoder does not see the prior; the encoder is pulled to where it already is. */
  @Test
  void rejectsAPriorThatIsNotFrozen() {
    assertRejects(ModelExamples.RECVAE, "prior-not-frozen", ofEncoder());
  }

  /**
   * A frozen encoder is not enough: it must read what it is meant to. Value by value, since the
   * gradients differ little, and along a direction the differences may cancel.
   */
  @Test
  void rejectsDropoutInTheOldEncoder() {
    WrongBackward mistake = mistake("old-encoder-drops");
    Claim claim = mistake.wrong().apply(ModelExamples.RECVAE.shape());
    assertEquals(
        Set.of(ofEncoder()), Verdicts.wrongTensors(GradientCheck.compare(claim, Form.EVERY_VALUE)));
  }

  private static WrongBackward mistake(String name) {
    return ModelExamples.RECVAE.mistakes().stream()
        .filter(mistake -> mistake.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rejectsAPriorWithoutThePathThroughTheSample() {
    assertRejects(ModelExamples.RECVAE, "prior-without-path", ofEncoder());
  }

  /** Another function altogether: the decoder's gradients are wrong, too. */
  @Test
  void rejectsANormalisationWithoutMean() {
    assertRejects(ModelExamples.RECVAE, "norm-without-mean", whose(""));
  }

  @Test
  void rejectsAMixtureWithoutItsWeights() {
    assertRejects(ModelExamples.RECVAE, "mixture-unweighted", ofEncoder());
  }

  @Test
  void rejectsOneWeightForAllUsers() {
    assertRejects(ModelExamples.RECVAE, "same-weight-for-all", ofEncoder());
  }

  @Test
  void rejectsTheStandardPrior() {
    assertRejects(ModelExamples.RECVAE, "standard-prior", ofEncoder());
  }

  private static String[] ofEncoder() {
    return whose("encoder");
  }

  private static String[] whose(String prefix) {
    Example recVae = ModelExamples.RECVAE;
    return recVae.right().apply(recVae.shape()).variables().stream()
        .map(Claim.Variable::name)
        .filter(name -> name.startsWith(prefix))
        .toArray(String[]::new);
  }
}
