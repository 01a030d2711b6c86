package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;

import dev.elbo.data.RatingScale;
import dev.elbo.engine.Engine;
import dev.elbo.gradients.check.GradientCheck.Form;
import dev.elbo.model.Architecture;
import dev.elbo.model.Layout;
import dev.elbo.model.Layout.Activation;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * Whole models: {@link Engine#gradients} against differences of {@link Engine#loss}.
 *
 * <p>The chain rule once more. With {@code y1 = f1(x)}, {@code y2 = f2(y1)}, ..., {@code L =
 * fn(..)}, the gradient goes back through the layers in reverse, each handing {@code dx} to the one
 * before it as its {@code dy}. Right layers can still be put together wrongly: in the wrong order,
 * with a term of the loss that no backward pass knows of, or with other noise on the way back.
 *
 * <p><b>The projected form.</b> A model has millions of parameters, and two evaluations for each
 * are too many. Along one unit direction {@code u} of a tensor the slope is {@code <dW, u>}: two
 * evaluations for the whole tensor. A wrong gradient {@code g} goes unnoticed only if {@code <g -
 * dW, u>} is as small as a rounding error, which hardly any random {@code u} makes it.
 *
 * <p><b>The properties</b>, for every architecture but SVAE and RecVAE, any depth, with and without
 * weight decay, any beta: every value on tiny models, and one direction per tensor on larger ones.
 */
class G10ModelTest {

  private static final RatingScale RATINGS = new RatingScale(List.of(1f, 2f, 3f, 4f, 5f));

  /**
   * SVAE comes with the layer that goes through time, in {@link G11GruTest}; RecVAE with its prior,
   * in {@link G19CompositePriorTest}.
   */
  @Provide
  Arbitrary<Architecture> architectures() {
    return Arbitraries.of(Architecture.values())
        .filter(a -> !a.isSequential() && a != Architecture.RECVAE);
  }

  @Provide
  Arbitrary<List<Integer>> hiddenWidths() {
    return Arbitraries.of(List.of(), List.of(4), List.of(5, 3));
  }

  @Provide
  Arbitrary<Double> weightDecays() {
    return Arbitraries.of(0.0, 0.01);
  }

  @Provide
  Arbitrary<Double> betas() {
    return Arbitraries.of(0.0, 0.2, 1.0);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.of(1L, 2L, 3L);
  }

  /** The authors', and what ports do otherwise. */
  @Provide
  Arbitrary<Layout> layouts() {
    return Arbitraries.of(
        Layout.LIANG,
        new Layout(L2Normalization.AFTER_DROPOUT, Tanhs.HIDDEN, 0.4),
        new Layout(L2Normalization.NONE, Tanhs.EVERY_MODULE, 0.3)
            .with(Activation.SIGMOID, Activation.SIGMOID),
        Layout.LIANG.with(Activation.IDENTITY, Activation.IDENTITY));
  }

  /** Every value of every tensor, on 1 to 4 users and 2 to 8 items. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void everyGradientIsTheDerivative(
      @ForAll("architectures") Architecture architecture,
      @ForAll("hiddenWidths") List<Integer> hidden,
      @ForAll("weightDecays") double weightDecay,
      @ForAll("betas") double beta,
      @ForAll("layouts") Layout layout,
      @ForAll("seeds") long seed) {
    Assume.that(hidden.isEmpty() || architecture.hasHiddenLayers());
    RandomGenerator random = new SplittableRandom(seed);
    int items = random.nextInt(2, 9);
    int latent = random.nextInt(1, 4);
    Model model =
        new ModelOptions(architecture, hidden, latent, 0.5, weightDecay, layout, RATINGS, null)
            .model(items);
    ModelCase tiny = ModelCase.of(model, random.nextInt(1, 5), beta, random);
    assertRight(architecture.toString(), tiny.claim(tiny.gradients()), Form.EVERY_VALUE);
  }

  /** Every tensor along one random direction, on 12 users and 60 items. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void gradientsAlongADirectionAreTheDerivatives(
      @ForAll("architectures") Architecture architecture,
      @ForAll("hiddenWidths") List<Integer> hidden,
      @ForAll("weightDecays") double weightDecay,
      @ForAll("betas") double beta,
      @ForAll("seeds") long seed) {
    Assume.that(hidden.isEmpty() || architecture.hasHiddenLayers());
    List<Integer> wide = hidden.stream().map(width -> 6 * width).toList();
    Layout layout = architecture.defaultLayout();
    Model model =
        new ModelOptions(architecture, wide, 9, 0.5, weightDecay, layout, RATINGS, null).model(60);
    ModelCase whole = ModelCase.of(model, 12, beta, new SplittableRandom(seed));
    assertRight(architecture.toString(), whole.claim(whole.gradients()), Form.ONE_DIRECTION);
  }

  /** The decoder does not notice; the gradients of the encoder lack what the divergence adds. */
  @Test
  void rejectsADivergenceWithoutGradient() {
    assertRejects(
        ModelExamples.MULT_VAE,
        "kl-without-gradient",
        "q_layers.0.weight",
        "q_layers.0.bias",
        "q_layers.1.weight",
        "q_layers.1.bias");
  }

  /** The function that is differenced has other noise than the one that was differentiated. */
  @Test
  void rejectsNoiseThatIsDrawnAgain() {
    assertRejects(ModelExamples.MULT_VAE, "noise-drawn-again", ALL);
  }

  /** The weights lack {@code 2 lambda W}, the biases nothing. */
  @Test
  void rejectsADecayWithoutGradient() {
    assertRejects(
        ModelExamples.MULT_DAE,
        "decay-without-gradient",
        "q_layers.0.weight",
        "q_layers.1.weight",
        "p_layers.0.weight",
        "p_layers.1.weight");
  }

  @Test
  void rejectsAForgottenDropout() {
    assertRejects(ModelExamples.MULT_DAE, "dropout-forgotten", ALL);
  }

  /** The sum goes over other entries, in every tensor. */
  @Test
  void rejectsUnknownRatingsTakenForZero() {
    assertRejects(ModelExamples.U_AUTOREC, "unknown-as-zero", SHALLOW);
  }

  @Test
  void rejectsAbsentItemsLeftOut() {
    assertRejects(ModelExamples.IMPLICIT_AUTOREC, "absent-left-out", SHALLOW);
  }

  /** The weights have {@code lambda W} for {@code 2 lambda W}, the biases nothing of either. */
  @Test
  void rejectsTheDecayOfThePaper() {
    assertRejects(
        ModelExamples.U_AUTOREC, "decay-of-the-paper", "q_layers.0.weight", "p_layers.0.weight");
  }

  @Test
  void rejectsAnotherActivation() {
    assertRejects(ModelExamples.IMPLICIT_AUTOREC, "tanh-for-sigmoid", SHALLOW);
  }

  @Test
  void rejectsOtherRatingsMasked() {
    assertRejects(ModelExamples.MFAE, "other-ratings-masked", SHALLOW);
  }

  @Test
  void rejectsAMaskThatIsRescaled() {
    assertRejects(ModelExamples.MFAE, "mask-rescaled", SHALLOW);
  }

  private static final String[] SHALLOW = {
    "q_layers.0.weight", "q_layers.0.bias", "p_layers.0.weight", "p_layers.0.bias"
  };

  private static final String[] ALL = {
    "q_layers.0.weight",
    "q_layers.0.bias",
    "q_layers.1.weight",
    "q_layers.1.bias",
    "p_layers.0.weight",
    "p_layers.0.bias",
    "p_layers.1.weight",
    "p_layers.1.bias"
  };
}
