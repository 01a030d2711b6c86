package dev.elbo.engine;

import java.util.Arrays;

/**
 * What Adam does in updates that have no gradient for a value, in closed form: all that a value has
 * missed since it was last brought up to date, at once.
 *
 * <p>Let {@code m} and {@code v} be the moments after update {@code s}, and let {@code g = 0} in
 * the {@code n} updates after it. Adam's first two lines are then {@code m = b1 m} and {@code v =
 * b2 v}, and after {@code j} of the updates
 *
 * <pre>
 * m_j = b1^j m,   v_j = b2^j v
 * theta_n = theta - sum_{j=1}^n rate_j b1^j m / (b2^(j/2) sqrt(v) + eps_j)
 *         = theta - sum_{j=1}^n w_j m / (sqrt(v) + e_j)
 *     w_j = rate_j (b1 / sqrt(b2))^j,   e_j = eps_j b2^(-j/2)
 * </pre>
 *
 * with {@code rate_j} and {@code eps_j} as {@link AdamOptions} has them in update {@code s + j}.
 * The value goes on moving, by ever less: of all that a single gradient ever does to it, with the
 * paper's constants, nine tenths come in later updates. In place of each {@code e_j} stands their
 * mean with the weights {@code w_j}, so that the updates are one of Adam's, of rate {@code R} and
 * epsilon {@code E}:
 *
 * <pre>
 * theta_n = theta - R m / (sqrt(v) + E),   R = sum_j w_j,   E = sum_j w_j e_j / R
 * </pre>
 *
 * The mean takes all but the second order: in TensorFlow's form {@code e_j} differs from {@code E}
 * by about half a per cent, since few {@code j} have weight, so the movement is off by some 3e-5 of
 * {@code (E / (sqrt(v) + E))^2}, which itself is next to nothing where {@code v} is that of a
 * gradient. Where there never was one, {@code m = 0}, and nothing moves.
 *
 * <p>So a value that is brought up to date before it is read is where Adam of all values would have
 * it, up to rounding. That is what Adam in TensorFlow does to a sparse gradient, in time for all
 * rows; LazyAdam in TensorFlow and SparseAdam in PyTorch are other algorithms: there nothing decays
 * and nothing moves in the updates that a row misses, and a rare row learns from its own gradients
 * as if there were no others.
 *
 * <p>An object of this class counts updates from some moment on, and a row is described by how many
 * of them it has seen. Not thread-safe while {@link #add} runs.
 */
public final class MissedUpdates {

  /** What is less than this share of the first missed movement is left out. */
  private static final double NOTHING = 1e-20;

  private final double beta1;
  private final double beta2;

  /** {@code (b1 / sqrt(b2))^j} and {@code (b1 / b2)^j}, as far as they are more than nothing. */
  private final double[] ofRate;

  private final double[] ofEpsilon;

  /** {@code b1^n} and {@code b2^n}, for as many updates as there were. */
  private double[] power1 = {1};

  private double[] power2 = {1};

  /** {@code R} and {@code R E} of what a row that has seen some updates has missed since. */
  private double[] rate = {0};

  private double[] rateEpsilon = {0};

  private int count;

  /**
   * Begins to count.
   *
   * @param adam the decays of the moments, with {@code beta1 < beta2}
   */
  public MissedUpdates(AdamOptions adam) {
    beta1 = adam.beta1();
    beta2 = adam.beta2();
    double ratio = beta1 / beta2; // the larger of the two
    int length = ratio == 0 ? 2 : 2 + (int) (Math.log(NOTHING) / Math.log(ratio));
    ofRate = powers(beta1 / Math.sqrt(beta2), length);
    ofEpsilon = powers(ratio, length);
  }

  private static double[] powers(double base, int length) {
    double[] powers = new double[length];
    Arrays.setAll(powers, j -> StrictMath.pow(base, j));
    return powers;
  }

  /** Whether options have the decays that are counted with. */
  public boolean areOf(AdamOptions adam) {
    return adam.beta1() == beta1 && adam.beta2() == beta2;
  }

  /** Number of updates so far. */
  public int count() {
    return count;
  }

  /**
   * Counts an update. It takes time for as many earlier ones as still move values, some hundreds.
   *
   * @param adam its options
   * @param t its number since training began, from 1: what Adam corrects its moments by
   */
  public void add(AdamOptions adam, long t) {
    count++;
    if (count == rate.length) {
      power1 = Arrays.copyOf(power1, 2 * count);
      power2 = Arrays.copyOf(power2, 2 * count);
      rate = Arrays.copyOf(rate, 2 * count);
      rateEpsilon = Arrays.copyOf(rateEpsilon, 2 * count);
    }
    power1[count] = StrictMath.pow(beta1, count);
    power2[count] = StrictMath.pow(beta2, count);
    double now = adam.rate(t);
    double epsilon = adam.epsilon(t);
    for (int j = 1; j < Math.min(ofRate.length, count + 1); j++) {
      rate[count - j] += now * ofRate[j];
      rateEpsilon[count - j] += now * epsilon * ofEpsilon[j];
    }
  }

  /**
   * What the first moment is to be multiplied by, {@code b1^n}.
   *
   * @param seen how many of the updates the row has seen
   */
  public double firstDecay(int seen) {
    return power1[count - seen];
  }

  /** What the second moment is to be multiplied by, likewise. */
  public double secondDecay(int seen) {
    return power2[count - seen];
  }

  /** {@code R}, likewise: the factor of {@code m / (sqrt(v) + E)}, with the moments not decayed. */
  public double rate(int seen) {
    return rate[seen];
  }

  /** {@code E}, likewise; 0 where nothing is missed. */
  public double epsilon(int seen) {
    return rate[seen] == 0 ? 0 : rateEpsilon[seen] / rate[seen];
  }
}
