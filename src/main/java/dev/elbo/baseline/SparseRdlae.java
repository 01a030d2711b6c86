package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Cholesky;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * {@link LinearAutoencoder RDLAE}, and with it EASE, EDLAE and DLAE, for catalogues whose matrix of
 * all pairs of items fits into no memory: {@code C = (G + diag(gamma))^-1} is replaced by a product
 * of two sparse matrices.
 *
 * <h2>The inverse as a product</h2>
 *
 * Let {@code A = G + diag(gamma)}, the items in some order, and {@code c} the last column of the
 * inverse of A's upper left block up to item j. Then
 *
 * <pre>
 *   v_j = c / sqrt(c_j),  0 for the items after j:      V A V^T = I,    C = A^-1 = V^T V,
 * </pre>
 *
 * since {@code v_j A v_j^T = c^T A c / c_j = 1}, and {@code A v_i^T} is zero in all places before
 * i, where {@code v_j} with {@code j < i} has its numbers. {@code -c_i / c_j} are the weights with
 * which the items before j explain it, as in EASE: V has a regression in each row, and {@code 1 /
 * c_j} is what it leaves unexplained.
 *
 * <h2>What is left out</h2>
 *
 * Of the items before j only the {@code K} with the largest cosines take part in the regression:
 * with {@code S} these and j, {@code c} solves {@code A_SS c = e_j}, a system of {@code K + 1}
 * equations for each item. Of all V with numbers in these places only and {@code diag(V A V^T) = 1}
 * this is the one with the smallest {@code ||I - V L||} for the Cholesky factor {@code A = L L^T}
 * (Kolotilina and Yeremin), which nobody needs to know, and the one with the smallest divergence
 * between the normal distributions of covariances A and {@code (V^T V)^-1} (Schaefer, Katzfuss and
 * Owhadi). The items with more users come first, so an item is explained by more popular ones.
 *
 * <p>The product has far more numbers than V: two items are connected where a third is explained by
 * both. So it is closer to C than C would be if as many numbers of it were kept.
 *
 * <h2>The weights</h2>
 *
 * B is what {@link LinearAutoencoder} derives, {@code B = I - C diag(gamma + mu)}, with {@code C =
 * V^T V}: its diagonal {@code C_jj} is the sum of the squares in column j of V, and {@code mu} is
 * computed from that. It is never made: {@code x B = x - ((x V^T) V) diag(gamma + mu)}. With all
 * items in every {@code S} it is the dense model.
 *
 * <h2>How it is computed</h2>
 *
 * The neighbours of j are counted over the histories of its users, and {@code G_SS} over the users
 * of its items. A row of V takes {@code K^3 / 6} multiplications and additions, and one addition
 * for each pair of items of S that a user has. All of that is in float32, but for the blocks on the
 * diagonal of the factor ({@link Cholesky}) and the sums of squares. Rows are computed on different
 * threads, each in the same order of operations.
 *
 * <p>Sources: Spisak, Bartyzal, Hoskovec, Peska and Tuma, "Scalable Approximate NonSymmetric
 * Autoencoder for Collaborative Filtering", RecSys 2023, for an inverse in sparse factors in place
 * of EASE's; they drop what is small from a Cholesky factor, and invert that approximately. Rows
 * that are regressions: Kolotilina and Yeremin, "Factorized Sparse Approximate Inverse
 * Preconditionings I", SIAM J. Matrix Anal. Appl. 1993; Schaefer, Katzfuss and Owhadi, "Sparse
 * Cholesky Factorization by Kullback-Leibler Minimization", SIAM J. Sci. Comput. 2021. The sources
 * of the models are at {@link LinearAutoencoder}.
 */
public final class SparseRdlae implements FittedBaseline {
  private static final String FACTOR = "V";
  private static final String SCALE = "scale";

  /** Rows that a thread computes with the same counters. */
  private static final int ROWS = 64;

  /** Of a number of V: its place and value, by row, joined, by column, and the row's number. */
  private static final int BYTES_PER_NUMBER = 28;

  /** V and its transpose. */
  private final SparseWeights factor;

  private final SparseWeights transposed;

  /** {@code gamma + mu}, {@code [I]}. */
  private final float[] scale;

  private SparseRdlae(SparseWeights factor, SparseWeights transposed, float[] scale) {
    this.factor = factor;
    this.transposed = transposed;
    this.scale = scale;
  }

  static SparseRdlae of(Parameters parameters, int items) {
    SparseWeights factor = SparseWeights.of(FACTOR, parameters, items);
    return new SparseRdlae(factor, factor.transposed(), parameters.float32(SCALE, items));
  }

  /**
   * Fits the model.
   *
   * @param training what the training users have, {@code [users, I]}
   * @param options its numbers
   * @param workers the threads to compute on; the result does not depend on their number
   * @throws ElboException if V does not fit into the memory, or lambda is too small for float32
   */
  public static SparseRdlae fit(
      CsrMatrix training, BaselineOptions.SparseRdlae options, Workers workers) {
    int items = training.columns();
    requireMemory(items, options.neighbours(), Runtime.getRuntime().maxMemory());
    CsrMatrix byItem = training.transposed();
    double[] gamma = new double[items];
    Arrays.setAll(gamma, item -> LinearAutoencoder.gamma(options, byItem.size(item)));
    int[] place = placesByUsers(byItem);
    int[][] columns = new int[items][];
    float[][] values = new float[items][];
    workers.forEach(
        Math.ceilDiv(items, ROWS),
        task -> {
          var neighbourhood = new Neighbourhood(training, byItem);
          try (Workers alone = new Workers(1)) {
            var cholesky = new Cholesky(alone);
            for (int j = task * ROWS; j < Math.min((task + 1) * ROWS, items); j++) {
              columns[j] = with(j, neighbourhood.before(j, options.neighbours(), place));
              values[j] = row(j, columns[j], neighbourhood, gamma, options, cholesky);
            }
          }
        });
    SparseWeights factor = SparseWeights.ofRows(columns, values);
    SparseWeights transposed = factor.transposed();
    return new SparseRdlae(factor, transposed, scale(transposed.rows(), gamma, options.xi()));
  }

  /** The place of each item in the order: those with more users first, of equals the lower. */
  private static int[] placesByUsers(CsrMatrix byItem) {
    long[] keys = new long[byItem.rows()];
    Arrays.setAll(keys, item -> ((long) -byItem.size(item) << Integer.SIZE) + item);
    Arrays.sort(keys);
    int[] place = new int[keys.length];
    for (int n = 0; n < keys.length; n++) {
      place[(int) keys[n]] = n;
    }
    return place;
  }

  /** An item among others, ascending. */
  private static int[] with(int j, int[] others) {
    int[] all = Arrays.copyOf(others, others.length + 1);
    all[others.length] = j;
    Arrays.sort(all);
    return all;
  }

  /** {@code v_j} in its places. */
  private static float[] row(
      int j,
      int[] places,
      Neighbourhood neighbourhood,
      double[] gamma,
      BaselineOptions.SparseRdlae options,
      Cholesky cholesky) {
    int m = places.length;
    float[] equations = new float[(m + 1) * m];
    neighbourhood.gram(places, equations);
    for (int n = 0; n < m; n++) {
      equations[n * m + n] += (float) gamma[places[n]];
    }
    int own = m * m + Arrays.binarySearch(places, j);
    equations[own] = 1;
    try {
      cholesky.solve(equations, m);
    } catch (ArithmeticException e) {
      throw LinearAutoencoder.tooSmall(options, m, e);
    }
    double root = Math.sqrt(equations[own]);
    float[] row = new float[m];
    for (int n = 0; n < m; n++) {
      row[n] = (float) (equations[m * m + n] / root);
    }
    return row;
  }

  private static float[] scale(CsrMatrix columns, double[] gamma, double xi) {
    float[] scale = new float[gamma.length];
    for (int j = 0; j < scale.length; j++) {
      double squares = 0;
      for (int n = columns.indptr()[j]; n < columns.indptr()[j + 1]; n++) {
        squares += (double) columns.values()[n] * columns.values()[n];
      }
      scale[j] = 1 / LinearAutoencoder.divisor(squares, gamma[j], xi);
    }
    return scale;
  }

  /**
   * Refuses what cannot be computed, before anything is.
   *
   * @param items number of items
   * @param neighbours how many others are in a row of V
   * @param heap bytes that Java may use
   */
  static void requireMemory(int items, int neighbours, long heap) {
    long row = Math.min(neighbours + 1L, items);
    long size = items * row;
    if (size > Integer.MAX_VALUE - 8) {
      throw new ElboException(
          ("sparse-rdlae needs %,d numbers, %,d for each of %,d items, and an array of Java holds"
                  + " 2,147,483,639; take fewer --neighbours")
              .formatted(size, row, items));
    }
    long needed = size * BYTES_PER_NUMBER;
    if (needed > heap) {
      throw new ElboException(
          ("sparse-rdlae needs %,d MiB for %,d numbers, %,d for each of %,d items, and Java may use"
                  + " %,d MiB; give it more, as in ELBO_JAVA_OPTS=-Xmx%dm, or take fewer"
                  + " --neighbours")
              .formatted(
                  LinearAutoencoder.toMiB(needed),
                  size,
                  row,
                  items,
                  heap >> 20,
                  LinearAutoencoder.toMiB(needed + needed / 4)));
    }
  }

  /**
   * {@code V.indptr [I + 1]}, {@code V.indices [N]} and {@code V.values [N]}, as SciPy's {@code
   * csr_matrix} takes them, and {@code scale [I]}: {@code B = I - V^T V diag(scale)}.
   */
  @Override
  public Parameters parameters() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(factor.parameters(FACTOR).tensors());
    tensors.put(SCALE, new Tensor.Float32(new int[] {scale.length}, scale));
    return new Parameters(tensors);
  }

  @Override
  public int items() {
    return scale.length;
  }

  /** {@code x B}. */
  @Override
  public void score(int[] history, float[] scores) {
    float[] inner = new float[scale.length];
    transposed.add(history, inner);
    int[] indptr = factor.rows().indptr();
    int[] indices = factor.rows().indices();
    float[] values = factor.rows().values();
    for (int k = 0; k < inner.length; k++) {
      if (inner[k] != 0) {
        for (int n = indptr[k]; n < indptr[k + 1]; n++) {
          scores[indices[n]] -= inner[k] * values[n];
        }
      }
    }
    for (int j = 0; j < scale.length; j++) {
      scores[j] *= scale[j];
    }
    for (int item : history) {
      scores[item]++;
    }
  }

  /** The items whose scores the item raises most: the largest of its row of B. */
  @Override
  public List<Ranked> nearest(int item, int k) {
    float[] row = new float[scale.length];
    score(new int[] {item}, row);
    return Arrays.stream(TopN.of(row, k, item))
        .mapToObj(other -> new Ranked(other, row[other]))
        .toList();
  }
}
