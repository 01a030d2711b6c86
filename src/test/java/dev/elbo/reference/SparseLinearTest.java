package dev.elbo.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.engine.Pass;
import dev.elbo.model.Noise;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Shapes.Shape;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.data.DMatrixRMaj;

class SparseLinearTest {

  @Property(seed = "1", tries = 30)
  void gradientsAreTheDerivatives(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    LayerCheck.gradients(
        layer(LinearTest.random(shape, random)),
        input(shape, random),
        Shapes.dense(shape.users(), shape.out(), random),
        LayerCheck.pass(shape.users(), Noise.NONE, 0));
  }

  /** {@code <X W', C> = <X, C W> = <W, C' X>}: exact up to rounding, so no step is needed. */
  @Property(seed = "1", tries = 100)
  void backwardIsTheAdjointOfForward(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    SparseLinear layer = layer(LinearTest.random(shape, random));
    layer.bias.value().zero();
    SparseRows x = input(shape, random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    DMatrixRMaj y = layer.forward(x, LayerCheck.pass(shape.users(), Noise.NONE, 0));
    SparseRows dX = layer.backward(c);

    double expected = LayerCheck.dot(y, c);
    double rounding = Tolerances.FLOAT64 * LayerCheck.norm(y) * LayerCheck.norm(c);
    assertEquals(expected, LayerCheck.dot(x, dX), rounding);
    assertEquals(expected, LayerCheck.dot(layer.weight.value(), layer.weight.gradient()), rounding);
  }

  /** The dense layer on the same input, zeros filled in, gives the same. */
  @Property(seed = "1", tries = 100)
  void agreesWithTheDenseLayer(@ForAll(supplier = Shapes.class) Shape shape) {
    RandomGenerator random = shape.random();
    Linear dense = LinearTest.random(shape, random);
    SparseLinear sparse = layer(LinearTest.random(shape, shape.random()));
    SparseRows x = input(shape, random);
    DMatrixRMaj c = Shapes.dense(shape.users(), shape.out(), random);
    Pass pass = LayerCheck.pass(shape.users(), Noise.NONE, 0);

    DMatrixRMaj filled = new DMatrixRMaj(shape.users(), shape.in());
    forEachStored(x, filled::set);
    double delta = 20 * Tolerances.FLOAT64;
    assertArrayEquals(dense.forward(filled, pass).data, sparse.forward(x, pass).data, delta);

    DMatrixRMaj denseDx = dense.backward(c);
    SparseRows dX = sparse.backward(c);
    assertArrayEquals(dense.weight.gradient().data, sparse.weight.gradient().data, delta);
    assertArrayEquals(dense.bias.gradient().data, sparse.bias.gradient().data, delta);
    forEachStored(dX, (b, i, value) -> assertEquals(denseDx.get(b, i), value, delta));
  }

  private static SparseLinear layer(Linear dense) {
    return new SparseLinear(dense.weight, dense.bias);
  }

  private static SparseRows input(Shape shape, RandomGenerator random) {
    var pattern = Shapes.sparse(shape.users(), shape.in(), random);
    return new SparseRows(pattern, Shapes.normal(pattern.size(), random));
  }

  private interface Stored {
    void accept(int row, int column, double value);
  }

  private static void forEachStored(SparseRows x, Stored action) {
    for (int b = 0; b < x.pattern().rows(); b++) {
      for (int n = x.pattern().indptr()[b]; n < x.pattern().indptr()[b + 1]; n++) {
        action.accept(b, x.pattern().indices()[n], x.values()[n]);
      }
    }
  }
}
