package dev.elbo.gradients.check;

import dev.elbo.engine.Pass;
import dev.elbo.random.Noise;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a layer is tried on.
 *
 * @param users {@code B}
 * @param in width of the input
 * @param out width of the output
 * @param seed of the values
 */
public record Shape(int users, int in, int out, long seed) {

  /** Users have rows other than their positions, so that the two are not mistaken. */
  public static final int FIRST_USER = 90;

  /** A pass over the users, whose rows start at {@link #FIRST_USER}. */
  public Pass pass(Noise noise, double beta) {
    return new Pass(IntStream.range(FIRST_USER, FIRST_USER + users).toArray(), noise, beta);
  }

  /** The same sizes with other values. */
  public Shape withSeed(long other) {
    return new Shape(users, in, out, other);
  }

  /** The generator of the values: the same ones each time it is asked for. */
  public RandomGenerator random() {
    return new SplittableRandom(seed);
  }
}
