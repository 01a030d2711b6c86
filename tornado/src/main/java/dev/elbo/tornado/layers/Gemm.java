package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

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
 * <p>A group computes a tile of {@link #ROWS} x {@link #COLUMNS} outputs, each of its items 8 x 8
 * of them, which stay in registers: of 16 values that it reads from local memory it makes 64
 * multiplications and additions. The group goes along the inner dimension in steps of {@link
 * #DEPTH}: the operands' tiles are copied to local memory, with zeros beyond the edges, by items
 * side by side that read what lies side by side, whichever dimension that is. There are two such
 * buffers, so that one barrier per step is enough: the next step is copied while slower items still
 * multiply.
 *
 * <p>Where the outputs make too few groups for a large device, the inner dimension is divided into
 * parts, each with groups of its own, and a second task adds the parts' sums in their order. How
 * many there are depends on the shape alone, so every device computes the same sums.
 */
public final class Gemm implements Products {

  /** Rows of a tile. */
  public static final int ROWS = 128;

  /** Columns of a tile. */
  public static final int COLUMNS = 64;

  /** How much of the inner dimension is in one buffer. */
  public static final int DEPTH = 16;

  /** Rows and columns of an item. */
  private static final int SIDE = 8;

  /** Items of a group. */
  public static final int ITEMS = ROWS / SIDE * (COLUMNS / SIDE);

  /** Distances of a buffer's rows: items side by side that copy a column meet different banks. */
  private static final int A_ROW = ROWS + 4;

  private static final int B_ROW = COLUMNS + 4;

  /** As many groups keep a large device busy. */
  private static final int GROUPS = 512;

  /** The least inner dimension that is worth groups of its own. */
  private static final int LEAST_DEPTH = 128;

  @Override
  public void forward(
      Tasks tasks,
      String id,
      SparseRows rows,
      FloatArray x,
      Parameter weight,
      Parameter bias,
      FloatArray y) {
    int in = weight.in;
    int out = weight.out;
    IntArray depth = dimension(tasks, in);
    var shape = new Shape(rows.users(), out, in, in, 1, 1, in, 1);
    add(tasks, "product" + id, shape, rows.size, depth, x, weight.value, bias.value, y);
  }

  @Override
  public void backwardInput(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, Parameter weight, FloatArray dX) {
    int in = weight.in;
    int out = weight.out;
    IntArray depth = dimension(tasks, out);
    var shape = new Shape(rows.users(), in, out, out, 1, in, 1, 0);
    add(tasks, "dInput" + id, shape, rows.size, depth, dY, weight.value, weight.value, dX);
  }

  @Override
  public void backwardWeight(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, FloatArray x, Parameter weight) {
    int in = weight.in;
    int out = weight.out;
    IntArray height = dimension(tasks, out);
    var shape = new Shape(out, in, rows.users(), 1, out, in, 1, 0);
    add(tasks, "dWeight" + id, shape, height, rows.size, dY, x, x, weight.gradient);
  }

  private static IntArray dimension(Tasks tasks, int size) {
    IntArray dimension = IntArray.fromElements(size);
    tasks.keep(dimension);
    return dimension;
  }

  private static void add(
      Tasks tasks,
      String task,
      Shape shape,
      IntArray height,
      IntArray depth,
      FloatArray a,
      FloatArray b,
      FloatArray bias,
      FloatArray c) {
    int parts = shape.parts();
    FloatArray sums = parts == 1 ? c : new FloatArray(parts * shape.m * shape.n);
    tasks
        .graph()
        .task(
            tasks.id(task, ITEMS, shape.across(), parts * shape.down()),
            Gemm::multiply,
            Tasks.CONTEXT,
            height,
            depth,
            a,
            b,
            bias,
            sums,
            shape.m,
            shape.n,
            shape.aRow,
            shape.aColumn,
            shape.bRow,
            shape.bColumn,
            shape.biased,
            shape.partDepth());
    if (parts > 1) {
      int size = shape.m * shape.n;
      tasks
          .graph()
          .task(
              task + "Parts",
              Gemm::addParts,
              height,
              sums,
              c,
              shape.n,
              size,
              parts,
              Tasks.whole(size))
          // Only what a graph takes in or gives out is freed with it.
          .transferToHost(DataTransferMode.UNDER_DEMAND, sums);
    }
  }

  /**
   * What of a product is known before the batch.
   *
   * @param m rows, at most
   * @param n columns
   * @param k inner dimension, at most
   * @param aRow distance of two rows of {@code a}
   * @param aColumn distance of two columns of {@code a}
   * @param bRow distance of two rows of {@code b}
   * @param bColumn distance of two columns of {@code b}
   * @param biased 1 if the sums start from a bias, otherwise 0
   */
  public record Shape(
      int m, int n, int k, int aRow, int aColumn, int bRow, int bColumn, int biased) {

    /** Groups side by side. */
    public int across() {
      return Math.ceilDiv(n, COLUMNS);
    }

    /** Groups one below the other, for one part of the inner dimension. */
    public int down() {
      return Math.ceilDiv(m, ROWS);
    }

    /** Into how many parts the inner dimension is divided. */
    public int parts() {
      int wanted = Math.ceilDiv(GROUPS, across() * down());
      return Math.clamp(k / LEAST_DEPTH, 1, wanted);
    }

    /** How much of the inner dimension is in a part. */
    public int partDepth() {
      return Math.ceilDiv(Math.ceilDiv(k, parts()), DEPTH) * DEPTH;
    }
  }

  /**
   * The kernel. Rows and inner dimension come in arrays, of which the first value counts. One of
   * them is the number of users, for which {@link SparseRows#size} is given; the other need not
   * change, but TornadoVM cannot compile conditions that a known inner dimension makes always true.
   *
   * @param context groups of {@link #ITEMS} items: {@link Shape#across} side by side, {@link
   *     Shape#down} one below the other for each part
   * @param height rows
   * @param depth inner dimension
   * @param a left operand, {@code [m, k]} in its strides, one of which is 1
   * @param b right operand, {@code [k, n]} in its strides, one of which is 1
   * @param bias {@code [n]}, where the sums of the first part start from if {@code biased} is 1
   * @param c {@code [parts, m, n]}, row-major. Modified.
   * @param most rows, at most: what the distance of two parts is made of
   * @param n columns
   * @param aRow distance of two rows of {@code a}
   * @param aColumn distance of two columns of {@code a}
   * @param bRow distance of two rows of {@code b}
   * @param bColumn distance of two columns of {@code b}
   * @param biased 1 or 0
   * @param partDepth how much of the inner dimension is in a part
   */
  public static void multiply(
      KernelContext context,
      IntArray height,
      IntArray depth,
      FloatArray a,
      FloatArray b,
      FloatArray bias,
      FloatArray c,
      int most,
      int n,
      int aRow,
      int aColumn,
      int bRow,
      int bColumn,
      int biased,
      int partDepth) {
    float[] tileA = context.allocateFloatLocalArray(2 * DEPTH * A_ROW);
    float[] tileB = context.allocateFloatLocalArray(2 * DEPTH * B_ROW);
    int local = context.localIdx;
    int down = (most + ROWS - 1) / ROWS;
    int part = context.groupIdy / down;
    int firstRow = context.groupIdy % down * ROWS;
    int firstColumn = context.groupIdx * COLUMNS;
    int m = height.get(0);
    int from = part * partDepth;
    int to = Math.min(depth.get(0), from + partDepth);
    int row = firstRow + local / (COLUMNS / SIDE) * SIDE;
    int column = firstColumn + local % (COLUMNS / SIDE) * SIDE;
    int biasedColumns = biased == 1 && part == 0 ? n : 0;
    float[] known = new float[SIDE];
    for (int j = 0; j < SIDE; j++) {
      known[j] = 0f;
      if (column + j < biasedColumns) {
        known[j] = bias.get(column + j);
      }
    }
    Float8 start =
        new Float8(known[0], known[1], known[2], known[3], known[4], known[5], known[6], known[7]);
    Float8 row0 = start;
    Float8 row1 = start;
    Float8 row2 = start;
    Float8 row3 = start;
    Float8 row4 = start;
    Float8 row5 = start;
    Float8 row6 = start;
    Float8 row7 = start;
    int buffer = 0;
    for (int first = from; first < to; first += DEPTH) {
      for (int copied = 0; copied < ROWS * DEPTH / ITEMS; copied++) {
        int y = aColumn == 1 ? copied * (ITEMS / DEPTH) + local / DEPTH : local;
        int inner = aColumn == 1 ? local % DEPTH : copied;
        float value = 0f;
        if (firstRow + y < m && first + inner < to) {
          value = a.get((firstRow + y) * aRow + (first + inner) * aColumn);
        }
        tileA[(buffer * DEPTH + inner) * A_ROW + y] = value;
      }
      for (int copied = 0; copied < COLUMNS * DEPTH / ITEMS; copied++) {
        int x = bColumn == 1 ? local % COLUMNS : copied * (ITEMS / DEPTH) + local / DEPTH;
        int inner = bColumn == 1 ? copied * (ITEMS / COLUMNS) + local / COLUMNS : local % DEPTH;
        float value = 0f;
        if (firstColumn + x < n && first + inner < to) {
          value = b.get((first + inner) * bRow + (firstColumn + x) * bColumn);
        }
        tileB[(buffer * DEPTH + inner) * B_ROW + x] = value;
      }
      context.localBarrier();
      int inTile = Math.min(DEPTH, to - first); // no constant, or the compiler unrolls it all
      for (int q = 0; q < inTile; q++) {
        int y = (buffer * DEPTH + q) * A_ROW + local / (COLUMNS / SIDE) * SIDE;
        int x = (buffer * DEPTH + q) * B_ROW + local % (COLUMNS / SIDE) * SIDE;
        Float8 columns =
            new Float8(
                tileB[x],
                tileB[x + 1],
                tileB[x + 2],
                tileB[x + 3],
                tileB[x + 4],
                tileB[x + 5],
                tileB[x + 6],
                tileB[x + 7]);
        row0 = Float8.add(row0, Float8.mult(columns, tileA[y]));
        row1 = Float8.add(row1, Float8.mult(columns, tileA[y + 1]));
        row2 = Float8.add(row2, Float8.mult(columns, tileA[y + 2]));
        row3 = Float8.add(row3, Float8.mult(columns, tileA[y + 3]));
        row4 = Float8.add(row4, Float8.mult(columns, tileA[y + 4]));
        row5 = Float8.add(row5, Float8.mult(columns, tileA[y + 5]));
        row6 = Float8.add(row6, Float8.mult(columns, tileA[y + 6]));
        row7 = Float8.add(row7, Float8.mult(columns, tileA[y + 7]));
      }
      buffer = 1 - buffer;
    }
    int offset = part * most * n;
    if (row < m) {
      store(c, offset + row * n, column, n, row0);
    }
    if (row + 1 < m) {
      store(c, offset + (row + 1) * n, column, n, row1);
    }
    if (row + 2 < m) {
      store(c, offset + (row + 2) * n, column, n, row2);
    }
    if (row + 3 < m) {
      store(c, offset + (row + 3) * n, column, n, row3);
    }
    if (row + 4 < m) {
      store(c, offset + (row + 4) * n, column, n, row4);
    }
    if (row + 5 < m) {
      store(c, offset + (row + 5) * n, column, n, row5);
    }
    if (row + 6 < m) {
      store(c, offset + (row + 6) * n, column, n, row6);
    }
    if (row + 7 < m) {
      store(c, offset + (row + 7) * n, column, n, row7);
    }
  }

  /** Writes eight values of a row, those of them that are in it. */
  private static void store(FloatArray c, int row, int column, int n, Float8 values) {
    if (column < n) {
      c.set(row + column, values.getS0());
    }
    if (column + 1 < n) {
      c.set(row + column + 1, values.getS1());
    }
    if (column + 2 < n) {
      c.set(row + column + 2, values.getS2());
    }
    if (column + 3 < n) {
      c.set(row + column + 3, values.getS3());
    }
    if (column + 4 < n) {
      c.set(row + column + 4, values.getS4());
    }
    if (column + 5 < n) {
      c.set(row + column + 5, values.getS5());
    }
    if (column + 6 < n) {
      c.set(row + column + 6, values.getS6());
    }
    if (column + 7 < n) {
      c.set(row + column + 7, values.getS7());
    }
  }

  /**
   * The kernel that adds the parts of a divided product.
   *
   * @param height rows
   * @param sums {@code [parts, size]}
   * @param c {@code [rows, n]}. Modified.
   * @param n columns
   * @param size distance of two parts
   * @param parts how many
   * @param bound of the loop
   */
  public static void addParts(
      IntArray height, FloatArray sums, FloatArray c, int n, int size, int parts, int bound) {
    for (@Parallel int at = 0; at < bound; at++) {
      if (at < height.get(0) * n) {
        float sum = 0f;
        for (int part = 0; part < parts; part++) {
          sum += sums.get(part * size + at);
        }
        c.set(at, sum);
      }
    }
  }
}
