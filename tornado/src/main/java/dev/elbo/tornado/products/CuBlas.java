package dev.elbo.tornado.products;

import dev.elbo.tornado.layers.Bias;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import java.util.Arrays;
import java.util.Optional;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Products by NVIDIA's cuBLAS, {@code C = op(A) op(B)}, as library tasks of TornadoVM's CUDA
 * backend. <b>Untried</b>: the calls are tested by a plain Java product that takes the same
 * arguments; nobody has run them on a GPU.
 *
 * <p>cuBLAS has matrices by columns. An array that is {@code [rows, columns]} by rows is {@code
 * [columns, rows]} by columns, its transpose, and its leading dimension is its number of columns.
 *
 * <pre>
 *                                  op A   op B   m    n    k
 * Y^T  [out, B]  = W   X^T         T W    N X    out  B    in
 * dX^T [in, B]   = W^T dY^T        N W    N dY   in   B    out
 * dW^T [in, out] = X^T dY          N X    T dY   in   out  B
 * </pre>
 *
 * <p>A graph has its sizes for good, so {@code B} is that of the largest batch. In a smaller one
 * rows of {@code Y} and {@code dX} are computed that nobody reads; {@code dW} is a sum over all
 * rows, so those beyond the batch are cleared first, in both operands: what they hold may be no
 * number.
 *
 * <p>A bias is added, and tanh computed, when the product is there; {@link Gemm} does both on the
 * way.
 */
public final class CuBlas implements Products {

  /** {@code CUBLAS_OP_N}, the matrix as it is. */
  public static final int N = 0;

  /** {@code CUBLAS_OP_T}, its transpose. */
  public static final int T = 1;

  private static final int ARGUMENTS = 13;
  private static final int RESULT = 11;

  private final Object tuning;

  private CuBlas(Object tuning) {
    this.tuning = tuning;
  }

  /** In float32. */
  public static CuBlas float32() {
    return new CuBlas(null);
  }

  /**
   * With options, such as less precise arithmetic.
   *
   * @param tuning TornadoVM's options of cuBLAS, an object of a class that its API does not have
   */
  public static CuBlas tuned(Object tuning) {
    return new CuBlas(tuning);
  }

  @Override
  public void forward(
      Tasks tasks,
      String id,
      SparseRows rows,
      FloatArray x,
      Parameter weight,
      Parameter bias,
      FloatArray y,
      Optional<FloatArray> tanh) {
    int in = weight.in;
    int out = weight.out;
    multiply(tasks, "product" + id, T, N, out, rows.users(), in, weight.value, in, x, in, y, out);
    Bias.forward(tasks, id, rows, bias, y, tanh);
  }

  @Override
  public void backwardInput(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, Parameter weight, FloatArray dX) {
    int in = weight.in;
    int out = weight.out;
    multiply(tasks, "dInput" + id, N, N, in, rows.users(), out, weight.value, in, dY, out, dX, in);
  }

  @Override
  public void backwardWeight(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, FloatArray x, Parameter weight) {
    int in = weight.in;
    int out = weight.out;
    clear(tasks, "clearX" + id, rows, x, in);
    clear(tasks, "clearDy" + id, rows, dY, out);
    multiply(
        tasks, "dWeight" + id, N, T, in, out, rows.users(), x, in, dY, out, weight.gradient, in);
  }

  private static void clear(
      Tasks tasks, String task, SparseRows rows, FloatArray array, int width) {
    tasks
        .graph()
        .task(task, CuBlas::clearBeyond, rows.size, array, width, rows.users(), Tasks.whole(width));
  }

  /**
   * Adds the call {@code C = op(A) op(B)}, where matrices are by columns.
   *
   * @param opA {@link #N} or {@link #T}
   * @param opB {@link #N} or {@link #T}
   * @param m rows of {@code op(A)} and {@code C}
   * @param n columns of {@code op(B)} and {@code C}
   * @param k columns of {@code op(A)} and rows of {@code op(B)}
   * @param lda distance of two columns of {@code A}
   * @param ldb distance of two columns of {@code B}
   * @param ldc distance of two columns of {@code C}
   */
  private void multiply(
      Tasks tasks,
      String task,
      int opA,
      int opB,
      int m,
      int n,
      int k,
      FloatArray a,
      int lda,
      FloatArray b,
      int ldb,
      FloatArray c,
      int ldc) {
    Access[] access = new Access[ARGUMENTS];
    Arrays.fill(access, Access.READ_ONLY);
    access[RESULT] = Access.WRITE_ONLY; // beta is 0
    LibraryTaskDescriptor call =
        new LibraryTaskDescriptor()
            .withLibrary("nvidia/cublas")
            .withFunction("cublasSgemm")
            .withParameters(new Object[] {opA, opB, m, n, k, 1f, a, lda, b, ldb, 0f, c, ldc})
            .withAccess(access)
            .withTuning(tuning);
    tasks.graph().libraryTask(task, described -> described, call);
  }

  /**
   * The kernel that clears the rows beyond a batch.
   *
   * @param size {@link SparseRows#size}
   * @param array {@code [most, width]}. Modified.
   * @param width columns
   * @param most rows of the array
   * @param bound {@link Tasks#whole} of the columns
   */
  public static void clearBeyond(IntArray size, FloatArray array, int width, int most, int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      if (n < width) {
        for (int b = size.get(SparseRows.USERS); b < most; b++) {
          array.set(b * width + n, 0f);
        }
      }
    }
  }
}
