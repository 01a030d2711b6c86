package dev.elbo.bench;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.random.Philox;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Made-up users as sparse and as skewed as MovieLens-20M's, drawn in time that does not grow with
 * the number of items, as {@link dev.elbo.data.SyntheticRatings} takes.
 */
public final class SyntheticUsers {

  private static final int FEWEST_ITEMS = 5;
  private static final int MEAN_ITEMS = 73;
  private static final long SEED = 1;

  private SyntheticUsers() {}

  /**
   * Draws users. The number of items of each is exponential, 73 in the mean; item {@code i} is
   * drawn with a probability in proportion to {@code 1 / (i + 20)}.
   *
   * @param users number of users
   * @param items number of items, {@code I}
   * @return who has which items, {@code [users, I]}
   */
  public static CsrMatrix draw(int users, int items) {
    var random = Philox.stream(SEED, Philox.Purpose.SYNTHETIC_DATA, 0);
    double[] cumulative = new double[items];
    double total = 0;
    for (int item = 0; item < items; item++) {
      total += 1 / (item + 20.0);
      cumulative[item] = total;
    }
    int[][] rows = new int[users][];
    int[] indptr = new int[users + 1];
    for (int user = 0; user < users; user++) {
      double above = -(MEAN_ITEMS - FEWEST_ITEMS) * Math.log(1 - random.nextDouble());
      int size = (int) Math.min(FEWEST_ITEMS + above, items / 4.0);
      var row = new TreeSet<Integer>();
      while (row.size() < size) {
        int at = Arrays.binarySearch(cumulative, total * random.nextDouble());
        row.add(Math.min(at < 0 ? -at - 1 : at, items - 1));
      }
      rows[user] = row.stream().mapToInt(Integer::intValue).toArray();
      indptr[user + 1] = indptr[user] + size;
    }
    return new CsrMatrix(items, indptr, Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray());
  }

  /**
   * Holds out every fifth item of each user, at least one.
   *
   * @param items who has which items, {@code [users, I]}
   */
  static EvaluationUsers split(CsrMatrix items) {
    int[] foldIn = new int[items.rows() + 1];
    int[] heldOut = new int[items.rows() + 1];
    int[] foldInItems = new int[items.size()];
    int[] heldOutItems = new int[items.size()];
    for (int user = 0; user < items.rows(); user++) {
      int[] row = items.row(user);
      foldIn[user + 1] = foldIn[user];
      heldOut[user + 1] = heldOut[user];
      for (int n = 0; n < row.length; n++) {
        if (n % 5 == 0) {
          heldOutItems[heldOut[user + 1]++] = row[n];
        } else {
          foldInItems[foldIn[user + 1]++] = row[n];
        }
      }
    }
    return new EvaluationUsers(
        IntStream.range(0, items.rows()).mapToObj(String::valueOf).toList(),
        new CsrMatrix(items.columns(), foldIn, Arrays.copyOf(foldInItems, foldIn[items.rows()])),
        new CsrMatrix(
            items.columns(), heldOut, Arrays.copyOf(heldOutItems, heldOut[items.rows()])));
  }
}
