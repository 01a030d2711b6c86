package dev.elbo.gradients.check;

import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.Layer;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ejml.data.DMatrixRMaj;

/**
 * A layer with something to try it on.
 *
 * @param <L> class of the layer
 * @param <X> type of the input
 * @param <Y> type of the output
 * @param layer the right layer
 * @param x its input
 * @param c the fixed {@code C} of {@code f = <forward(x), C>}
 * @param pass noise, the same in every evaluation, and beta
 */
public record LayerTrial<L extends Layer<X, Y>, X, Y>(L layer, X x, Y c, Pass pass) {

  /** A layer that works value by value, on normal ones. */
  public static <L extends Layer<DMatrixRMaj, DMatrixRMaj>>
      LayerTrial<L, DMatrixRMaj, DMatrixRMaj> ofNormalValues(L layer, Shape shape) {
    RandomGenerator random = shape.random();
    return new LayerTrial<>(
        layer,
        RandomValues.dense(shape.users(), shape.in(), random),
        RandomValues.dense(shape.users(), shape.in(), random),
        shape.pass(Noise.NONE, 0));
  }

  /** What a backward pass claims: the layer's own, or a wrong one. */
  public Claim claim(BiFunction<L, Y, X> backward) {
    return LayerClaim.of(layer, x, c, pass, backward);
  }

  /** What another layer in the place of the right one claims, about the right one's output. */
  public Claim claimOf(Parts parts) {
    return claim(LayerClaim.backwardOf(parts.<Layer<X, Y>>of("", layer), x, pass));
  }
}
