package dev.elbo.reference.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.gradients.check.Shape;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.testing.Shapes;
import dev.elbo.testing.Tolerances;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class DropoutTest {

  private static final int INDEX = 1;

  @Property(seed = "1", tries = 100)
  void keepsWhatTheNoiseKeepsAndRescalesIt(
      @ForAll(supplier = Shapes.class) Shape shape,
      @ForAll @DoubleRange(min = 0, max = 0.9) double rate) {
    SparseRows x = values(shape);
    Pass pass = pass(shape, Noise.of(shape.seed(), 3));
    double[] y = new Dropout(INDEX, rate).forward(x, pass).values();
    for (int b = 0; b < shape.users(); b++) {
      for (int n = x.pattern().indptr()[b]; n < x.pattern().indptr()[b + 1]; n++) {
        boolean kept =
            pass.noise().keeps(INDEX, Shape.FIRST_USER + b, x.pattern().indices()[n], rate);
        assertEquals(
            kept ? x.values()[n] / (1 - rate) : 0, y[n], Tolerances.FLOAT64 * Math.abs(y[n]));
      }
    }
  }

  @Property(seed = "1", tries = 20)
  void doesNothingInScoring(@ForAll(supplier = Shapes.class) Shape shape) {
    SparseRows x = values(shape);
    Dropout layer = new Dropout(INDEX, 0.5);
    assertArrayEquals(x.values(), layer.forward(x, pass(shape, Noise.NONE)).values());
    assertArrayEquals(x.values(), layer.backward(x).values());
  }

  private static SparseRows values(Shape shape) {
    RandomGenerator random = shape.random();
    CsrMatrix pattern = RandomValues.sparse(shape.users(), shape.in(), random);
    return new SparseRows(pattern, RandomValues.normal(pattern.size(), random));
  }

  private static Pass pass(Shape shape, Noise noise) {
    return shape.pass(noise, 0);
  }
}
