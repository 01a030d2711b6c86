package dev.elbo.gradients;

import static dev.elbo.gradients.Verdicts.assertRejects;
import static dev.elbo.gradients.Verdicts.assertRight;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/**
 * The last layer turns the scores of all items, the logits {@code s}, into the loss.
 *
 * <p><b>What it computes.</b> One user has {@code n} items, {@code x_i} is 1 for these and 0 for
 * the others. The model takes them for {@code n} draws from one distribution {@code p} over all
 * items (Liang et al. 2018, equation 2):
 *
 * <pre>
 * p_i = exp(s_i) / sum_j exp(s_j)                                    softmax
 * L   = - sum_i x_i log p_i                                          negative log-likelihood
 * </pre>
 *
 * <b>The derivation.</b> Write {@code Z = sum_j exp(s_j)}.
 *
 * <pre>
 * (1)  log p_i   = s_i - log Z                                       logarithm of the quotient
 * (2)  dZ/ds_j   = exp(s_j)                                          one term of Z has s_j in it
 * (3)  d(log Z)/ds_j = exp(s_j) / Z = p_j                            chain rule, then definition
 * (4)  d(log p_i)/ds_j = [i=j] - p_j                                 (1) and (3)
 * (5)  dL/ds_j   = - sum_i x_i ([i=j] - p_j)                         (4) into L
 * (6)            = - x_j + p_j sum_i x_i                             [i=j] picks one term
 * (7)            = n p_j - x_j                                       n = sum_i x_i
 * </pre>
 *
 * The batch's loss is the mean over its {@code B} users, and a user's logits are in one term of it:
 *
 * <pre>
 * (8)  ds_bj = (n_b p_bj - x_bj) / B
 * </pre>
 *
 * In words: the number of items that the model expects at {@code j}, less the number that is there.
 *
 * <p><b>The property.</b> The loss is a number already, so {@code f} is the loss itself: for any
 * sizes, logits and users, (8) is its measured derivative.
 */
class G03MultinomialLossTest {

  @Property(seed = "1", tries = 100)
  void gradientIsTheDerivative(@ForAll(supplier = Shapes.class) Shape shape) {
    assertRight(
        MultinomialLossExample.EXAMPLE,
        MultinomialLossExample.claim(shape, MultinomialLoss::backward));
  }

  /** Users with no item, one, and all of them; who has none costs nothing, at any logits. */
  @Test
  void gradientOfEmptyAndFullRows() {
    CsrMatrix users = new CsrMatrix(3, new int[] {0, 0, 1, 4}, new int[] {1, 0, 1, 2});
    DMatrixRMaj logits =
        new DMatrixRMaj(new double[][] {{0.5, -1, 2}, {0.1, 0.2, 0.3}, {3, 1, -1}});
    Claim claim = MultinomialLossExample.claim(logits, users, MultinomialLoss::backward);
    assertRight(MultinomialLossExample.EXAMPLE, claim);
    double[] gradient = claim.variables().getFirst().gradient();
    assertArrayEquals(new double[3], new double[] {gradient[0], gradient[1], gradient[2]});
  }

  /**
   * A constant added to all logits of a user cancels in (1), so the loss does not change in that
   * direction: {@code sum_j ds_j = n sum_j p_j - sum_j x_j = n - n = 0}.
   */
  @Property(seed = "1", tries = 100)
  void rowsOfTheGradientSumToZero(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    MultinomialLoss loss = new MultinomialLoss();
    loss.forward(
        RandomValues.dense(shape.users(), shape.out(), random),
        RandomValues.sparse(shape.users(), shape.out(), random));
    DMatrixRMaj sums = CommonOps_DDRM.sumRows(loss.backward(), null);
    assertArrayEquals(new double[shape.users()], sums.data, shape.out() * Tolerances.FLOAT64);
  }

  /** {@code n p - x}: (7) without (8). */
  @Test
  void rejectsTheForgottenMean() {
    assertRejects(MultinomialLossExample.EXAMPLE, "summed-over-users", "logits");
  }

  /** {@code (p - x) / B}: the formula of classifiers, which have one label. */
  @Test
  void rejectsTheGradientOfOneItem() {
    assertRejects(MultinomialLossExample.EXAMPLE, "one-item-softmax", "logits");
  }

  /** {@code -x / B}: (1) without its second term. */
  @Test
  void rejectsTheForgottenNormaliser() {
    assertRejects(MultinomialLossExample.EXAMPLE, "normaliser-forgotten", "logits");
  }

  /** With one user, sum and mean are the same: why sizes are drawn, not chosen once. */
  @Test
  void theForgottenMeanHidesWhereThereIsOneUser() {
    WrongBackward summed = MultinomialLossExample.EXAMPLE.mistakes().getFirst();
    assertRight(MultinomialLossExample.EXAMPLE, summed.wrong().apply(new Shape(1, 8, 8, 1)));
  }
}
