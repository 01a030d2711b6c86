package dev.elbo.linalg;

import static dev.elbo.linalg.MicroKernel.L;
import static dev.elbo.linalg.MicroKernel.S;

import jdk.incubator.vector.FloatVector;

/**
 * The matrix product {@code C = A B}, {@code A [M, K]}, {@code B [K, N]}, {@code C [M, N]}, on all
 * threads. {@link Matrix#transposed} gives the other forms: a linear layer needs {@code Y = X W^T},
 * {@code dW = dY^T X} and {@code dX = dY W}.
 *
 * <p>One of A and B is shared: the one with fewer panels, so a linear layer's activations and not
 * its many items. The other is cut into strips. The loops around a {@link MicroKernel}, outermost
 * first:
 *
 * <ol>
 *   <li>blocks of at most {@link #DEPTH} of the depth;
 *   <li>blocks of at most {@link #SHARED} rows of A or columns of B; the threads pack it together,
 *       and it fits the last-level cache;
 *   <li>strips of about {@link #STRIP} columns of B or rows of A, which the threads take one after
 *       the other; each packs its strip into its own cache, and hands the strip's part of C on when
 *       it is complete. While one waits for memory, another computes;
 *   <li>panels of the shared block, which pass by;
 *   <li>panels of the strip, which stay.
 * </ol>
 *
 * <p>Every element of C is one chain of fused multiply-adds over {@code k = 0, 1, ..., K - 1} from
 * zero (or from the value to add to), whatever the blocks, the number of threads and the vector
 * length: equal operands give equal bits everywhere.
 *
 * <p>Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008); Van
 * Zee and van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
 */
public final class Gemm {

  /** Deep enough that a layer of 600 units needs one pass over C. */
  private static final int DEPTH = 640;

  /** A shared block takes at most 8 MiB. */
  private static final int SHARED = 3072;

  /**
   * A strip, 240 KiB at {@link #DEPTH}, stays in a second-level cache of 1 MiB, with its part of C
   * where that is small: a batch of 500 users has 188 KiB of it, {@link #SHARED} rows 1.1 MiB,
   * which come and go.
   */
  private static final int STRIP = 96;

  private static final MicroKernel KERNEL = MicroKernel.ofThisMachine();

  private static final Tile NOTHING = (_, _, _, _) -> {};

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final Workers workers;
  private final Panels sharedA = new Panels(KERNEL.rows);
  private final Panels sharedB = new Panels(MicroKernel.COLUMNS);

  /** What a thread works with, whatever it multiplies. */
  private static final class Scratch {
    final Panels stripOfA = new Panels(KERNEL.rows);
    final Panels stripOfB = new Panels(MicroKernel.COLUMNS);
    final float[] sums = new float[KERNEL.rows * MicroKernel.COLUMNS];
  }

  /**
   * Keeps its packing buffers from one product to the next, so it computes one product at a time;
   * others on the same threads may compute theirs meanwhile.
   *
   * @param workers the threads to compute on; not closed by this class
   */
  public Gemm(Workers workers) {
    this.workers = workers;
  }

  /**
   * {@code C = A B}; what C held before is not read.
   *
   * @param a {@code [M, K]}. Not modified.
   * @param b {@code [K, N]}. Not modified.
   * @param c {@code [M, N]}, row-major, no part of A or B. Modified.
   */
  public void multiply(Matrix a, Matrix b, Matrix c) {
    multiply(a, b, c, false, NOTHING);
  }

  /**
   * {@code C = A B}, and every tile of C is handed on as soon as it is complete.
   *
   * @param a {@code [M, K]}. Not modified.
   * @param b {@code [K, N]}. Not modified.
   * @param c {@code [M, N]}, row-major, no part of A or B. Modified.
   * @param tile called on the threads that compute; may change its tile of C
   */
  public void multiply(Matrix a, Matrix b, Matrix c, Tile tile) {
    multiply(a, b, c, false, tile);
  }

  /**
   * {@code C = C + A B}.
   *
   * @param a {@code [M, K]}. Not modified.
   * @param b {@code [K, N]}. Not modified.
   * @param c {@code [M, N]}, row-major, no part of A or B. Modified.
   */
  public void multiplyAdd(Matrix a, Matrix b, Matrix c) {
    multiply(a, b, c, true, NOTHING);
  }

  private void multiply(Matrix a, Matrix b, Matrix c, boolean add, Tile tile) {
    int depth = a.columns();
    if (b.rows() != depth || c.rows() != a.rows() || c.columns() != b.columns()) {
      throw new IllegalArgumentException(
          "[%d, %d] times [%d, %d] into [%d, %d]"
              .formatted(a.rows(), depth, b.rows(), b.columns(), c.rows(), c.columns()));
    }
    if (c.columnStride() != 1) {
      throw new IllegalArgumentException("the product must be row-major");
    }
    boolean cutA =
        Math.ceilDiv(c.rows(), KERNEL.rows) > Math.ceilDiv(c.columns(), MicroKernel.COLUMNS);
    int toShare = cutA ? c.columns() : c.rows();
    int depthBlocks = Math.max(1, Math.ceilDiv(depth, DEPTH));
    for (int block = 0; block < depthBlocks; block++) {
      int k = (int) ((long) depth * block / depthBlocks);
      int kTo = (int) ((long) depth * (block + 1) / depthBlocks);
      Matrix left = a.columnRange(k, kTo);
      Matrix right = b.rowRange(k, kTo).transposed();
      boolean addBlock = add || block > 0;
      Tile whenDone = block == depthBlocks - 1 ? tile : NOTHING;
      for (int from = 0; from < toShare; from += SHARED) {
        int to = Math.min(from + SHARED, toShare);
        if (cutA) {
          cutA(left, right.rowRange(from, to), c.columnRange(from, to), addBlock, from, whenDone);
        } else {
          cutB(left.rowRange(from, to), right, c.rowRange(from, to), addBlock, from, whenDone);
        }
      }
    }
  }

  /** {@code C = A B^T}: B is shared, A comes in strips. */
  private void cutA(Matrix a, Matrix b, Matrix c, boolean add, int column, Tile tile) {
    sharedB.pack(b, workers);
    int panels = Math.ceilDiv(a.rows(), KERNEL.rows);
    forEachStrip(
        panels,
        KERNEL.rows,
        (from, to) -> {
          Scratch mine = SCRATCH.get();
          int rowFrom = from * KERNEL.rows;
          int rowTo = Math.min(to * KERNEL.rows, a.rows());
          mine.stripOfA.pack(a.rowRange(rowFrom, rowTo));
          Matrix part = c.rowRange(rowFrom, rowTo);
          for (int q = 0; q < sharedB.count(); q++) {
            for (int p = 0; p < to - from; p++) {
              multiplyPanels(mine.stripOfA, p, sharedB, q, part, add, mine.sums);
            }
          }
          tile.done(rowFrom, rowTo, column, column + c.columns());
        });
  }

  /** {@code C = A B^T}: A is shared, B comes in strips. */
  private void cutB(Matrix a, Matrix b, Matrix c, boolean add, int row, Tile tile) {
    sharedA.pack(a, workers);
    int panels = Math.ceilDiv(b.rows(), MicroKernel.COLUMNS);
    forEachStrip(
        panels,
        MicroKernel.COLUMNS,
        (from, to) -> {
          Scratch mine = SCRATCH.get();
          int columnFrom = from * MicroKernel.COLUMNS;
          int columnTo = Math.min(to * MicroKernel.COLUMNS, b.rows());
          mine.stripOfB.pack(b.rowRange(columnFrom, columnTo));
          Matrix part = c.columnRange(columnFrom, columnTo);
          for (int p = 0; p < sharedA.count(); p++) {
            for (int q = 0; q < to - from; q++) {
              multiplyPanels(sharedA, p, mine.stripOfB, q, part, add, mine.sums);
            }
          }
          tile.done(row, row + c.rows(), columnFrom, columnTo);
        });
  }

  /** A range of panels. */
  @FunctionalInterface
  private interface Strip {
    void multiply(int from, int to);
  }

  /** Cuts panels into strips, as many for each thread as for the others. */
  private void forEachStrip(int panels, int width, Strip strip) {
    int threads = workers.threads();
    int rounds = Math.ceilDiv(panels * width, STRIP * threads);
    int strips = Math.min(panels, rounds * threads);
    workers.forEach(
        strips,
        task ->
            strip.multiply(
                (int) ((long) panels * task / strips),
                (int) ((long) panels * (task + 1) / strips)));
  }

  /**
   * Panel {@code p} of A times panel {@code q} of B. The kernel works on C itself: a rectangle that
   * begins at zero is cleared first, so that it comes into the cache while the kernel computes.
   * Where C ends within the rectangle, the kernel works on a copy.
   */
  private static void multiplyPanels(
      Panels a, int p, Panels b, int q, Matrix c, boolean add, float[] sums) {
    int row = p * KERNEL.rows;
    int column = q * MicroKernel.COLUMNS;
    int rows = Math.min(KERNEL.rows, c.rows() - row);
    int columns = Math.min(MicroKernel.COLUMNS, c.columns() - column);
    int at = c.at(row, column);
    if (rows == KERNEL.rows && columns == MicroKernel.COLUMNS) {
      if (!add) {
        clear(c.data(), at, c.rowStride());
      }
      KERNEL.multiply(a.depth(), a.data(), a.at(p), b.data(), b.at(q), c.data(), at, c.rowStride());
      return;
    }
    if (add) {
      copy(c.data(), at, c.rowStride(), sums, 0, MicroKernel.COLUMNS, rows, columns);
    } else {
      clear(sums, 0, MicroKernel.COLUMNS);
    }
    KERNEL.multiply(a.depth(), a.data(), a.at(p), b.data(), b.at(q), sums, 0, MicroKernel.COLUMNS);
    copy(sums, 0, MicroKernel.COLUMNS, c.data(), at, c.rowStride(), rows, columns);
  }

  private static void clear(float[] sums, int at, int stride) {
    FloatVector zero = FloatVector.zero(S);
    for (int i = 0; i < KERNEL.rows; i++) {
      zero.intoArray(sums, at + i * stride);
      zero.intoArray(sums, at + i * stride + L);
    }
  }

  private static void copy(
      float[] from,
      int fromAt,
      int fromStride,
      float[] to,
      int toAt,
      int toStride,
      int rows,
      int columns) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, fromAt + i * fromStride, to, toAt + i * toStride, columns);
    }
  }
}
