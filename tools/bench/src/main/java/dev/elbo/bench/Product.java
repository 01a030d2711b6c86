package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.elbo.bench.Contest.Contestant;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/**
 * One matrix product, {@code [m, k]} by {@code [k, n]}, with the operands stored as a linear layer
 * has them.
 *
 * @param name what the product is for
 * @param m rows of the result
 * @param k depth
 * @param n columns of the result
 * @param form which operand is stored transposed
 */
public record Product(String name, int m, int k, int n, Form form) {

  /** Our contestants' names begin with this. */
  static final String OURS = "Elbo";

  /** The three products of a linear layer with weight {@code W [out, in]}. */
  public enum Form {
    /** {@code Y = X W'}: the right operand is stored transposed. */
    FORWARD,
    /** {@code dX = dY W}. */
    INPUT_GRADIENT,
    /** {@code dW = dY' X}: the left operand is stored transposed. */
    WEIGHT_GRADIENT
  }

  /** The three products of the layer from the decoder's hidden units to the logits. */
  static List<Product> ofLastLayer(MultVae vae) {
    return List.of(
        of(Form.FORWARD, vae.batchSize, vae.hidden, vae.items),
        of(Form.INPUT_GRADIENT, vae.batchSize, vae.hidden, vae.items),
        of(Form.WEIGHT_GRADIENT, vae.batchSize, vae.hidden, vae.items));
  }

  /**
   * A product of a linear layer.
   *
   * @param form which
   * @param batch users, {@code B}
   * @param in inputs of the layer
   * @param out outputs of the layer
   */
  public static Product of(Form form, int batch, int in, int out) {
    return switch (form) {
      case FORWARD -> new Product("forward, X W'", batch, in, out, form);
      case INPUT_GRADIENT -> new Product("gradient of the input, dY W", batch, out, in, form);
      case WEIGHT_GRADIENT -> new Product("gradient of the weight, dY' X", out, batch, in, form);
    };
  }

  /** Number of additions and multiplications. */
  double flops() {
    return 2.0 * m * k * n;
  }

  /** Ours. */
  public Contestant ours(Gemm gemm) {
    Matrix a =
        form == Form.WEIGHT_GRADIENT
            ? Matrix.of(values(k * m), k, m).transposed()
            : Matrix.of(values(m * k), m, k);
    Matrix b =
        form == Form.FORWARD
            ? Matrix.of(values(n * k), n, k).transposed()
            : Matrix.of(values(k * n), k, n);
    Matrix c = Matrix.of(new float[m * n], m, n);
    return new Contestant(OURS + ", " + name, () -> gemm.multiply(a, b, c));
  }

  /**
   * PyTorch's. It makes a new array for the result every time, as it does in a model.
   *
   * @param manager owner of the arrays
   */
  Contestant torch(NDManager manager) {
    NDArray a =
        form == Form.WEIGHT_GRADIENT
            ? manager.create(values(k * m), new Shape(k, m)).transpose()
            : manager.create(values(m * k), new Shape(m, k));
    NDArray b =
        form == Form.FORWARD
            ? manager.create(values(n * k), new Shape(n, k)).transpose()
            : manager.create(values(k * n), new Shape(k, n));
    return new Contestant(Torch.name() + ", " + name, () -> a.matMul(b).close());
  }

  /** EJML's. */
  Contestant ejml() {
    var c = new FMatrixRMaj(m, n);
    Runnable run =
        switch (form) {
          case FORWARD -> {
            var a = FMatrixRMaj.wrap(m, k, values(m * k));
            var b = FMatrixRMaj.wrap(n, k, values(n * k));
            yield () -> CommonOps_MT_FDRM.multTransB(a, b, c);
          }
          case INPUT_GRADIENT -> {
            var a = FMatrixRMaj.wrap(m, k, values(m * k));
            var b = FMatrixRMaj.wrap(k, n, values(k * n));
            yield () -> CommonOps_MT_FDRM.mult(a, b, c);
          }
          case WEIGHT_GRADIENT -> {
            var a = FMatrixRMaj.wrap(k, m, values(k * m));
            var b = FMatrixRMaj.wrap(k, n, values(k * n));
            yield () -> CommonOps_MT_FDRM.multTransA(a, b, c);
          }
        };
    return new Contestant("EJML, " + name, run);
  }

  /** Reproducible values from -1 to 1. */
  static float[] values(int size) {
    var random = new SplittableRandom(1);
    float[] values = new float[size];
    for (int n = 0; n < size; n++) {
      values[n] = 2 * random.nextFloat() - 1;
    }
    return values;
  }
}
