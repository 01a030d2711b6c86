package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.Steps;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck.Form;
import dev.elbo.gradients.check.Shape;
import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.SequenceOptions;
import dev.elbo.reference.layers.Embedding;
import dev.elbo.reference.layers.Gru;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.List;
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
 * A layer that goes through time: a gated recurrent unit (Cho et al. 2014; the reset gate as in
 * cuDNN and PyTorch). It reads one item's vector {@code x} after the other and carries a state
 * {@code h [H]} from each step to the next, {@code h = 0} before the first.
 *
 * <p><b>What it computes</b> in step {@code t}, from {@code x_t} and the state before it, {@code
 * h_(t-1)}, to {@code h_t}. {@code s(a) = 1 / (1 + exp(-a))} is between 0, shut, and 1, open;
 * {@code ^T} transposes:
 *
 * <pre>
 * (1)  a = W_i x_t + b_i,  c = W_h h_(t-1) + b_h  [3H] each: parts a_r, a_u, a_n and c_r, c_u, c_n
 * (2)  r = s(a_r + c_r)                           reset: how much of the state n may see
 * (3)  u = s(a_u + c_u)                           update: how much of the state stays
 * (4)  n = tanh(a_n + r c_n)                      what is new
 * (5)  h_t = (1 - u) n + u h_(t-1)
 * </pre>
 *
 * <b>Within a step.</b> Let {@code dh_t} be given. The derivative of {@code s} is {@code exp(-a) /
 * (1 + exp(-a))^2 = s (1 - s)}, that of tanh is {@code 1 - tanh^2}:
 *
 * <pre>
 * (6)  dn = dh_t (1 - u)                          (5)
 * (7)  du = dh_t (h_(t-1) - n)                    (5): -n + h_(t-1)
 * (8)  da_n = dn (1 - n^2)                        (4)
 * (9)  dr = da_n c_n                              (4)
 * (10) da_r = dr r (1 - r),  da_u = du u (1 - u)  (2), (3)
 * (11) dc_r = da_r,  dc_u = da_u,  dc_n = da_n r  c enters beside a, but in (4) behind r
 * </pre>
 *
 * <b>Through time.</b> Inside the step, {@code h_(t-1)} has two ways to the loss, {@code u h_(t-1)}
 * in (5) and {@code c} in (1). So has {@code h_t}: the layer above reads it in this step, and the
 * next step starts from it. So one walks from the last step to the first:
 *
 * <pre>
 * (12) back_t = dh_t u + W_h^T dc                 what step t hands back to h_(t-1)
 * (13) dh_t = dy_t + back_(t+1)                   0 after the last step
 * (14) dW_i = sum_t da x_t^T,  db_i = sum_t da,  dx_t = W_i^T da
 * (15) dW_h = sum_t dc h_(t-1)^T,  db_h = sum_t dc   over all steps: the weights are the same ones
 * </pre>
 *
 * <p><b>The properties.</b> All of it is the measured derivative of {@code f = <Y, C>}, for
 * sequences of any length, none at all included; the same for the item vectors in front of it, and
 * for the whole of SVAE.
 */
class G11GruTest {

  private static final Example EXAMPLE = GruExample.EXAMPLE;

  private static final String[] ALL = {
    "x", "gru.weight_ih_l0", "gru.weight_hh_l0", "gru.bias_ih_l0", "gru.bias_hh_l0"
  };

  /** Up to six sequences of up to four steps; widths kept small, as every value is varied. */
  @Property(seed = "1", tries = 20)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    Shape small = new Shape(shape.users(), 1 + shape.in() % 5, 1 + shape.out() % 5, shape.seed());
    assertRight(EXAMPLE, GruExample.claim(small, Gru::backward));
  }

  @Property(seed = "1", tries = 30)
  void gradientOfTheItemVectorsIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EmbeddingExample.EXAMPLE, EmbeddingExample.claim(shape, Embedding::backward));
  }

  /**
   * By hand: one unit, weights 0, so that only biases count and nothing is carried but u h_(t-1).
   */
  @Test
  void computesWhatItSays() {
    List<Parameter> parameters =
        new LayerSpec.Gru("gru", 1, 1).parameters().stream().map(Parameter::of).toList();
    parameters.get(3).value().setTo(new DMatrixRMaj(1, 3, true, 100, 0, 0.5)); // r = 1, u = 1/2
    Gru layer = new Gru(parameters.get(0), parameters.get(1), parameters.get(2), parameters.get(3));
    Steps steps = GruExample.steps(1); // three steps
    DMatrixRMaj y = layer.forward(new DMatrixRMaj(3, 1), GruExample.pass(steps));
    double n = Math.tanh(0.5);
    assertArrayEquals(new double[] {n / 2, 0.75 * n, 0.875 * n}, y.data, Tolerances.FLOAT64);
  }

  /** (13) without what the next step hands back: only db, dW and dx of each last step are right. */
  @Test
  void rejectsForgottenTime() {
    assertRejects(EXAMPLE, "time-forgotten", ALL);
  }

  /** (13) across a boundary. */
  @Test
  void rejectsJoinedUsers() {
    assertRejects(EXAMPLE, "users-joined", ALL);
  }

  /** (6) to (12) with r and u in each other's place. */
  @Test
  void rejectsExchangedGates() {
    assertRejects(EXAMPLE, "gates-exchanged", ALL);
  }

  /** (15) with da for dc: wrong in the part of the new gate. */
  @Test
  void rejectsOneGradientForBothBiases() {
    assertRejects(EXAMPLE, "one-bias", "gru.bias_hh_l0");
  }

  @Test
  void rejectsAnItemsLastStepForAllOfThem() {
    assertRejects(EmbeddingExample.EXAMPLE, "last-step-only", "weight");
  }

  @Test
  void rejectsTheMeanOfAnItemsSteps() {
    assertRejects(EmbeddingExample.EXAMPLE, "steps-averaged", "weight");
  }

  @Provide
  Arbitrary<SequenceOptions> sequences() {
    return Arbitraries.of(
        SequenceOptions.SACHDEVA,
        new SequenceOptions(1, 0, false, true),
        new SequenceOptions(2, 3, true, false),
        new SequenceOptions(4, 1, true, true));
  }

  @Provide
  Arbitrary<List<Integer>> hiddenWidths() {
    return Arbitraries.of(List.of(3, 2), List.of(2, 3, 4), List.of(4, 3, 2, 5));
  }

  @Provide
  Arbitrary<Double> betas() {
    return Arbitraries.of(0.0, 0.2);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.of(1L, 2L, 3L);
  }

  /** Every value of every tensor of SVAE, on 1 to 4 users and 2 to 8 items. */
  @Property(generation = GenerationMode.EXHAUSTIVE)
  void everyGradientOfTheModelIsTheDerivative(
      @ForAll("sequences") SequenceOptions sequence,
      @ForAll("hiddenWidths") List<Integer> hidden,
      @ForAll("betas") double beta,
      @ForAll("seeds") long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int items = random.nextInt(2, 9);
    Model model =
        new ModelOptions(Architecture.SVAE, hidden, 2, 0, 0.01, null, null, sequence).model(items);
    ModelCase tiny = ModelCase.of(model, random.nextInt(1, 5), beta, random);
    assertRight("svae", tiny.claim(tiny.gradients()), Form.EVERY_VALUE);
  }

  /** The last layers' gradients hang on the states, too, which a cut history changes. */
  @Test
  void rejectsACutHistory() {
    assertRejects(ModelExamples.SVAE, "history-cut", allOf(ModelExamples.SVAE));
  }

  @Test
  void rejectsOneItemAheadForFour() {
    assertRejects(ModelExamples.SVAE, "one-item-ahead", allOf(ModelExamples.SVAE));
  }

  private static String[] allOf(Example model) {
    return model.right().apply(model.shape()).variables().stream()
        .map(Claim.Variable::name)
        .toArray(String[]::new);
  }
}
