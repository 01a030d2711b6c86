package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.TopN;
import java.util.Arrays;

/**
 * The nearest neighbours of an item, and the Gram matrix of a few items, from who has them: nothing
 * of the size of all pairs of items is ever made. It keeps what it counts in, so it is for one
 * thread.
 */
final class Neighbourhood {

  /** Ends a list. */
  private static final int NONE = -1;

  private final CsrMatrix byUser;
  private final CsrMatrix byItem;

  /** Zeros between calls, {@code [I]}. */
  private final float[] counts;

  private final int[] found;

  /** For each user the last entry of a list, {@code [users]}; {@link #NONE} between calls. */
  private final int[] last;

  private final int[] touched;

  /** The entries: the number of an item among the few, and the user's entry before. */
  private int[] numbers = new int[1024];

  private int[] earlier = new int[1024];

  /**
   * @param byUser what the users have, {@code [users, I]}
   * @param byItem its transpose
   */
  Neighbourhood(CsrMatrix byUser, CsrMatrix byItem) {
    this.byUser = byUser;
    this.byItem = byItem;
    counts = new float[byItem.rows()];
    found = new int[byItem.rows()];
    last = new int[byUser.rows()];
    touched = new int[byUser.rows()];
    Arrays.fill(last, NONE);
  }

  /**
   * The items before item {@code j} whose columns have the largest cosine with its own, {@code G_ij
   * / sqrt(G_ii G_jj)}.
   *
   * @param j the item; it is not among them
   * @param k how many, at most: items that no user has together with j are none of them
   * @param place of each item in the order, {@code [I]}
   * @return ascending; of equals, those with the lower numbers
   */
  int[] before(int j, int k, int[] place) {
    int size = 0;
    for (int user : byItem.row(j)) {
      for (int n = byUser.indptr()[user]; n < byUser.indptr()[user + 1]; n++) {
        int other = byUser.indices()[n];
        if (place[other] < place[j] && counts[other]++ == 0) {
          found[size++] = other;
        }
      }
    }
    Arrays.sort(found, 0, size);
    float[] cosines = new float[size];
    for (int n = 0; n < size; n++) {
      int i = found[n];
      double lengths = Math.sqrt((double) byItem.size(i) * byItem.size(j));
      cosines[n] = (float) (counts[i] / lengths);
      counts[i] = 0;
    }
    int[] best = TopN.of(cosines, k);
    for (int n = 0; n < best.length; n++) {
      best[n] = found[best[n]];
    }
    Arrays.sort(best);
    return best;
  }

  /**
   * Counts, for each two of a few items, the users who have both. Counts to 2^24 are exact.
   *
   * @param items the items, {@code [m]}
   * @param gram zeros, row-major, with {@code m} columns. Modified: the lower triangle of its upper
   *     {@code m} rows is the Gram matrix's.
   */
  void gram(int[] items, float[] gram) {
    int m = items.length;
    int entries = 0;
    int users = 0;
    for (int number = 0; number < m; number++) {
      int end = byItem.indptr()[items[number] + 1];
      for (int n = byItem.indptr()[items[number]]; n < end; n++) {
        if (entries == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * entries);
          earlier = Arrays.copyOf(earlier, 2 * entries);
        }
        int user = byItem.indices()[n];
        if (last[user] == NONE) {
          touched[users++] = user;
        }
        numbers[entries] = number;
        earlier[entries] = last[user];
        last[user] = entries++;
      }
    }
    int[] own = new int[m];
    for (int n = 0; n < users; n++) {
      int size = 0;
      for (int entry = last[touched[n]]; entry != NONE; entry = earlier[entry]) {
        own[size++] = numbers[entry]; // descending
      }
      last[touched[n]] = NONE;
      for (int a = 0; a < size; a++) {
        int row = own[a] * m;
        for (int b = a; b < size; b++) {
          gram[row + own[b]]++;
        }
      }
    }
  }
}
