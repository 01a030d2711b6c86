package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Cholesky;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Linear autoencoders {@code scores = x B} without a hidden layer: EASE, EDLAE, DLAE and RDLAE,
 * which differ in whether training drops inputs, and in how much of itself an item may explain.
 *
 * <h2>What is minimised</h2>
 *
 * Let {@code X [users, I]} be the training users and {@code G = X'X}. Training keeps each input
 * with probability {@code 1 - p}, divides what it keeps by that, and predicts what was there. With
 * {@code d_i} the kept inputs (1 or 0), the expected loss of a user's item j is that of the mean,
 * and the variance:
 *
 * <pre>
 *   E (x_j - sum_i d_i x_i B_ij / (1 - p))^2
 *       = (x_j - sum_i x_i B_ij)^2 + sum_i var(d_i) x_i^2 B_ij^2 / (1 - p)^2
 *   var(d_i) / (1 - p)^2 = p / (1 - p).
 * </pre>
 *
 * Over all users {@code sum x_i^2 = G_ii}, so dropout, all its draws averaged, is a penalty on the
 * rows of B, heavier for items that many have. With that of the weights, {@code lambda ||B||^2}:
 *
 * <pre>
 *   f(B) = ||X - X B||^2 + sum_ij gamma_i B_ij^2        with  gamma_i = lambda + p / (1 - p) G_ii.
 * </pre>
 *
 * The gradient of f with respect to B is {@code 2 (G + diag(gamma)) B - 2 G}. Where every {@code
 * gamma_i > 0}, f is strictly convex, so under convex constraints there is one minimum.
 *
 * <h2>DLAE: no constraint</h2>
 *
 * With {@code C = (G + diag(gamma))^-1} the gradient is zero where
 *
 * <pre>
 *   (G + diag(gamma)) B = G = (G + diag(gamma)) - diag(gamma)
 *   B = I - C diag(gamma):     B_ij = -C_ij gamma_j  for i != j,     B_jj = 1 - C_jj gamma_j.
 * </pre>
 *
 * {@code 0 <= B_jj < 1}, since {@code 0 < C_jj <= 1 / gamma_j}. Rankings leave out what a user has,
 * so an item's own weight never shows in them; but what it explains, the others need not.
 *
 * <h2>EASE and EDLAE: {@code B_jj = 0}</h2>
 *
 * An item must not explain itself. EASE, with {@code p = 0}, forbids it. EDLAE counts an output
 * only where its own input, be it a zero, was dropped (Steck's emphasis with {@code b = 0}), so
 * that an item's own weight is never used, and what is left is f. With a multiplier {@code 2 mu_j}
 * for each j, the Lagrangian is {@code f(B) + 2 sum_j mu_j B_jj}, and its gradient zero where
 *
 * <pre>
 *   (G + diag(gamma)) B = G - diag(mu) = (G + diag(gamma)) - diag(gamma + mu)
 *   B = I - C diag(gamma + mu)
 *   0 = B_jj = 1 - C_jj (gamma_j + mu_j),    so    gamma_j + mu_j = 1 / C_jj
 *   B_ij = -C_ij / C_jj  for i != j,         B_jj = 0.
 * </pre>
 *
 * <h2>RDLAE: {@code B_jj <= xi}</h2>
 *
 * The Lagrangian is {@code f(B) + 2 sum_j mu_j (B_jj - xi)} with {@code mu_j >= 0}, and {@code mu_j
 * = 0} where {@code B_jj < xi} (Karush, Kuhn, Tucker). B is as before, and column j depends on
 * {@code mu_j} only: where DLAE's weight, {@code 1 - C_jj gamma_j}, is at most xi, {@code mu_j = 0}
 * and the column is DLAE's. Elsewhere {@code B_jj = xi}, hence
 *
 * <pre>
 *   gamma_j + mu_j = (1 - xi) / C_jj,
 * </pre>
 *
 * and the column is EDLAE's times {@code 1 - xi}, but for its own weight. So {@code xi = 0} is
 * EDLAE and {@code xi = 1} DLAE; between, items whose own weight is small in DLAE have its columns,
 * and the others EDLAE's, smaller.
 *
 * <h2>How it is computed</h2>
 *
 * C is computed in float32, in the place of G and then of B, so {@code 4 I^2} bytes are all the
 * memory of note. {@code G + diag(gamma)} is well conditioned where these models work well: the
 * smallest eigenvalue is lambda or more, the largest at most the largest row sum of G plus the
 * largest gamma. Only the blocks on the diagonal are factored in float64: every division and root
 * is in them, and they cost next to nothing.
 *
 * <p>Sources: EASE: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. EDLAE:
 * Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020. DLAE and RDLAE:
 * Moon, Kim and Lee, "It's Enough: Relaxing Diagonal Constraints in Linear Autoencoders for
 * Recommendation", SIGIR 2023.
 */
public final class LinearAutoencoder implements FittedBaseline {
  private static final String WEIGHTS = "B";

  /** What fitting takes besides B, for each item: panels of the factorisation. */
  private static final long BYTES_PER_ITEM = 2048;

  private final int items;
  private final float[] weights;

  private LinearAutoencoder(int items, float[] weights) {
    this.items = items;
    this.weights = weights;
  }

  static LinearAutoencoder of(Parameters parameters, int items) {
    return new LinearAutoencoder(items, parameters.float32(WEIGHTS, items, items));
  }

  /**
   * Fits the model.
   *
   * @param training the training users
   * @param options which one, with its numbers
   * @param workers the threads to compute on; the result does not depend on their number
   * @throws ElboException if B does not fit into the memory, or lambda is too small for float32
   */
  public static LinearAutoencoder fit(
      Gram training, BaselineOptions.Linear options, Workers workers) {
    int items = training.users().columns();
    requireMemory(options.baseline(), items, Runtime.getRuntime().maxMemory());
    float[] matrix = training.matrix(workers);
    double[] gamma = new double[items];
    for (int item = 0; item < items; item++) {
      int diagonal = item * items + item;
      gamma[item] = gamma(options, matrix[diagonal]);
      matrix[diagonal] += (float) gamma[item];
    }
    try {
      new Cholesky(workers).invert(matrix, items);
    } catch (ArithmeticException e) {
      throw tooSmall(options, items, e);
    }
    toWeights(matrix, gamma, options.xi(), workers);
    return new LinearAutoencoder(items, matrix);
  }

  /** Lambda, and what dropout adds to it for an item that so many training users have. */
  static double gamma(BaselineOptions.Linear options, float users) {
    return options.l2() + options.dropout() / (1 - options.dropout()) * users;
  }

  /** A lambda with which {@code G + diag(gamma)} of so many items is singular in float32. */
  static ElboException tooSmall(
      BaselineOptions.Linear options, int items, ArithmeticException cause) {
    return new ElboException(
        "lambda (--l2) = %s is too small for the %,d items in float32; take a larger one"
            .formatted(options.l2(), items),
        cause);
  }

  /** From the lower triangle of C to B, whose columns are those of C over a number each. */
  private static void toWeights(float[] matrix, double[] gamma, double xi, Workers workers) {
    int items = gamma.length;
    float[] divisor = new float[items];
    for (int j = 0; j < items; j++) {
      divisor[j] = divisor(matrix[j * items + j], gamma[j], xi);
    }
    workers.forEach(
        items,
        i -> {
          for (int j = 0; j < i; j++) {
            float c = matrix[i * items + j];
            matrix[i * items + j] = -c / divisor[j];
            matrix[j * items + i] = -c / divisor[i];
          }
          int diagonal = i * items + i;
          matrix[diagonal] = (float) (1 - matrix[diagonal] / (double) divisor[i]);
        });
  }

  /**
   * {@code 1 / (gamma_j + mu_j)}. With {@code xi = 0} the constraint always holds with equality;
   * rounding must not decide otherwise, or the diagonal is not exactly zero.
   */
  static float divisor(double c, double gamma, double xi) {
    boolean constrained = xi == 0 || 1 - c * gamma > xi;
    return (float) (constrained ? c / (1 - xi) : 1 / gamma);
  }

  /**
   * Refuses what cannot be computed, before anything is.
   *
   * @param model who needs it
   * @param items number of items
   * @param heap bytes that Java may use
   */
  static void requireMemory(Baseline model, int items, long heap) {
    String remedy =
        "prepare the data with fewer items (--min-item-users), or take --model sparse-rdlae, whose"
            + " memory grows with the items and not with their square";
    long size = (long) items * items;
    long needed = Float.BYTES * size + BYTES_PER_ITEM * items;
    if (size > Integer.MAX_VALUE - 8) {
      throw new ElboException(
          ("%s needs %,d MiB for a matrix of %,d x %,d items, and an array of Java holds"
                  + " 46,340 x 46,340; %s")
              .formatted(model, toMiB(needed), items, items, remedy));
    }
    if (needed > heap) {
      throw new ElboException(
          "%s needs %,d MiB for a matrix of %,d x %,d items, and Java may use %,d MiB; give it more,"
                  .formatted(model, toMiB(needed), items, items, heap >> 20)
              + " as in ELBO_JAVA_OPTS=-Xmx%dm, ".formatted(toMiB(needed + needed / 4))
              + remedy);
    }
  }

  static long toMiB(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }

  /** {@code B [I, I]}: in row i what item i adds to the scores of all items. */
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
