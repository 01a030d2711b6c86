package dev.elbo.tornado.products;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.vectors.Float16;

/**
 * Products on a device that is a CPU. A group has a single item: there an item is a thread's, and
 * what many of them keep over a barrier goes to memory.
 *
 * <p>The item computes a block of {@link #ROWS} x {@link #COLUMNS} outputs. It goes along the inner
 * dimension in steps of {@link #DEPTH}, for which it copies the rows of {@code a}, {@link #SIDE} of
 * them side by side, as much as fits the second-level cache; and then, one after the other, panels
 * of {@link #WIDTH} columns of {@code b}, which fit the first. A panel and {@link #SIDE} rows make
 * as many sums of {@link #WIDTH}, which stay in registers, also in the 16 of 256 bits that AVX2
 * has. The loops are those of K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication", ACM TOMS 34, 2008.
 */
public final class PackedGemm extends Gemm {

  /** Rows of a block; with {@link #DEPTH}, 645 KiB of the thread's stack. */
  public static final int ROWS = 516;

  /** Columns of a block. */
  public static final int COLUMNS = 640;

  /** How much of the inner dimension is copied at once. */
  public static final int DEPTH = 320;

  /** Rows whose sums are in registers together. */
  private static final int SIDE = 6;

  /** Columns of a vector. */
  private static final int WIDTH = 16;

  /** As many groups keep the cores of a CPU busy. */
  private static final int GROUPS = 32;

  /** The least inner dimension that is worth a group of its own. */
  private static final int LEAST_DEPTH = 128;

  /** The only kind of it. */
  public PackedGemm() {
    super(new Blocks(1, ROWS, COLUMNS, WIDTH, GROUPS, LEAST_DEPTH), PackedGemm::multiply);
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
    // Not local, since PoCL ends the process where a device has less of that. The panel is local,
    // since that begins where vectors are read fastest.
    float[] rows = new float[ROWS * DEPTH];
    float[] panel = context.allocateFloatLocalArray(DEPTH * WIDTH);
    int down = (most + ROWS - 1) / ROWS;
    int part = context.groupIdy / down;
    int firstRow = context.groupIdy % down * ROWS;
    int firstColumn = context.groupIdx * COLUMNS;
    int endRow = Math.min(firstRow + ROWS, height.get(0));
    int endColumn = Math.min(firstColumn + COLUMNS, n);
    int from = part * partDepth;
    int to = Math.min(depth.get(0), from + partDepth);
    int offset = part * most * n;
    int end = Math.max(to, from + 1); // at least one step: a part may be beyond the batch
    for (int first = from; first < end; first += DEPTH) {
      int inner = Math.min(DEPTH, to - first);
      for (int row = firstRow; row < endRow; row += SIDE) {
        for (int q = 0; q < inner; q++) {
          for (int r = 0; r < SIDE; r++) {
            int y = Math.min(row + r, endRow - 1);
            rows[(row - firstRow) * DEPTH + q * SIDE + r] = a.get(y * aRow + (first + q) * aColumn);
          }
        }
      }
      for (int column = firstColumn; column < endColumn; column += WIDTH) {
        int width = Math.min(WIDTH, n - column);
        for (int q = 0; q < inner; q++) {
          for (int next = 0; next < WIDTH; next++) {
            int x = Math.min(column + next, endColumn - 1);
            panel[q * WIDTH + next] = b.get((first + q) * bRow + x * bColumn);
          }
        }
        int endNew = first == from ? endRow : firstRow;
        for (int row = firstRow; row < endNew; row++) {
          for (int x = 0; x < width; x++) {
            float start = 0f;
            if (biased == 1 && part == 0) {
              start = bias.get(column + x);
            }
            c.set(offset + row * n + column + x, start);
          }
        }
        Float16 zeros = new Float16(0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f);
        for (int row = firstRow; row < endRow; row += SIDE) {
          Float16 row0 = zeros;
          Float16 row1 = zeros;
          Float16 row2 = zeros;
          Float16 row3 = zeros;
          Float16 row4 = zeros;
          Float16 row5 = zeros;
          for (int q = 0; q < inner; q++) {
            int x = q * WIDTH;
            int y = (row - firstRow) * DEPTH + q * SIDE;
            Float16 columns =
                new Float16(
                    panel[x],
                    panel[x + 1],
                    panel[x + 2],
                    panel[x + 3],
                    panel[x + 4],
                    panel[x + 5],
                    panel[x + 6],
                    panel[x + 7],
                    panel[x + 8],
                    panel[x + 9],
                    panel[x + 10],
                    panel[x + 11],
                    panel[x + 12],
                    panel[x + 13],
                    panel[x + 14],
                    panel[x + 15]);
            row0 = Float16.add(row0, Float16.mult(columns, rows[y]));
            row1 = Float16.add(row1, Float16.mult(columns, rows[y + 1]));
            row2 = Float16.add(row2, Float16.mult(columns, rows[y + 2]));
            row3 = Float16.add(row3, Float16.mult(columns, rows[y + 3]));
            row4 = Float16.add(row4, Float16.mult(columns, rows[y + 4]));
            row5 = Float16.add(row5, Float16.mult(columns, rows[y + 5]));
          }
          int at = offset + row * n + column;
          addLow(c, at, width, row0);
          addHigh(c, at, width, row0);
          if (row + 1 < endRow) {
            addLow(c, at + n, width, row1);
            addHigh(c, at + n, width, row1);
          }
          if (row + 2 < endRow) {
            addLow(c, at + 2 * n, width, row2);
            addHigh(c, at + 2 * n, width, row2);
          }
          if (row + 3 < endRow) {
            addLow(c, at + 3 * n, width, row3);
            addHigh(c, at + 3 * n, width, row3);
          }
          if (row + 4 < endRow) {
            addLow(c, at + 4 * n, width, row4);
            addHigh(c, at + 4 * n, width, row4);
          }
          if (row + 5 < endRow) {
            addLow(c, at + 5 * n, width, row5);
            addHigh(c, at + 5 * n, width, row5);
          }
        }
      }
    }
    if (activates == 1) {
      for (int row = firstRow; row < endRow; row++) {
        activate(c, active, row * n, firstColumn, endColumn);
      }
    }
  }

  /** Adds the first eight values to those of a row, those of them that are in it. */
  private static void addLow(FloatArray c, int at, int width, Float16 values) {
    if (0 < width) {
      c.set(at, c.get(at) + values.getS0());
    }
    if (1 < width) {
      c.set(at + 1, c.get(at + 1) + values.getS1());
    }
    if (2 < width) {
      c.set(at + 2, c.get(at + 2) + values.getS2());
    }
    if (3 < width) {
      c.set(at + 3, c.get(at + 3) + values.getS3());
    }
    if (4 < width) {
      c.set(at + 4, c.get(at + 4) + values.getS4());
    }
    if (5 < width) {
      c.set(at + 5, c.get(at + 5) + values.getS5());
    }
    if (6 < width) {
      c.set(at + 6, c.get(at + 6) + values.getS6());
    }
    if (7 < width) {
      c.set(at + 7, c.get(at + 7) + values.getS7());
    }
  }

  /** The other eight; one method would be more than TornadoVM inlines. */
  private static void addHigh(FloatArray c, int at, int width, Float16 values) {
    if (8 < width) {
      c.set(at + 8, c.get(at + 8) + values.getS8());
    }
    if (9 < width) {
      c.set(at + 9, c.get(at + 9) + values.getS9());
    }
    if (10 < width) {
      c.set(at + 10, c.get(at + 10) + values.getS10());
    }
    if (11 < width) {
      c.set(at + 11, c.get(at + 11) + values.getS11());
    }
    if (12 < width) {
      c.set(at + 12, c.get(at + 12) + values.getS12());
    }
    if (13 < width) {
      c.set(at + 13, c.get(at + 13) + values.getS13());
    }
    if (14 < width) {
      c.set(at + 14, c.get(at + 14) + values.getS14());
    }
    if (15 < width) {
      c.set(at + 15, c.get(at + 15) + values.getS15());
    }
  }
}
