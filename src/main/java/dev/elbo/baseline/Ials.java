package dev.elbo.baseline;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.TopN;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Philox;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Implicit alternating least squares: a user's score of an item is the product of a vector of the
 * user and one of the item, {@code s_ui = w_u' h_i}, both of {@code d} numbers.
 *
 * <h2>What is minimised</h2>
 *
 * With {@code S} the observed pairs of {@code U} users and {@code I} items,
 *
 * <pre>
 *   f(W, H) = sum_{(u,i) in S} (1 - s_ui)^2  +  alpha_0 sum_{u,i} s_ui^2
 *             + lambda (sum_u r_u ||w_u||^2 + sum_i r_i ||h_i||^2)
 *   r_u = (n_u + alpha_0 I)^nu        r_i = (n_i + alpha_0 U)^nu
 * </pre>
 *
 * where {@code n_u} items are observed of user u, and {@code n_i} users of item i. Observed pairs
 * are to score 1. All pairs, observed or not, are to score 0, but that weighs less. {@code n_u +
 * alpha_0 I} is the sum of the weights in a user's row, so with {@code nu = 1} the penalty grows as
 * the errors do, and with {@code nu = 0} it is the same for all.
 *
 * <h2>One row's normal equations</h2>
 *
 * f is no convex function of W and H together, but a quadratic one of W if H is fixed, and no
 * user's terms contain another's vector. With {@code S_u} the items of user u, half of the gradient
 * with respect to {@code w_u} is
 *
 * <pre>
 *   - sum_{i in S_u} (1 - h_i' w_u) h_i  +  alpha_0 sum_i (h_i' w_u) h_i  +  lambda r_u w_u
 * </pre>
 *
 * and zero where
 *
 * <pre>
 *   (sum_{i in S_u} h_i h_i'  +  alpha_0 H'H  +  lambda r_u I) w_u  =  sum_{i in S_u} h_i.
 * </pre>
 *
 * The matrix {@code [d, d]} is positive definite, as {@code lambda r_u > 0}: there is one solution,
 * and it is the minimum. The sum over all items, {@code sum_i h_i h_i' = H'H}, is that of no user
 * in particular: computed once for all of them, it leaves a user {@code n_u d^2} operations instead
 * of {@code I d^2}, and those of the factorisation. Exchange users and items for the equations of
 * {@code h_i}.
 *
 * <p>An epoch solves all users, then all items. Neither can raise f. The users are first, so only
 * the items need values to begin with: normal ones with the deviation {@code 0.1 / sqrt(d)}.
 *
 * <h2>Users who were not trained on</h2>
 *
 * {@code w_u} depends on the user's own items and on H, and on no other user. So a history is
 * scored by its solution of the equations, times H: what the next epoch would give to a training
 * user with these items. W is therefore no part of the model.
 *
 * <h2>How it is computed</h2>
 *
 * In float32, products and factorisation, but for the blocks on the diagonal of the factor, which
 * are factored in float64 ({@link dev.elbo.linalg.Cholesky}). A solution is off by about 1e-7 times
 * the condition of its matrix, which is at most that of {@code sum h_i h_i' + alpha_0 H'H} with its
 * smallest eigenvalues raised to {@code lambda r_u}. Rows are solved on different threads, each in
 * the same order of operations.
 *
 * <p>Sources: Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets",
 * ICDM 2008, for the objective and {@code H'H}; Rendle, Krichene, Zhang and Koren, "Revisiting the
 * Performance of iALS on Item Recommendation Benchmarks", RecSys 2022, for this form of it, the
 * powers of frequencies and the initial values.
 */
public final class Ials implements FittedBaseline {
  private static final String ITEMS = "items";
  private static final String GRAM = "gram";

  /** About the length of an initial vector. */
  private static final double INITIAL_DEVIATION = 0.1;

  private final int items;
  private final int d;
  private final float[] vectors;
  private final NormalEquations users;

  private Ials(int d, float[] vectors, NormalEquations users) {
    this.items = vectors.length / d;
    this.d = d;
    this.vectors = vectors;
    this.users = users;
  }

  static Ials of(BaselineOptions.Ials options, Parameters parameters, int items) {
    int d = options.latent();
    float[] vectors = parameters.float32(ITEMS, items, d);
    float[] gram = parameters.float32(GRAM, d, d);
    return new Ials(d, vectors, new NormalEquations(options, vectors, gram));
  }

  /**
   * Fits the model.
   *
   * @param training what the training users have, {@code [users, I]}
   * @param options its numbers
   * @param workers the threads to compute on; the result does not depend on their number
   * @throws ElboException if the vectors do not fit into the memory, or lambda is too small or too
   *     large for float32
   */
  public static Ials fit(CsrMatrix training, BaselineOptions.Ials options, Workers workers) {
    int d = options.latent();
    requireMemory(training.rows(), training.columns(), d, Runtime.getRuntime().maxMemory());
    CsrMatrix byItem = training.transposed();
    float[] ofUsers = new float[training.rows() * d];
    float[] ofItems = initial(training.columns(), options);
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      NormalEquations.given(options, ofItems, workers).solve(training, ofUsers, workers);
      NormalEquations.given(options, ofUsers, workers).solve(byItem, ofItems, workers);
    }
    return new Ials(d, ofItems, NormalEquations.given(options, ofItems, workers));
  }

  /** Normal values, {@code [I, d]}. */
  static float[] initial(int items, BaselineOptions.Ials options) {
    var random = Philox.stream(options.seed(), Philox.Purpose.INITIALIZATION, 0);
    double deviation = INITIAL_DEVIATION / Math.sqrt(options.latent());
    float[] values = new float[items * options.latent()];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /**
   * Refuses what cannot be computed, before anything is.
   *
   * @param users number of users
   * @param items number of items
   * @param d length of a vector
   * @param heap bytes that Java may use
   */
  static void requireMemory(int users, int items, int d, long heap) {
    int longest = Math.max(Math.max(users, items), d + 1); // or a row's equations
    if ((long) longest * d > Integer.MAX_VALUE - 8) {
      throw new ElboException(
          "ials needs an array for %,d vectors of %,d numbers, and one of Java holds 2,147,483,639;"
                  .formatted(longest, d)
              + " take a smaller --latent");
    }
    long equations = 2 * (d + 1L); // H'H, and the equations of one thread
    long needed = (long) Float.BYTES * d * ((long) users + items + equations);
    if (needed > heap) {
      throw new ElboException(
          "ials needs %,d MiB for %,d vectors of %,d numbers, and Java may use %,d MiB; give it more,"
                  .formatted(needed >> 20, (long) users + items, d, heap >> 20)
              + " as in ELBO_JAVA_OPTS=-Xmx%dm, or take a smaller --latent"
                  .formatted((needed + needed / 4) >> 20));
    }
  }

  /** {@code items [I, d]}: H; {@code gram [d, d]}: H'H, so that users are folded in at once. */
  @Override
  public Parameters parameters() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(ITEMS, new Tensor.Float32(new int[] {items, d}, vectors));
    tensors.put(GRAM, new Tensor.Float32(new int[] {d, d}, users.gram()));
    return new Parameters(tensors);
  }

  @Override
  public int items() {
    return items;
  }

  /** {@code H w} for the solution w of the user's equations. */
  @Override
  public void score(int[] history, float[] scores) {
    float[] w = new float[d];
    users.solve(List.of(history), w, 0);
    float[] lanes = new float[Rows.LANES];
    for (int item = 0; item < items; item++) {
      scores[item] = Rows.dot(vectors, item * d, w, 0, d, lanes);
    }
  }

  /** The items whose vectors have the largest cosine with the item's. */
  @Override
  public List<Ranked> nearest(int item, int k) {
    float[] lanes = new float[Rows.LANES];
    float[] cosines = new float[items];
    for (int other = 0; other < items; other++) {
      cosines[other] = Rows.dot(vectors, other * d, vectors, item * d, d, lanes);
    }
    double own = Math.sqrt(cosines[item]);
    for (int other = 0; other < items; other++) {
      double length = Math.sqrt(Rows.dot(vectors, other * d, vectors, other * d, d, lanes));
      cosines[other] = length == 0 || own == 0 ? 0 : (float) (cosines[other] / (own * length));
    }
    return Arrays.stream(TopN.of(cosines, k, item))
        .mapToObj(other -> new Ranked(other, cosines[other]))
        .toList();
  }
}
