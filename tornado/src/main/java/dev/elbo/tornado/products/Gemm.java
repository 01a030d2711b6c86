package dev.elbo.tornado.products;

import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Products;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.math.TornadoMath;
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
 * <p>A group computes a block of the outputs. Where these make too few groups for a large device,
 * the inner dimension is divided into parts, each with groups of its own, and a second task adds
 * the parts' sums in their order. How many there are depends on the shape alone, so every device
 * with the same kernel computes the same sums.
 */
public abstract class Gemm implements Products {

  private final Blocks blocks;
  private final Kernel kernel;

  /**
   * @param blocks how the kernel divides a product
   * @param kernel computes it
   */
  Gemm(Blocks blocks, Kernel kernel) {
    this.blocks = blocks;
    this.kernel = kernel;
  }

  /** How a product is divided into groups. */
  public Blocks blocks() {
    return blocks;
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
    IntArray depth = dimension(tasks, in);
    var shape = new Shape(rows.users(), out, in, in, 1, 1, in, 1);
    add(tasks, "product" + id, shape, rows.size, depth, x, weight.value, bias.value, y, tanh);
  }

  @Override
  public void backwardInput(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, Parameter weight, FloatArray dX) {
    int in = weight.in;
    int out = weight.out;
    IntArray depth = dimension(tasks, out);
    var shape = new Shape(rows.users(), in, out, out, 1, in, 1, 0);
    add(
        tasks,
        "dInput" + id,
        shape,
        rows.size,
        depth,
        dY,
        weight.value,
        weight.value,
        dX,
        Optional.empty());
  }

  @Override
  public void backwardWeight(
      Tasks tasks, String id, SparseRows rows, FloatArray dY, FloatArray x, Parameter weight) {
    int in = weight.in;
    int out = weight.out;
    IntArray height = dimension(tasks, out);
    var shape = new Shape(out, in, rows.users(), 1, out, in, 1, 0);
    add(
        tasks,
        "dWeight" + id,
        shape,
        height,
        rows.size,
        dY,
        x,
        x,
        weight.gradient,
        Optional.empty());
  }

  private static IntArray dimension(Tasks tasks, int size) {
    IntArray dimension = IntArray.fromElements(size);
    tasks.keep(dimension);
    return dimension;
  }

  private void add(
      Tasks tasks,
      String task,
      Shape shape,
      IntArray height,
      IntArray depth,
      FloatArray a,
      FloatArray b,
      FloatArray bias,
      FloatArray c,
      Optional<FloatArray> tanh) {
    int parts = blocks.parts(shape);
    FloatArray sums = parts == 1 ? c : new FloatArray(parts * shape.m * shape.n);
    Optional<FloatArray> atOnce = tanh.filter(_ -> parts == 1);
    tasks
        .graph()
        .task(
            tasks.id(task, blocks.items, blocks.across(shape), parts * blocks.down(shape)),
            kernel,
            Tasks.CONTEXT,
            height,
            depth,
            a,
            b,
            bias,
            sums,
            tasks.orNone(atOnce),
            shape.m,
            shape.n,
            shape.aRow,
            shape.aColumn,
            shape.bRow,
            shape.bColumn,
            shape.biased,
            blocks.partDepth(shape),
            atOnce.isPresent() ? 1 : 0);
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
              tasks.orNone(tanh),
              shape.n,
              size,
              parts,
              tanh.isPresent() ? 1 : 0,
              Tasks.whole(size));
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
      int m, int n, int k, int aRow, int aColumn, int bRow, int bColumn, int biased) {}

  /**
   * How a kernel divides a product.
   *
   * @param items of a group
   * @param rows of the outputs that a group computes
   * @param columns of them
   * @param depth what the inner dimension of a part is a multiple of
   * @param groups as many keep a large device busy
   * @param leastDepth the least inner dimension that is worth groups of its own
   */
  public record Blocks(int items, int rows, int columns, int depth, int groups, int leastDepth) {

    /** Groups side by side. */
    public int across(Shape shape) {
      return Math.ceilDiv(shape.n, columns);
    }

    /** Groups one below the other, for one part of the inner dimension. */
    public int down(Shape shape) {
      return Math.ceilDiv(shape.m, rows);
    }

    /** Into how many parts the inner dimension is divided. */
    public int parts(Shape shape) {
      int wanted = Math.ceilDiv(groups, across(shape) * down(shape));
      return Math.clamp(shape.k / leastDepth, 1, wanted);
    }

    /** How much of the inner dimension is in a part. */
    public int partDepth(Shape shape) {
      return Math.ceilDiv(Math.ceilDiv(shape.k, parts(shape)), depth) * depth;
    }
  }

  /** A kernel that computes a product, {@code C [m, n] = A [m, k] B [k, n]}. */
  public interface Kernel
      extends Task17<
          KernelContext,
          IntArray,
          IntArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          FloatArray,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer,
          Integer> {

    /**
     * Computes a product. Rows and inner dimension come in arrays, of which the first value counts.
     * One of them is the number of users, for which {@link SparseRows#size} is given; the other
     * need not change, but TornadoVM cannot compile conditions that a known inner dimension makes
     * always true.
     *
     * @param context {@link Blocks#across} groups side by side, {@link Blocks#down} one below the
     *     other for each part
     * @param height {@code m}
     * @param depth {@code k}
     * @param a left operand, in its strides, one of which is 1
     * @param b right operand, in its strides, one of which is 1
     * @param bias {@code [n]}, where the sums of the first part start from if {@code biased} is 1
     * @param c {@code [parts, most, n]}, row-major. Modified.
     * @param active {@code [most, n]}: takes {@code tanh(C)} if {@code activates} is 1. Modified.
     * @param most {@code m}, at most: what the distance of two parts is made of
     * @param n columns
     * @param aRow distance of two rows of {@code a}
     * @param aColumn distance of two columns of {@code a}
     * @param bRow distance of two rows of {@code b}
     * @param bColumn distance of two columns of {@code b}
     * @param biased 1 or 0
     * @param partDepth how much of the inner dimension is in a part
     * @param activates 1 or 0; 0 if there are parts
     */
    @Override
    void apply(
        KernelContext context,
        IntArray height,
        IntArray depth,
        FloatArray a,
        FloatArray b,
        FloatArray bias,
        FloatArray c,
        FloatArray active,
        Integer most,
        Integer n,
        Integer aRow,
        Integer aColumn,
        Integer bRow,
        Integer bColumn,
        Integer biased,
        Integer partDepth,
        Integer activates);
  }

  /**
   * Adds the parts of a divided product.
   *
   * @param height rows
   * @param sums {@code [parts, size]}
   * @param c {@code [rows, n]}. Modified.
   * @param active {@code [rows, n]}: takes {@code tanh(C)} if {@code activates} is 1. Modified.
   * @param n columns
   * @param size distance of two parts
   * @param parts how many
   * @param activates 1 or 0
   * @param bound of the loop
   */
  public static void addParts(
      IntArray height,
      FloatArray sums,
      FloatArray c,
      FloatArray active,
      int n,
      int size,
      int parts,
      int activates,
      int bound) {
    for (@Parallel int at = 0; at < bound; at++) {
      if (at < height.get(0) * n) {
        float sum = 0f;
        for (int part = 0; part < parts; part++) {
          sum += sums.get(part * size + at);
        }
        c.set(at, sum);
        if (activates == 1) {
          active.set(at, TornadoMath.tanh(sum));
        }
      }
    }
  }

  /** Writes the tanh of some columns of a row. */
  static void activate(FloatArray c, FloatArray active, int row, int column, int end) {
    for (int x = column; x < end; x++) {
      active.set(row + x, TornadoMath.tanh(c.get(row + x)));
    }
  }
}
