package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.SampledLogits;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

/**
 * A softmax over a million items is a million logits for each user. The denominator is a sum, and a
 * sum can be estimated from some of its terms.
 *
 * <p><b>What it computes.</b> One user has the items {@code x}. For the whole batch, items {@code
 * j_1 ... j_m} are drawn, each time item {@code j} with probability {@code q_j}. In
 *
 * <pre>
 * Z = sum_{i in x} exp(s_i) + sum_{j not in x} exp(s_j)
 * </pre>
 *
 * the first sum is computed, and the second estimated from the draws that are none of the user's
 * items:
 *
 * <pre>
 * Z' = sum_{i in x} exp(s_i) + sum_{t: j_t not in x} exp(s_{j_t}) / (m q_{j_t})
 * L  = n log Z' - sum_{i in x} s_i
 * </pre>
 *
 * <b>It is right on average.</b> Each draw is item {@code j} with probability {@code q_j}, so
 *
 * <pre>
 * (1)  E [j_t not in x] exp(s_{j_t}) / (m q_{j_t}) = sum_{j not in x} q_j exp(s_j) / (m q_j)
 * (2)                                              = 1/m sum_{j not in x} exp(s_j)
 * (3)  E Z' = Z                                                              m draws
 * </pre>
 *
 * A draw that is the user's own counts as 0 in (1), and {@code q} is not divided by the probability
 * of the others: {@code m} stays the number of all draws. So one set of draws serves every user,
 * with weights that do not depend on the user.
 *
 * <p><b>The derivation.</b> With {@code c_j} draws of item {@code j}, {@code Z'} is the sum of
 * {@code exp(s'_j)} for
 *
 * <pre>
 * s'_i = s_i                             the user's own
 * s'_j = s_j + log(c_j / (m q_j))        others that were drawn
 * </pre>
 *
 * and {@code ds'_j/ds_j = 1}. What was derived for the multinomial loss holds for {@code s'}:
 *
 * <pre>
 * ds_j = n p'_j - x_j,     p'_j = exp(s'_j) / Z'          0 for what is neither the user's nor drawn
 * </pre>
 *
 * <p><b>The property.</b> With the draws held still, that is the measured derivative, for any sizes
 * and users.
 *
 * <p>The gradient is not right on average, since {@code p'} is a quotient: for a finite {@code m}
 * it is off by a term in {@code 1/m}, and {@code log Z'} is below {@code log Z} on average
 * (Jensen).
 */
class G20SampledLossTest {

  private static final Example EXAMPLE = SampledLossExample.EXAMPLE;

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(EXAMPLE, SampledLossExample.claim(shape, right -> right));
  }

  /** (3), by going through all that may be drawn instead of drawing. */
  @Test
  void theDenominatorIsRightOnAverage() {
    double[] q = {0.5, 0.1, 0.15, 0.25};
    DMatrixRMaj logits = new DMatrixRMaj(new double[][] {{0.3, -1, 2, 0.5}});
    double exact = Arrays.stream(logits.data).map(Math::exp).sum();
    for (int draws : new int[] {1, 2, 4}) {
      double[] logExpected = Arrays.stream(q).map(one -> Math.log(draws * one)).toArray();
      for (int[] own : new int[][] {{}, {2}, {0, 3}, {0, 1, 2, 3}}) {
        CsrMatrix x = new CsrMatrix(4, new int[] {0, own.length}, own);
        double mean = 0;
        double meanOfLog = 0;
        for (int drawn = 0; drawn < Math.pow(q.length, draws); drawn++) {
          int number = drawn;
          int[] items =
              IntStream.range(0, draws).map(t -> (number >> (2 * t)) % q.length).toArray();
          double likely =
              Arrays.stream(items).mapToDouble(item -> q[item]).reduce(1, (a, b) -> a * b);
          double z = denominator(logits, x, Outputs.Sampled.of(items, logExpected));
          mean += likely * z;
          meanOfLog += likely * Math.log(z);
        }
        assertEquals(exact, mean, exact * Tolerances.FLOAT64, draws + Arrays.toString(own));
        boolean isExact = own.length == q.length;
        assertTrue(isExact || meanOfLog < Math.log(exact), "Jensen");
      }
    }
  }

  private static double denominator(DMatrixRMaj logits, CsrMatrix x, Outputs.Sampled sampled) {
    return Arrays.stream(SampledLogits.of(logits, x, sampled).data).map(Math::exp).sum();
  }

  /** All items, each drawn as often as is expected: nothing is estimated. */
  @Property(seed = "1", tries = 100)
  void allItemsDrawnOnceGiveTheExactLoss(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    DMatrixRMaj logits = RandomValues.dense(shape.users(), shape.out(), random);
    CsrMatrix x = RandomValues.sparse(shape.users(), shape.out(), random);
    int[] all = IntStream.range(0, shape.out()).toArray();
    MultinomialLoss loss = new MultinomialLoss();
    double exact = loss.forward(logits, x);
    double[] gradient = loss.backward().data;
    Outputs.Sampled sampled = Outputs.Sampled.of(all, new double[shape.out()]);
    assertEquals(exact, loss.forward(logits, x, sampled, shape.users()), 0);
    assertArrayEquals(gradient, loss.backward().data, 0);
  }

  /** {@code s_i - log(m q_i)} for {@code s'_i}: right where the own items are drawn as well. */
  @Test
  void rejectsTheCorrectionOfOwnItems() {
    assertRejects(EXAMPLE, "own-items-corrected", "logits");
  }

  /** {@code t: j_t} for {@code t: j_t not in x} in {@code Z'}. */
  @Test
  void rejectsOwnItemsAmongTheNegatives() {
    assertRejects(EXAMPLE, "own-items-among-negatives", "logits");
  }

  /** {@code exp(s_{j_t})} in {@code Z'}. */
  @Test
  void rejectsDrawsThatAreNotCorrected() {
    assertRejects(EXAMPLE, "draws-not-corrected", "logits");
  }
}
