package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Matrix products of dense layers, {@code C = A B}, as one kernel: each operand is read with two
 * strides, so that a transposed one is no other case.
 *
 * <pre>
 * forward           Y  [B, out]  = X  [B, in]   W' [in, out]
 * backward, input   dX [B, in]   = dY [B, out]  W  [out, in]
 * backward, weight  dW [out, in] = dY' [out, B] X  [B, in]
 * </pre>
 *
 * A group computes a tile of {@link #ROWS} x {@link #COLUMNS} outputs, each of its items one column
 * of it. It goes along the inner dimension in steps of {@link #DEPTH}: the two operands' tiles are
 * copied to local memory, with zeros beyond the edges, and every value is used many times there.
 */
public final class Gemm {

  /** Rows of a tile: outputs of an item. */
  public static final int ROWS = 32;

  /** Columns of a tile: items of a group. */
  public static final int COLUMNS = 64;

  /** How much of the inner dimension is in local memory at a time. */
  public static final int DEPTH = 16;

  private Gemm() {}

  /** Adds the task for {@code Y = X W' + 1 b'}. */
  public static void forward(
      Tasks tasks,
      String id,
      SparseRows rows,
      FloatArray x,
      Parameter weight,
      Parameter bias,
      FloatArray y) {
    int in = weight.in;
    int out = weight.out;
    IntArray depth = IntArray.fromElements(in);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, depth)
        .task(
            id(tasks, "product" + id, rows.users(), out),
            Gemm::multiply,
            Tasks.CONTEXT,
            rows.size,
            depth,
            x,
            weight.value,
            bias.value,
            y,
            out,
            in,
            1,
            1,
            in,
            1);
  }

  /** Adds the task for {@code dX = dY W}. */
  public static void backwardInput(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, Parameter weight, FloatArray dX) {
    int in = weight.in;
    int out = weight.out;
    IntArray depth = IntArray.fromElements(out);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, depth)
        .task(
            id(tasks, "dInput" + id, rows.users(), in),
            Gemm::multiply,
            Tasks.CONTEXT,
            rows.size,
            depth,
            dY,
            weight.value,
            weight.value,
            dX,
            in,
            out,
            1,
            in,
            1,
            0);
  }

  /** Adds the task for {@code dW = dY' X}. */
  public static void backwardWeight(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, FloatArray x, Parameter weight) {
    int in = weight.in;
    int out = weight.out;
    IntArray height = IntArray.fromElements(out);
    tasks
        .graph()
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, height)
        .task(
            id(tasks, "dWeight" + id, out, in),
            Gemm::multiply,
            Tasks.CONTEXT,
            height,
            rows.size,
            dY,
            x,
            x,
            weight.gradient,
            in,
            1,
            out,
            in,
            1,
            0);
  }

  private static String id(Tasks tasks, String task, int m, int n) {
    return tasks.id(task, COLUMNS, Math.ceilDiv(n, COLUMNS), Math.ceilDiv(m, ROWS));
  }

  /**
   * The kernel. Two of the dimensions come in arrays, of which the first value counts. One of them
   * is the number of users, for which {@link SparseRows#size} is given; the other need not change,
   * but TornadoVM cannot compile conditions that a known inner dimension makes always true.
   *
   * @param context groups of {@link #COLUMNS} items, one for each tile
   * @param height rows, {@code m}
   * @param depth inner dimension, {@code k}
   * @param a left operand, {@code [m, k]} in its strides
   * @param b right operand, {@code [k, n]} in its strides
   * @param bias {@code [n]}, where the sums start from if {@code biased} is 1
   * @param c {@code [m, n]}, row-major. Modified.
   * @param n columns
   * @param aRow distance of two rows of {@code a}
   * @param aColumn distance of two columns of {@code a}
   * @param bRow distance of two rows of {@code b}
   * @param bColumn distance of two columns of {@code b}
   * @param biased 1 or 0
   */
  public static void multiply(
      KernelContext context,
      IntArray height,
      IntArray depth,
      FloatArray a,
      FloatArray b,
      FloatArray bias,
      FloatArray c,
      int n,
      int aRow,
      int aColumn,
      int bRow,
      int bColumn,
      int biased) {
    float[] tileA = context.allocateFloatLocalArray(ROWS * DEPTH);
    float[] tileB = context.allocateFloatLocalArray(DEPTH * COLUMNS);
    float[] sums = new float[ROWS];
    int local = context.localIdx;
    int column = context.groupIdx * COLUMNS + local;
    int firstRow = context.groupIdy * ROWS;
    int m = height.get(0);
    int k = depth.get(0);
    float start = 0f;
    if (biased == 1 && column < n) {
      start = bias.get(column);
    }
    for (int r = 0; r < ROWS; r++) {
      sums[r] = start;
    }
    for (int first = 0; first < k; first += DEPTH) {
      for (int at = local; at < ROWS * DEPTH; at += COLUMNS) {
        int row = firstRow + at % ROWS;
        int inner = first + at / ROWS;
        float value = 0f;
        if (row < m && inner < k) {
          value = a.get(row * aRow + inner * aColumn);
        }
        tileA[at] = value;
      }
      for (int q = 0; q < DEPTH; q++) {
        float value = 0f;
        if (column < n && first + q < k) {
          value = b.get((first + q) * bRow + column * bColumn);
        }
        tileB[q * COLUMNS + local] = value;
      }
      context.localBarrier();
      int inTile = Math.min(DEPTH, k - first); // no constant, or the compiler unrolls it all
      for (int q = 0; q < inTile; q++) {
        float value = tileB[q * COLUMNS + local];
        for (int r = 0; r < ROWS; r++) {
          sums[r] += tileA[q * ROWS + r] * value;
        }
      }
      context.localBarrier();
    }
    for (int r = 0; r < ROWS; r++) {
      if (column < n && firstRow + r < m) {
        c.set((firstRow + r) * n + column, sums[r]);
      }
    }
  }
}
