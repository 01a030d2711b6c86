package dev.elbo.gradients;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.reference.objective.SquaredError;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/** {@link SquaredError} of ratings from 1 to 5, for users with any number of them. */
final class SquaredErrorExample {

  static final Example EXAMPLE =
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

  /**
   * @param outputs whether the error is that of the items that users have, or of all
   */
  static Claim claim(Shape shape, Outputs outputs, Function<SquaredError, DMatrixRMaj> backward) {
    RandomGenerator random = shape.random();
    CsrMatrix items = RandomValues.sparse(shape.users(), shape.out(), random);
    CsrMatrix ratings = RandomValues.rated(items, random);
    DMatrixRMaj y =
        outputs instanceof Outputs.Observed
            ? RandomValues.dense(1, ratings.size(), random)
            : RandomValues.dense(shape.users(), shape.out(), random);
    SquaredError loss = new SquaredError();
    loss.forward(y, ratings, outputs, shape.users());
    double[] dY = backward.apply(loss).data;
    return new Claim(
        List.of(new Variable("y", y.data, dY)),
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
