package dev.elbo.bench;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Scorer;
import dev.elbo.linalg.Workers;
import dev.elbo.random.Philox;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Made-up users whose distribution is known, as {@link dev.elbo.data.SyntheticRatings} has it:
 * items without replacement from {@code softmax(popularity + affinity)}; but drawn in time that
 * hardly grows with the number of items.
 *
 * <p>Items are put into boxes of similar factors. A box stands for its items' popularity times the
 * largest affinity that its corners allow; a box is drawn, an item of it by popularity, and the
 * item is taken with the probability that its affinity is below that bound. An item that is taken
 * twice counts once. So what is drawn has exactly the distribution, whatever the boxes.
 */
final class Catalogue implements Scorer {

  private static final int FACTORS = 8;
  private static final double AFFINITY_DEVIATION = 2;
  private static final int FEWEST_ITEMS = 10;
  private static final double MEAN_ITEMS_ABOVE = 30;
  private static final int BOXES = 1 << 14;

  private final int items;
  private final int users;
  private final long seed;
  private final double[] popularity;

  /** Of items and of users, {@code [I, FACTORS]} and {@code [users, FACTORS]}. */
  private final double[] itemFactors;

  private final double[] userFactors;

  /** The items, box by box. */
  private final int[] order;

  /** {@code sum exp(popularity)} of the items up to and with each of {@link #order}. */
  private final double[] mass;

  /** Where each box begins in {@link #order}, and its lower and upper corners. */
  private final int[] first;

  private final double[] low;
  private final double[] high;
  private int boxes;

  Catalogue(int users, int items, long seed) {
    this.users = users;
    this.items = items;
    this.seed = seed;
    popularity = normals(0, items, 1);
    itemFactors = normals(1, items * FACTORS, AFFINITY_DEVIATION / Math.sqrt(FACTORS));
    userFactors = normals(2, users * FACTORS, 1);
    order = IntStream.range(0, items).toArray();
    first = new int[2 * BOXES + 1];
    low = new double[2 * BOXES * FACTORS];
    high = new double[2 * BOXES * FACTORS];
    divide(0, items);
    first[boxes] = items;
    mass = new double[items];
    double sum = 0;
    for (int n = 0; n < items; n++) {
      sum += Math.exp(popularity[order[n]]);
      mass[n] = sum;
    }
  }

  private double[] normals(int stream, int size, double deviation) {
    RandomGenerator random = Philox.stream(seed, Philox.Purpose.SYNTHETIC_DATA, stream);
    double[] normals = new double[size];
    Arrays.setAll(normals, _ -> deviation * random.nextGaussian());
    return normals;
  }

  /** Halves some items by the factor in which they differ most, down to boxes. */
  private void divide(int from, int to) {
    double[] lowest = new double[FACTORS];
    double[] highest = new double[FACTORS];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    Arrays.fill(highest, Double.NEGATIVE_INFINITY);
    for (int n = from; n < to; n++) {
      for (int f = 0; f < FACTORS; f++) {
        double value = itemFactors[order[n] * FACTORS + f];
        lowest[f] = Math.min(lowest[f], value);
        highest[f] = Math.max(highest[f], value);
      }
    }
    if (to - from <= Math.ceilDiv(items, BOXES)) {
      first[boxes] = from;
      System.arraycopy(lowest, 0, low, boxes * FACTORS, FACTORS);
      System.arraycopy(highest, 0, high, boxes * FACTORS, FACTORS);
      boxes++;
      return;
    }
    int widest = 0;
    for (int f = 1; f < FACTORS; f++) {
      if (highest[f] - lowest[f] > highest[widest] - lowest[widest]) {
        widest = f;
      }
    }
    int factor = widest;
    record Place(int item, double value) {}
    int[] sorted =
        IntStream.range(from, to)
            .mapToObj(n -> new Place(order[n], itemFactors[order[n] * FACTORS + factor]))
            .sorted((a, b) -> Double.compare(a.value(), b.value()))
            .mapToInt(Place::item)
            .toArray();
    System.arraycopy(sorted, 0, order, from, sorted.length);
    int middle = (from + to) >>> 1;
    divide(from, middle);
    divide(middle, to);
  }

  private double affinity(int user, int item) {
    double sum = 0;
    for (int f = 0; f < FACTORS; f++) {
      sum += userFactors[user * FACTORS + f] * itemFactors[item * FACTORS + f];
    }
    return sum;
  }

  /** Draws what every user has, {@code [users, I]}; the same on any number of threads. */
  CsrMatrix draw(Workers workers) {
    int[][] rows = new int[users][];
    workers.forEach(users, user -> rows[user] = draw(user));
    int[] indptr = new int[users + 1];
    for (int user = 0; user < users; user++) {
      indptr[user + 1] = indptr[user] + rows[user].length;
    }
    return new CsrMatrix(items, indptr, Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray());
  }

  private int[] draw(int user) {
    RandomGenerator random = Philox.stream(seed, Philox.Purpose.SYNTHETIC_DATA, 3 + user);
    double above = -MEAN_ITEMS_ABOVE * Math.log(1 - random.nextDouble());
    int size = (int) Math.min(items / 2.0, FEWEST_ITEMS + above);
    double[] bound = new double[boxes];
    double[] end = new double[boxes];
    double sum = 0;
    for (int box = 0; box < boxes; box++) {
      for (int f = 0; f < FACTORS; f++) {
        double u = userFactors[user * FACTORS + f];
        bound[box] += Math.max(u * low[box * FACTORS + f], u * high[box * FACTORS + f]);
      }
      double before = first[box] == 0 ? 0 : mass[first[box] - 1];
      sum += (mass[first[box + 1] - 1] - before) * Math.exp(bound[box]);
      end[box] = sum;
    }
    var row = new TreeSet<Integer>();
    while (row.size() < size) {
      int box = at(end, 0, boxes, sum * random.nextDouble());
      double before = first[box] == 0 ? 0 : mass[first[box] - 1];
      double point = before + (mass[first[box + 1] - 1] - before) * random.nextDouble();
      int item = order[at(mass, first[box], first[box + 1], point)];
      if (random.nextDouble() < Math.exp(affinity(user, item) - bound[box])) {
        row.add(item);
      }
    }
    return row.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int at(double[] ends, int from, int to, double point) {
    int found = Arrays.binarySearch(ends, from, to, point);
    return Math.min(found < 0 ? -found - 1 : found + 1, to - 1);
  }

  /** Scores with the distribution itself: nothing can be expected to rank better. */
  @Override
  public void scores(Batch batch, Sink sink) {
    for (int b = 0; b < batch.size(); b++) {
      float[] scores = new float[items];
      for (int item = 0; item < items; item++) {
        scores[item] = (float) (popularity[item] + affinity(batch.users()[b], item));
      }
      sink.accept(b, scores);
    }
  }
}
