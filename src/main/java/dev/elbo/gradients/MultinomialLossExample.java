package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.Parts;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link MultinomialLoss} of normal logits, for users with any number of items. */
public final class MultinomialLossExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "multinomial-loss",
          "L = -1/B sum_b sum_i x_bi log softmax(s_b)_i",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 8, 1),
          shape -> claim(shape, MultinomialLoss::backward),
          List.of(
              mistake(
                  "summed-over-users",
                  "ds = n p - x: the loss is a mean over users, and 1/B is missing",
                  (n, p, x, _) -> n * p - x),
              mistake(
                  "one-item-softmax",
                  "ds = (p - x) / B: right for users with one item; p is to be taken n times",
                  (_, p, x, users) -> (p - x) / users),
              mistake(
                  "normaliser-forgotten",
                  "ds = -x / B: log sum exp depends on the logits too",
                  (_, _, x, users) -> -x / users)));

  /** One value of a gradient. */
  @FunctionalInterface
  private interface Formula {
    /**
     * @param n number of the user's items
     * @param p the item's probability
     * @param x 1 if the user has the item, 0 if not
     * @param users {@code B}
     */
    double of(double n, double p, double x, int users);
  }

  private MultinomialLossExample() {}

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return claim(
        shape,
        right -> {
          Reconstruction other = parts.<Reconstruction>of("", right);
          other.forward(logits(shape), right.x, new Outputs.All(), shape.users());
          return other.backward();
        });
  }

  /** The first of the values. */
  private static DMatrixRMaj logits(Shape shape) {
    return RandomValues.dense(shape.users(), shape.out(), shape.random());
  }

  static Claim claim(Shape shape, Function<MultinomialLoss, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    DMatrixRMaj logits = RandomValues.dense(shape.users(), shape.out(), random);
    return claim(logits, RandomValues.sparse(shape.users(), shape.out(), random), backward);
  }

  static Claim claim(
      DMatrixRMaj logits, CsrMatrix x, Function<MultinomialLoss, DMatrixRMaj> backward) {
    MultinomialLoss loss = new MultinomialLoss();
    loss.forward(logits, x);
    double[] dLogits = backward.apply(loss).data;
    return new Claim(
        List.of(new Variable("logits", logits.data, dLogits)), () -> loss.forward(logits, x));
  }

  private static WrongBackward mistake(String name, String what, Formula formula) {
    return new WrongBackward(name, what, shape -> claim(shape, loss -> gradient(loss, formula)));
  }

  private static DMatrixRMaj gradient(MultinomialLoss loss, Formula formula) {
    int users = loss.logP.numRows;
    DMatrixRMaj dLogits = new DMatrixRMaj(users, loss.logP.numCols);
    for (int b = 0; b < users; b++) {
      int[] items = loss.x.row(b);
      for (int i = 0; i < dLogits.numCols; i++) {
        double p = Math.exp(loss.logP.get(b, i));
        double x = Arrays.binarySearch(items, i) >= 0 ? 1 : 0;
        dLogits.set(b, i, formula.of(items.length, p, x, users));
      }
    }
    return dLogits;
  }
}
