package dev.elbo.gradients.check;

import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.SparseRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;

/**
 * What a layer's backward pass claims.
 *
 * <p>A layer gives many numbers, and a check wants one. An inner product with a fixed {@code C} of
 * the output's shape makes it one, {@code f = <forward(x), C>}, and then {@code df/dy = C}: the
 * gradient of {@code f} is what {@code backward(C)} gives.
 */
public final class LayerClaim {

  private LayerClaim() {}

  /**
   * The claim about {@code f = <forward(x), C>}.
   *
   * @param layer the layer
   * @param x its input
   * @param c the fixed {@code C}
   * @param pass noise, the same in every evaluation, and beta
   * @param backward the backward pass that claims: the layer's own, or a wrong one
   */
  public static <L extends Layer<X, Y>, X, Y> Claim of(
      L layer, X x, Y c, Pass pass, BiFunction<L, Y, X> backward) {
    return of(layer, x, c, pass, backward, () -> dot(layer.forward(x, pass), c));
  }

  /** The same for a layer that adds a term of its own to {@code f}. */
  public static <L extends Layer<X, Y>, X, Y> Claim of(
      L layer, X x, Y c, Pass pass, BiFunction<L, Y, X> backward, DoubleSupplier f) {
    for (Parameter parameter : layer.parameters()) {
      Arrays.fill(parameter.gradient().data, 7); // a leftover: backward is to overwrite it
    }
    double[] input = values(x).clone();
    double[] cotangent = values(c).clone();
    layer.forward(x, pass);
    X dX = backward.apply(layer, c);
    if (!Arrays.equals(input, values(x)) || !Arrays.equals(cotangent, values(c))) {
      throw new IllegalStateException("the layer modified what it was given: " + layer);
    }
    List<Variable> variables = new ArrayList<>();
    variables.add(new Variable("x", values(x), values(dX)));
    for (Parameter parameter : layer.parameters()) {
      variables.add(
          new Variable(parameter.name(), parameter.value().data, parameter.gradient().data));
    }
    return new Claim(variables, f);
  }

  /**
   * A backward pass that is another layer's.
   *
   * @param wrong a layer with the parameters of the right one
   * @param x its input
   * @param pass noise and beta
   */
  public static <L, X, Y> BiFunction<L, Y, X> backwardOf(Layer<X, Y> wrong, X x, Pass pass) {
    return (_, dY) -> {
      wrong.forward(x, pass);
      return wrong.backward(dY);
    };
  }

  /**
   * A backward pass that works value by value.
   *
   * @param kept the input or the output, which the layer has kept
   * @param dx gives {@code dx} from {@code dy} and the kept value
   */
  public static <L> BiFunction<L, DMatrixRMaj, DMatrixRMaj> elementwise(
      Function<L, DMatrixRMaj> kept, DoubleBinaryOperator dx) {
    return (layer, dY) -> {
      double[] values = kept.apply(layer).data;
      DMatrixRMaj dX = new DMatrixRMaj(dY.numRows, dY.numCols);
      Arrays.setAll(dX.data, n -> dx.applyAsDouble(dY.data[n], values[n]));
      return dX;
    };
  }

  /** The inner product, {@code sum x_n y_n}. */
  public static double dot(Object x, Object y) {
    return GradientCheck.dot(values(x), values(y));
  }

  /** The values of a dense matrix, or the stored ones of a sparse batch. */
  static double[] values(Object x) {
    return switch (x) {
      case DMatrixRMaj dense -> dense.data;
      case SparseRows rows -> rows.values();
      default -> throw new IllegalArgumentException(x.getClass().getName());
    };
  }
}
