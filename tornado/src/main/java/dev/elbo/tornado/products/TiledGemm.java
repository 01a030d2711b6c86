package dev.elbo.tornado.products;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

/**
 * Products on a device whose items run side by side, with memory of their own nearby: a GPU.
 *
 * <p>A group computes a tile of {@link #ROWS} x {@link #COLUMNS} outputs, each of its items 8 x 8
 * of them, which stay in registers: of 16 values that it reads from local memory it makes 64
 * multiplications and additions. The group goes along the inner dimension in steps of {@link
 * #DEPTH}: the operands' tiles are copied to local memory, with zeros beyond the edges, by items
 * side by side that read what lies side by side, whichever dimension that is. There are two such
 * buffers, so that one barrier per step is enough: the next step is copied while slower items still
 * multiply.
 */
public final class TiledGemm extends Gemm {

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

  /** The only kind of it. */
  public TiledGemm() {
    super(new Blocks(ITEMS, ROWS, COLUMNS, DEPTH, GROUPS, LEAST_DEPTH), TiledGemm::multiply);
  }

  /** {@link Kernel#apply}. */
  public static void multiply(
      KernelContext context,
      IntArray height,
      IntArray depth,
      FloatArray a,
      FloatArray b,
      FloatArray bias,
      FloatArray c,
      FloatArray active,
      int most,
      int n,
      int aRow,
      int aColumn,
      int bRow,
      int bColumn,
      int biased,
      int partDepth,
      int activates) {
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
    if (activates == 1) {
      int end = Math.min(row + SIDE, m);
      for (int y = row; y < end; y++) {
        activate(c, active, y * n, column, Math.min(column + SIDE, n));
      }
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
}
