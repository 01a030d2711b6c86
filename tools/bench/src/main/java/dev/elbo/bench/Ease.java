package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.elbo.baseline.Gram;
import dev.elbo.baseline.LinearAutoencoder;
import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.ludovic.netlib.blas.NativeBLAS;
import dev.ludovic.netlib.lapack.NativeLAPACK;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.netlib.util.intW;

/**
 * EASE (Steck 2019): the weights {@code B [I, I]} of some users, from the inverse of their Gram
 * matrix. What a peer reads is made before the clock starts: the peer is given that time.
 */
@FunctionalInterface
interface Ease {

  /** Lambda of {@code lambda ||B||^2}. */
  double L2 = 700;

  /**
   * Fits the weights.
   *
   * @param weights is given them, {@code [I * I]}, when they are there: as they are kept until
   *     somebody wants an array of Java's, which a contest does not
   */
  void fit(Consumer<Supplier<float[]>> weights);

  /**
   * Ours.
   *
   * @param users what the users have, {@code [users, I]}
   * @param workers threads to use
   */
  static Ease ours(CsrMatrix users, Workers workers) {
    int items = users.columns();
    return weights -> {
      var model = LinearAutoencoder.fit(Gram.once(users), new BaselineOptions.Ease(L2), workers);
      weights.accept(() -> model.parameters().float32("B", items, items));
    };
  }

  /**
   * PyTorch's, as its users write it: its inverse is that of any matrix, by LU.
   *
   * @param users what the users have, {@code [users, I]}
   * @param input whether the left factor of the Gram matrix is sparse; the right one is dense
   * @param manager owner of the arrays
   */
  static Ease torch(CsrMatrix users, TorchModel.Input input, NDManager manager) {
    NDArray x = manager.create(dense(users), new Shape(users.rows(), users.columns())).duplicate();
    NDArray itemAndUser = manager.create(itemAndUser(users), new Shape(2, users.size()));
    NDArray ones = manager.ones(new Shape(users.size()), DataType.FLOAT32);
    var transposed = new Shape(users.columns(), users.rows());
    return weights -> {
      try (var scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDArray gram =
            switch (input) {
              case DENSE -> x.transpose().matMul(x);
              case SPARSE ->
                  JniUtils.createSparseCoo((PtNDArray) itemAndUser, (PtNDArray) ones, transposed)
                      .matMul(x);
            };
        gram.diagonal().addi(L2); // a view
        NDArray b = gram.inverse();
        b.divi(b.diagonal().neg());
        b.diagonal().muli(0);
        weights.accept(b::toFloatArray);
      }
    };
  }

  /**
   * By OpenBLAS, as an expert would write it: half of the Gram matrix, and its Cholesky factor.
   *
   * @param users what the users have, {@code [users, I]}
   * @param workers threads for what is not BLAS
   */
  static Ease openBlas(CsrMatrix users, Workers workers) {
    int items = users.columns();
    float[] x = dense(users);
    NativeBLAS blas = NativeBLAS.getInstance();
    NativeLAPACK lapack = NativeLAPACK.getInstance();
    return weights -> {
      // BLAS stores columns: to it, x is X' [I, users], and what it calls the upper triangle lower.
      float[] c = new float[items * items];
      blas.ssyrk("U", "N", items, users.rows(), 1, x, items, 0, c, items);
      for (int i = 0; i < items; i++) {
        c[i * items + i] += (float) L2;
      }
      var info = new intW(0);
      lapack.spotrf("U", items, c, items, info);
      lapack.spotri("U", items, c, items, info);
      float[] diagonal = new float[items];
      for (int i = 0; i < items; i++) {
        diagonal[i] = c[i * items + i];
      }
      workers.forEach(
          items,
          i -> {
            for (int j = 0; j < i; j++) {
              float inverse = c[i * items + j];
              c[i * items + j] = -inverse / diagonal[j];
              c[j * items + i] = -inverse / diagonal[i];
            }
            c[i * items + i] = 0;
          });
      weights.accept(() -> c);
    };
  }

  private static float[] dense(CsrMatrix users) {
    float[] x = new float[Math.multiplyExact(users.rows(), users.columns())];
    for (int user = 0; user < users.rows(); user++) {
      for (int item : users.row(user)) {
        x[user * users.columns() + item] = 1;
      }
    }
    return x;
  }

  private static long[] itemAndUser(CsrMatrix users) {
    long[] positions = new long[2 * users.size()];
    for (int user = 0; user < users.rows(); user++) {
      for (int n = users.indptr()[user]; n < users.indptr()[user + 1]; n++) {
        positions[n] = users.indices()[n];
        positions[users.size() + n] = user;
      }
    }
    return positions;
  }
}
