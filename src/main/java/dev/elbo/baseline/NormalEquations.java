package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Cholesky;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import java.util.stream.IntStream;

/**
 * The normal equations of one side's vectors, the other side's being given: of a user's {@code w_u}
 * given all {@code h_i}, or of an item's {@code h_i} given all {@code w_u}. Derived at {@link
 * Ials}. Nothing changes here, so several threads may solve at a time.
 */
final class NormalEquations {

  /** Rows that a thread takes at a time: few enough that no thread waits long for the last. */
  private static final int ROWS = 16;

  /** Vectors copied side by side before they are multiplied. */
  private static final int GATHERED = 256;

  /** Columns of a triangle computed at a time: half of each square is waste. */
  private static final int STRIP = 64;

  private final BaselineOptions.Ials options;
  private final float[] given;
  private final float[] gram;
  private final int count;
  private final int d;

  /**
   * @param options the numbers of the objective
   * @param given the other side's vectors, {@code [n, d]}. Not modified, and not copied.
   * @param gram their Gram matrix, {@code [d, d]}. Not modified, and not copied.
   */
  NormalEquations(BaselineOptions.Ials options, float[] given, float[] gram) {
    this.options = options;
    this.given = given;
    this.gram = gram;
    this.d = options.latent();
    this.count = given.length / d;
  }

  /** The same, whose Gram matrix is computed. */
  static NormalEquations given(BaselineOptions.Ials options, float[] vectors, Workers workers) {
    int d = options.latent();
    Matrix matrix = Matrix.of(vectors, vectors.length / d, d);
    float[] gram = new float[d * d];
    new Gemm(workers).multiply(matrix.transposed(), matrix, Matrix.of(gram, d, d));
    return new NormalEquations(options, vectors, gram);
  }

  /** {@code H'H} of the given vectors, {@code [d, d]}. */
  float[] gram() {
    return gram;
  }

  /**
   * Solves every row.
   *
   * @param observed in each row the observed columns, {@code [rows, n]}
   * @param solved the vector of each row, {@code [rows, d]}. Modified.
   * @param workers the threads to use; the result does not depend on their number
   * @throws ElboException if lambda is too small, or its product with a power too large, for
   *     float32
   */
  void solve(CsrMatrix observed, float[] solved, Workers workers) {
    workers.forEach(
        Math.ceilDiv(observed.rows(), ROWS),
        task -> {
          int from = task * ROWS;
          int to = Math.min(from + ROWS, observed.rows());
          solve(IntStream.range(from, to).mapToObj(observed::row).toList(), solved, from * d);
        });
  }

  /**
   * Solves some rows, on the calling thread.
   *
   * @param rows the observed columns of each
   * @param solved their vectors, one after the other, from {@code at} on. Modified.
   * @throws ElboException if lambda is too small, or its product with a power too large, for
   *     float32
   */
  void solve(Iterable<int[]> rows, float[] solved, int at) {
    float[] equations = new float[(d + 1) * d];
    float[] gathered = new float[GATHERED * (d + 1)];
    try (Workers alone = new Workers(1)) {
      Gemm gemm = new Gemm(alone);
      Cholesky cholesky = new Cholesky(alone);
      for (int[] row : rows) {
        begin(row.length, equations);
        for (int from = 0; from < row.length; from += GATHERED) {
          int to = Math.min(from + GATHERED, row.length);
          add(row, from, to, gathered, Matrix.of(equations, d + 1, d), gemm);
        }
        try {
          cholesky.solve(equations, d);
        } catch (ArithmeticException e) {
          throw new ElboException(
              "lambda (--l2) = %s is too small for vectors of %,d numbers in float32; take a larger one"
                  .formatted(options.l2(), d),
              e);
        }
        System.arraycopy(equations, d * d, solved, at, d);
        at += d;
      }
    }
  }

  /** {@code alpha_0 H'H + lambda r I} for a row with so many observed columns, and zeros below. */
  private void begin(int observed, float[] equations) {
    float weight = (float) options.unobservedWeight();
    for (int n = 0; n < d * d; n++) {
      equations[n] = weight * gram[n];
    }
    float penalty = (float) penalty(observed);
    if (penalty == Float.POSITIVE_INFINITY) {
      throw new ElboException(
          ("lambda (--l2) = %s, times the weights of a row to the power (--frequency-power) %s, is"
                  + " more than float32 holds; take a smaller power or lambda")
              .formatted(options.l2(), options.frequencyPower()));
    }
    for (int k = 0; k < d; k++) {
      equations[k * d + k] += penalty;
      equations[d * d + k] = 0;
    }
  }

  /** {@code lambda r}. StrictMath, because Math's power may differ in the last bit. */
  private double penalty(int observed) {
    double weights = observed + options.unobservedWeight() * count;
    return options.l2() * StrictMath.pow(weights, options.frequencyPower());
  }

  /**
   * Adds {@code sum h_i h_i'} to the lower triangle of the equations, and {@code sum h_i'} to the
   * row below: both are in the product of {@code (h_i, 1)} and {@code h_i'}.
   */
  private void add(int[] row, int from, int to, float[] gathered, Matrix equations, Gemm gemm) {
    int width = d + 1;
    for (int n = from; n < to; n++) {
      int start = (n - from) * width;
      System.arraycopy(given, row[n] * d, gathered, start, d);
      gathered[start + d] = 1;
    }
    Matrix vectors = Matrix.of(gathered, GATHERED, width).rowRange(0, to - from);
    for (int left = 0; left < d; left += STRIP) {
      int right = Math.min(left + STRIP, d);
      gemm.multiplyAdd(
          vectors.columnRange(left, width).transposed(),
          vectors.columnRange(left, right),
          equations.rowRange(left, width).columnRange(left, right));
    }
  }
}
