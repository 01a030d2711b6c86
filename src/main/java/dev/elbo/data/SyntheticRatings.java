package dev.elbo.data;

import dev.elbo.random.Philox;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Made-up interactions whose distribution is known: each user draws items without replacement from
 * {@code softmax(popularity + affinity)}, where the affinity of user and item is the inner product
 * of two vectors of normal values. How well the distribution itself predicts held-out items is as
 * well as anything can be expected to.
 */
public final class SyntheticRatings {

  private static final int FACTORS = 8;
  private static final double POPULARITY_DEVIATION = 1;
  private static final double AFFINITY_DEVIATION = 2;
  private static final int FEWEST_ITEMS = 10;
  private static final double MEAN_ITEMS_ABOVE = 30;

  private final int users;
  private final int items;
  private final double[] popularity;
  private final double[][] userFactors;
  private final double[][] itemFactors;
  private final RandomGenerator random;

  /**
   * Draws the distribution.
   *
   * @param users number of users
   * @param items number of items
   * @param seed of all draws
   */
  public SyntheticRatings(int users, int items, long seed) {
    this.users = users;
    this.items = items;
    this.random = Philox.stream(seed, Philox.Purpose.SYNTHETIC_DATA, 0);
    this.popularity = normals(items, POPULARITY_DEVIATION);
    this.userFactors = new double[users][];
    this.itemFactors = new double[items][];
    Arrays.setAll(userFactors, _ -> normals(FACTORS, 1));
    Arrays.setAll(itemFactors, _ -> normals(FACTORS, AFFINITY_DEVIATION / Math.sqrt(FACTORS)));
  }

  private double[] normals(int size, double deviation) {
    return IntStream.range(0, size).mapToDouble(_ -> deviation * random.nextGaussian()).toArray();
  }

  /**
   * The logits a user draws from.
   *
   * @param user the user
   * @return a logit for each item, {@code [I]}
   */
  public double[] logits(int user) {
    double[] logits = popularity.clone();
    for (int item = 0; item < items; item++) {
      for (int f = 0; f < FACTORS; f++) {
        logits[item] += userFactors[user][f] * itemFactors[item][f];
      }
    }
    return logits;
  }

  /** Draws interactions: users {@code 1 ...}, items {@code 1 ...}, without ratings and times. */
  public Interactions draw() {
    int[][] drawn = new int[users][];
    for (int user = 0; user < users; user++) {
      drawn[user] = withoutReplacement(logits(user), drawSize());
    }
    return new Interactions(
        ids(users),
        ids(items),
        IntStream.range(0, users)
            .flatMap(user -> IntStream.range(0, drawn[user].length).map(_ -> user))
            .toArray(),
        Arrays.stream(drawn).flatMapToInt(Arrays::stream).toArray(),
        new float[0],
        new long[0]);
  }

  private int drawSize() {
    double above = -MEAN_ITEMS_ABOVE * StrictMath.log(1 - random.nextDouble());
    return (int) Math.min(items / 2.0, FEWEST_ITEMS + above);
  }

  /**
   * The first draws without replacement from a softmax are the largest of the logits with
   * independent Gumbel noise added (Vieira 2014, "Gumbel-max trick and weighted reservoir
   * sampling").
   */
  private int[] withoutReplacement(double[] logits, int size) {
    double[] keys =
        Arrays.stream(logits)
            .map(logit -> logit - StrictMath.log(-StrictMath.log(1 - random.nextDouble())))
            .toArray();
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(item -> -keys[item]))
        .limit(size)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static List<String> ids(int size) {
    return IntStream.rangeClosed(1, size).mapToObj(String::valueOf).toList();
  }
}
