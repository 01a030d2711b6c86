package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.LayerTrial;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.input.CountNormalize;
import dev.elbo.reference.layers.SparseRows;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** {@link CountNormalize} of users with any number of values, none of them near 0. */
public final class CountNormalizeExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "count-normalize",
          "y = x / (1 + n), n the number of the user's values",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(6, 8, 8, 1),
          shape -> claim(shape, CountNormalize::backward),
          List.of(
              new WrongBackward(
                  "count-forgotten",
                  "dx = dy: the division is left out of the chain rule",
                  shape -> claim(shape, (_, dY) -> dY)),
              new WrongBackward(
                  "one-forgotten",
                  "dx = dy / n: the sum is divided by one more than the number of values",
                  shape -> claim(shape, CountNormalizeExample::oneForgotten))));

  private CountNormalizeExample() {}

  private static LayerTrial<CountNormalize, SparseRows, SparseRows> trial(Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    return new LayerTrial<>(
        new CountNormalize(),
        new SparseRows(pattern, RandomValues.awayFromZero(pattern.size(), random)),
        new SparseRows(pattern, RandomValues.normal(pattern.size(), random)),
        shape.pass(Noise.NONE, 0));
  }

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    return trial(shape).claimOf(parts);
  }

  static Claim claim(Shape shape, BiFunction<CountNormalize, SparseRows, SparseRows> backward) {
    return trial(shape).claim(backward);
  }

  private static SparseRows oneForgotten(CountNormalize layer, SparseRows dY) {
    CsrMatrix pattern = dY.pattern();
    double[] dX = new double[pattern.size()];
    for (int b = 0; b < pattern.rows(); b++) {
      for (int n = pattern.indptr()[b]; n < pattern.indptr()[b + 1]; n++) {
        dX[n] = dY.values()[n] / pattern.size(b);
      }
    }
    return dY.with(dX);
  }
}
