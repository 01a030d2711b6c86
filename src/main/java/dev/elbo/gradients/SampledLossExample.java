package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.mistakes.WrongLosses;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link MultinomialLoss} of outputs that are sampled, for users with any number of items. */
final class SampledLossExample {

  static final Example EXAMPLE =
      new Example(
          "sampled-loss",
          "L = 1/B sum_b (n_b log Z'_b - sum_i x_bi s_bi), Z' from the user's items and draws",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 8, 1),
          shape -> claim(shape, right -> right),
          List.of(
              mistake(
                  "own-items-corrected",
                  "s - log(m q) of the user's own items, too: these are not drawn but always there",
                  WrongLosses::correctingOwnItems),
              mistake(
                  "own-items-among-negatives",
                  "a user's own item twice in Z' if it was drawn: there it is no negative",
                  WrongLosses::keepingOwnItems),
              mistake(
                  "draws-not-corrected",
                  "s of what was drawn, without - log(m q): a draw stands for 1 / (m q) items",
                  WrongLosses::withoutCorrection)));

  private SampledLossExample() {}

  /**
   * @param other what computes the gradient: the loss that it is given, or a wrong one
   */
  static Claim claim(Shape shape, Function<MultinomialLoss, Reconstruction> other) {
    RandomGenerator random = shape.random();
    DMatrixRMaj logits = RandomValues.dense(shape.users(), shape.out(), random);
    CsrMatrix x = RandomValues.sparse(shape.users(), shape.out(), random);
    Outputs.Sampled sampled = drawn(Math.max(1, shape.out() / 2), shape.out(), random);
    Reconstruction claiming = other.apply(new MultinomialLoss());
    claiming.forward(logits, x, sampled, shape.users());
    double[] dLogits = claiming.backward().data;
    MultinomialLoss loss = new MultinomialLoss();
    return new Claim(
        List.of(new Variable("logits", logits.data, dLogits)),
        () -> loss.forward(logits, x, sampled, shape.users()));
  }

  /** Items that are drawn independently, the first of them least often. */
  private static Outputs.Sampled drawn(int draws, int items, RandomGenerator random) {
    double[] logExpected = new double[items];
    Arrays.setAll(logExpected, i -> Math.log(draws * likely(i, items)));
    int[] drawn = new int[draws];
    for (int t = 0; t < draws; t++) {
      double point = random.nextDouble();
      while (drawn[t] < items - 1 && point >= likely(drawn[t], items)) {
        point -= likely(drawn[t]++, items);
      }
    }
    return Outputs.Sampled.of(drawn, logExpected);
  }

  private static double likely(int item, int items) {
    return 2.0 * (item + 1) / items / (items + 1);
  }

  private static WrongBackward mistake(
      String name, String what, Function<MultinomialLoss, Reconstruction> wrong) {
    return new WrongBackward(name, what, shape -> claim(shape, wrong));
  }
}
