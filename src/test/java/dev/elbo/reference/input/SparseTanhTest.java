package dev.elbo.reference.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Pass;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.layers.Tanh;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class SparseTanhTest {

  /** One user with every item is a dense row; the dense layer's gradient is tested by itself. */
  @Test
  void isTheDenseLayerOnStoredValues() {
    int items = 40;
    var random = new SplittableRandom(1);
    CsrMatrix pattern = new CsrMatrix(items, new int[] {0, items}, all(items));
    DMatrixRMaj x = RandomValues.dense(1, items, random);
    DMatrixRMaj c = RandomValues.dense(1, items, random);
    Pass pass = new Pass(new int[] {0}, Noise.NONE, 0);

    Tanh dense = new Tanh();
    SparseTanh sparse = new SparseTanh();
    SparseRows y = sparse.forward(new SparseRows(pattern, x.data), pass);
    assertArrayEquals(dense.forward(x, pass).data, y.values());
    assertSame(pattern, y.pattern());
    assertArrayEquals(dense.backward(c).data, sparse.backward(y.with(c.data)).values());
  }

  private static int[] all(int items) {
    return IntStream.range(0, items).toArray();
  }
}
