package dev.elbo.fast;

/**
 * The matrix product {@code C = A B}, {@code A [M, K]}, {@code B [K, N]}, {@code C [M, N]}, on all
 * threads. {@link Matrix#transposed} gives the other forms: a linear layer needs {@code Y = X W'},
 * {@code dW = dY' X} and {@code dX = dY W}.
 *
 * <p>Five loops around a {@link MicroKernel}, outermost first:
 *
 * <ol>
 *   <li>blocks of at most {@link #N_BLOCK} columns of C;
 *   <li>blocks of at most {@link #K_BLOCK} of the depth; the block of B is packed;
 *   <li>blocks of at most {@link #M_BLOCK} rows of C; the block of A is packed;
 *   <li>panels of columns, as wide as the kernel;
 *   <li>panels of rows, as high as the kernel.
 * </ol>
 *
 * <p>Threads share the packed blocks, which fit the last-level cache. The two inner loops are cut
 * into tiles that the threads take one after the other; the tile's panels of A stay in a core's own
 * cache while its panels of B pass by.
 *
 * <p>Every element of C is one chain of fused multiply-adds over {@code k = 0, 1, ..., K - 1} from
 * zero (or from the value to add to), whatever the blocks, the number of threads and the vector
 * length: equal operands give equal bits everywhere.
 *
 * <p>Source: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008); Van
 * Zee and van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015),
 * whose five loops these are.
 */
public final class Gemm {

  private static final int M_BLOCK = 3072;
  private static final int N_BLOCK = 4096;
  private static final int K_BLOCK = 640;

  /** The largest tile. */
  private static final int TILE_ROWS = 168;

  private static final int TILE_COLUMNS = 128;

  /** Panels that one task packs. */
  private static final int PACKED_TOGETHER = 16;

  /** 512 bits come with 32 registers, less on x86 with 16. */
  private static final MicroKernel KERNEL =
      MicroKernel.L >= 16 ? new MicroKernel12() : new MicroKernel6();

  private static final float[] ZEROS = new float[MicroKernel.COLUMNS];

  private final ThreadLocal<float[]> edge =
      ThreadLocal.withInitial(() -> new float[KERNEL.rows * MicroKernel.COLUMNS]);
  private final Workers workers;
  private final Panels aPanels = new Panels(KERNEL.rows);
  private final Panels bPanels = new Panels(MicroKernel.COLUMNS);

  /**
   * Keeps its packing buffers from one product to the next, so it computes one product at a time.
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
    multiply(a, b, c, (_, _, _, _) -> {});
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
    multiply(a, b, c, true, (_, _, _, _) -> {});
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
    int kBlocks = Math.max(1, Math.ceilDiv(depth, K_BLOCK));
    for (int j = 0; j < c.columns(); j += N_BLOCK) {
      int jTo = Math.min(j + N_BLOCK, c.columns());
      for (int block = 0; block < kBlocks; block++) {
        int k = (int) ((long) depth * block / kBlocks);
        int kTo = (int) ((long) depth * (block + 1) / kBlocks);
        pack(bPanels, b.rowRange(k, kTo).columnRange(j, jTo).transposed());
        for (int i = 0; i < c.rows(); i += M_BLOCK) {
          int iTo = Math.min(i + M_BLOCK, c.rows());
          pack(aPanels, a.rowRange(i, iTo).columnRange(k, kTo));
          multiplyBlock(
              kTo - k,
              c.rowRange(i, iTo).columnRange(j, jTo),
              add || block > 0,
              offset(block == kBlocks - 1 ? tile : null, i, j));
        }
      }
    }
  }

  private static Tile offset(Tile tile, int i, int j) {
    return tile == null
        ? (_, _, _, _) -> {}
        : (rowFrom, rowTo, columnFrom, columnTo) ->
            tile.done(i + rowFrom, i + rowTo, j + columnFrom, j + columnTo);
  }

  private void pack(Panels panels, Matrix block) {
    panels.begin(block);
    int count = panels.count();
    workers.forEach(
        Math.ceilDiv(count, PACKED_TOGETHER),
        task -> panels.pack(task * PACKED_TOGETHER, Math.min((task + 1) * PACKED_TOGETHER, count)));
  }

  /** The two inner loops: the packed blocks' product, tile by tile. */
  private void multiplyBlock(int depth, Matrix c, boolean add, Tile tile) {
    int rowTiles = Math.ceilDiv(c.rows(), TILE_ROWS);
    int columnTiles = Math.ceilDiv(c.columns(), TILE_COLUMNS);
    workers.forEach(
        rowTiles * columnTiles,
        task -> {
          int row = task / columnTiles;
          int column = task % columnTiles;
          int aFrom = aPanels.count() * row / rowTiles;
          int aTo = aPanels.count() * (row + 1) / rowTiles;
          int bFrom = bPanels.count() * column / columnTiles;
          int bTo = bPanels.count() * (column + 1) / columnTiles;
          for (int q = bFrom; q < bTo; q++) {
            for (int p = aFrom; p < aTo; p++) {
              multiplyPanels(depth, p, q, c, add);
            }
          }
          tile.done(
              aFrom * KERNEL.rows,
              Math.min(aTo * KERNEL.rows, c.rows()),
              bFrom * MicroKernel.COLUMNS,
              Math.min(bTo * MicroKernel.COLUMNS, c.columns()));
        });
  }

  /** One call of the kernel; at C's edges it works on a copy. */
  private void multiplyPanels(int depth, int p, int q, Matrix c, boolean add) {
    int row = p * KERNEL.rows;
    int column = q * MicroKernel.COLUMNS;
    int rows = Math.min(KERNEL.rows, c.rows() - row);
    int columns = Math.min(MicroKernel.COLUMNS, c.columns() - column);
    int at = c.at(row, column);
    int stride = c.rowStride();
    float[] to = c.data();
    boolean whole = rows == KERNEL.rows && columns == MicroKernel.COLUMNS;
    float[] result = whole ? to : edge.get();
    int resultAt = whole ? at : 0;
    int resultStride = whole ? stride : MicroKernel.COLUMNS;
    if (!whole && add) {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(to, at + i * stride, result, i * resultStride, columns);
      }
    }
    float[] from = add ? result : ZEROS;
    int fromAt = add ? resultAt : 0;
    int fromStride = add ? resultStride : 0;
    KERNEL.multiply(
        depth,
        aPanels.data(),
        aPanels.at(p),
        bPanels.data(),
        bPanels.at(q),
        from,
        fromAt,
        fromStride,
        result,
        resultAt,
        resultStride);
    if (!whole) {
      for (int i = 0; i < rows; i++) {
        System.arraycopy(result, i * resultStride, to, at + i * stride, columns);
      }
    }
  }
}
