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
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.SquaredError;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link SquaredError} of ratings from 1 to 5, for users with any number of them. */
public final class SquaredErrorExample {

  /** The example. */
  public static final Example EXAMPLE =
      new Example(
          "squared-error",
          "L = 1/B sum_b sum_i (y_bi - r_bi)^2 over the ratings that are known",
          GradientCheck.Form.EVERY_VALUE,
          new Shape(12, 8, 8, 1),
          shape -> claim(shape, new Outputs.Observed(), SquaredError::backward),
          List.of(
              mistake(
                  "half-assumed",
                  "dy = (y - r) / B: that is the gradient of half of the squared error",
                  loss -> scaled(loss, 1.0 / loss.divisor)),
              mistake(
                  "mean-over-ratings",
                  "dy = 2 (y - r) / N: the loss is a mean over users, not over ratings",
                  loss -> scaled(loss, 2.0 / Math.max(1, loss.error.numCols))),
              mistake(
                  "rating-off-by-one",
                  "dy = 2 (y - r + 1) / B: of another rating than the loss has",
                  loss -> {
                    DMatrixRMaj dY = scaled(loss, 2.0 / loss.divisor);
                    for (int n = 0; n < dY.data.length; n++) {
                      dY.data[n] += 2.0 / loss.divisor;
                    }
                    return dY;
                  })));

  private SquaredErrorExample() {}

  /** What another part claims in the place of the right one. */
  public static Claim with(Shape shape, Parts parts) {
    Reconstruction other = parts.<Reconstruction>of("", new SquaredError());
    return claim(
        shape,
        new Outputs.Observed(),
        (y, ratings) -> {
          other.forward(y, ratings, new Outputs.Observed(), shape.users());
          return other.backward();
        });
  }

  /**
   * @param outputs whether the error is that of the items that users have, or of all
   */
  static Claim claim(Shape shape, Outputs outputs, Function<SquaredError, DMatrixRMaj> backward) {
    return claim(
        shape,
        outputs,
        (y, ratings) -> {
          SquaredError loss = new SquaredError();
          loss.forward(y, ratings, outputs, shape.users());
          return backward.apply(loss);
        });
  }

  /**
   * @param gradient gives {@code dy} from {@code y} and the ratings
   */
  private static Claim claim(
      Shape shape, Outputs outputs, BiFunction<DMatrixRMaj, CsrMatrix, DMatrixRMaj> gradient) {
    RandomGenerator random = shape.random();
    CsrMatrix items = RandomValues.sparse(shape.users(), shape.out(), random);
    CsrMatrix ratings = RandomValues.rated(items, random);
    DMatrixRMaj y =
        outputs instanceof Outputs.Observed
            ? RandomValues.dense(1, ratings.size(), random)
            : RandomValues.dense(shape.users(), shape.out(), random);
    SquaredError loss = new SquaredError();
    return new Claim(
        List.of(new Variable("y", y.data, gradient.apply(y, ratings).data)),
        () -> loss.forward(y, ratings, outputs, shape.users()));
  }

  private static WrongBackward mistake(
      String name, String what, Function<SquaredError, DMatrixRMaj> backward) {
    return new WrongBackward(name, what, shape -> claim(shape, new Outputs.Observed(), backward));
  }

  private static DMatrixRMaj scaled(SquaredError loss, double factor) {
    DMatrixRMaj dY = loss.error.copy();
    for (int n = 0; n < dY.data.length; n++) {
      dY.data[n] *= factor;
    }
    return dY;
  }
}
