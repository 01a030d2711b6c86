package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Cholesky;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * EASE: a linear autoencoder {@code scores = x B} without a hidden layer (Steck, "Embarrassingly
 * Shallow Autoencoders for Sparse Data", WWW 2019). With the training users {@code X [users, I]},
 * {@code B [I, I]} minimises
 *
 * <pre>
 *   f(B) = ||X - X B||^2 + lambda ||B||^2    subject to  B_jj = 0 for every j:
 * </pre>
 *
 * an item must not explain itself. With a multiplier {@code 2 g_j} for each constraint and {@code G
 * = X'X}, the Lagrangian is {@code f(B) + 2 sum_j g_j B_jj}. Its gradient with respect to B is zero
 * where
 *
 * <pre>
 *   -2 G + 2 G B + 2 lambda B + 2 diag(g) = 0
 *   (G + lambda I) B = G - diag(g) = (G + lambda I) - diag(lambda + g)
 *   B = I - P diag(lambda + g)               with  P = (G + lambda I)^-1
 *   0 = B_jj = 1 - P_jj (lambda + g_j),      so    lambda + g_j = 1 / P_jj
 *   B_ij = -P_ij / P_jj  for i != j,         B_jj = 0.
 * </pre>
 *
 * f is strictly convex for {@code lambda > 0}, so this is the only minimum.
 *
 * <p>P is computed in float32, in the place of G and then of B, so {@code 4 I^2} bytes are all the
 * memory of note. {@code G + lambda I} is well conditioned where EASE works well: the smallest
 * eigenvalue is lambda or more, the largest at most the largest row sum of G. Only the blocks on
 * the diagonal are factored in float64: every division and root is in them, and they cost next to
 * nothing.
 */
public final class Ease implements FittedBaseline {
  private static final String WEIGHTS = "B";

  /** What fitting takes besides B, for each item: panels of the factorisation. */
  private static final long BYTES_PER_ITEM = 2048;

  private final int items;
  private final float[] weights;

  private Ease(int items, float[] weights) {
    this.items = items;
    this.weights = weights;
  }

  static Ease of(Parameters parameters, int items) {
    return new Ease(items, parameters.float32(WEIGHTS, items, items));
  }

  /**
   * Fits the model.
   *
   * @param training what the training users have, {@code [users, I]}
   * @param l2 lambda, above 0
   * @param workers the threads to compute on; the result does not depend on their number
   * @throws IllegalArgumentException if lambda is not above 0
   * @throws ElboException if B does not fit into the memory, or lambda is too small for float32
   */
  public static Ease fit(CsrMatrix training, double l2, Workers workers) {
    if (!(l2 > 0 && l2 < Float.MAX_VALUE)) {
      throw new IllegalArgumentException("lambda (--l2) must be above 0, not " + l2);
    }
    int items = training.columns();
    requireMemory(items, Runtime.getRuntime().maxMemory());
    float[] matrix = new float[items * items];
    CoOccurrences gram = new CoOccurrences(training);
    workers.forEach(
        items,
        item -> {
          gram.add(item, matrix, item * items);
          matrix[item * items + item] += (float) l2;
        });
    try {
      new Cholesky(workers).invert(matrix, items);
    } catch (ArithmeticException e) {
      throw new ElboException(
          "lambda (--l2) = %s is too small for the %,d items in float32; take a larger one"
              .formatted(l2, items),
          e);
    }
    toWeights(matrix, items, workers);
    return new Ease(items, matrix);
  }

  /** From the lower triangle of P to B. */
  private static void toWeights(float[] matrix, int items, Workers workers) {
    float[] diagonal = new float[items];
    for (int i = 0; i < items; i++) {
      diagonal[i] = matrix[i * items + i];
    }
    workers.forEach(
        items,
        i -> {
          for (int j = 0; j < i; j++) {
            float p = matrix[i * items + j];
            matrix[i * items + j] = -p / diagonal[j];
            matrix[j * items + i] = -p / diagonal[i];
          }
          matrix[i * items + i] = 0;
        });
  }

  /**
   * Refuses what cannot be computed, before anything is.
   *
   * @param items number of items
   * @param heap bytes that Java may use
   */
  static void requireMemory(int items, long heap) {
    String remedy = "prepare the data with fewer items (--min-item-users)";
    long size = (long) items * items;
    if (size > Integer.MAX_VALUE - 8) {
      throw new ElboException(
          "ease needs a matrix of %,d x %,d items, and an array of Java holds 46,340 x 46,340; %s"
              .formatted(items, items, remedy));
    }
    long needed = Float.BYTES * size + BYTES_PER_ITEM * items;
    if (needed > heap) {
      throw new ElboException(
          "ease needs %,d MiB for a matrix of %,d x %,d items, and Java may use %,d MiB; give it more,"
                  .formatted(toMiB(needed), items, items, heap >> 20)
              + " as in ELBO_JAVA_OPTS=-Xmx%dm, or ".formatted(toMiB(needed + needed / 4))
              + remedy);
    }
  }

  private static long toMiB(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }

  /** {@code B [I, I]}: in row i what item i adds to the scores of the others. */
  @Override
  public Parameters parameters() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(WEIGHTS, new Tensor.Float32(new int[] {items, items}, weights));
    return new Parameters(tensors);
  }

  @Override
  public int items() {
    return items;
  }

  /** {@code x B}. */
  @Override
  public void score(int[] history, float[] scores) {
    for (int item : history) {
      int row = item * items;
      for (int other = 0; other < items; other++) {
        scores[other] += weights[row + other];
      }
    }
  }

  /** The items whose scores the item raises most: the largest of its row of B. */
  @Override
  public List<Ranked> nearest(int item, int k) {
    float[] row = Arrays.copyOfRange(weights, item * items, (item + 1) * items);
    return Arrays.stream(TopN.of(row, k, item))
        .mapToObj(other -> new Ranked(other, row[other]))
        .toList();
  }
}
