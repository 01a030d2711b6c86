package dev.elbo.data;

import dev.elbo.ElboException;
import java.util.Arrays;

/**
 * The users of a batch step by step, for a model that reads their items in the order of time. A
 * user's items are one sequence or, if they are more than a window, several. The rows of dense
 * layers are the steps: those of the first sequence in their order, then those of the second, and
 * so on; a user's sequences follow each other.
 *
 * @param start row of each sequence's first step, {@code [Q + 1]}, from 0 to {@code S}
 * @param users position in the batch of each sequence's user, {@code [Q]}, ascending
 * @param first how many of the user's items come before the sequence, {@code [Q]}
 * @param items the item that is read in each step, {@code [S]}
 * @param next what is to be predicted in each step, {@code [S, I]}; null where nothing is: then
 *     only the state after a sequence's last step goes on from the recurrent layer
 */
public record Steps(int[] start, int[] users, int[] first, int[] items, CsrMatrix next) {

  /** As many rows as an array of 4,096 values for each of them can have. */
  private static final int MOST_STEPS = (1 << 19) - 1;

  /**
   * For training: each item but the last is read, and the next ones are to be predicted.
   *
   * @param histories the users' items with their order, {@code [B, I]}
   * @param ahead how many of the next items; towards the end there are fewer
   * @param window the most steps of a sequence; 0 for no limit. A user's last sequence is full.
   * @throws ElboException if there is no order, or there are too many steps
   */
  public static Steps toPredict(CsrMatrix histories, int ahead, int window) {
    histories.requireOrder();
    int users = histories.rows();
    int[] indptr = histories.indptr();
    int sequences = 0;
    int steps = 0;
    long predicted = 0;
    for (int u = 0; u < users; u++) {
      int ofUser = Math.max(0, histories.size(u) - 1);
      sequences += window == 0 ? Math.min(1, ofUser) : Math.ceilDiv(ofUser, window);
      steps += ofUser;
      long full = Math.max(0, ofUser - ahead); // steps with so many items after them
      long rest = ofUser - full;
      predicted += full * ahead + rest * (rest + 1) / 2;
    }
    if (steps > MOST_STEPS || predicted > Integer.MAX_VALUE) {
      throw new ElboException(
          "a batch of %,d users has %,d steps, with %,d items to predict: use smaller batches"
              .formatted(users, steps, predicted));
    }
    var built =
        new Steps(
            new int[sequences + 1], new int[sequences], new int[sequences], new int[steps], null);
    int[] nextStart = new int[steps + 1];
    int[] nextItems = new int[(int) predicted];
    int q = 0;
    int row = 0;
    for (int u = 0; u < users; u++) {
      int ofUser = Math.max(0, histories.size(u) - 1);
      for (int step = 0; step < ofUser; step++) {
        if (step == 0 || (window > 0 && (ofUser - step) % window == 0)) {
          built.start[q] = row;
          built.users[q] = u;
          built.first[q] = step;
          q++;
        }
        int at = indptr[u] + step;
        built.items[row] = histories.sequence()[at];
        int from = nextStart[row];
        int count = Math.min(ahead, ofUser - step);
        System.arraycopy(histories.sequence(), at + 1, nextItems, from, count);
        Arrays.sort(nextItems, from, from + count);
        nextStart[++row] = from + count;
      }
    }
    built.start[q] = row;
    var next = new CsrMatrix(histories.columns(), nextStart, nextItems);
    return new Steps(built.start, built.users, built.first, built.items, next);
  }

  /**
   * For scoring: all items are read, in one sequence for each user.
   *
   * @param histories the users' items with their order, {@code [B, I]}
   * @param window how many items are read, the last ones; 0 for all
   * @throws ElboException if there is no order
   */
  public static Steps toRead(CsrMatrix histories, int window) {
    histories.requireOrder();
    int users = histories.rows();
    int[] start = new int[users + 1];
    int[] first = new int[users];
    for (int u = 0; u < users; u++) {
      int read = window == 0 ? histories.size(u) : Math.min(window, histories.size(u));
      first[u] = histories.size(u) - read;
      start[u + 1] = start[u] + read;
    }
    int[] items = new int[start[users]];
    int[] positions = new int[users];
    for (int u = 0; u < users; u++) {
      int from = histories.indptr()[u] + first[u];
      System.arraycopy(histories.sequence(), from, items, start[u], start[u + 1] - start[u]);
      positions[u] = u;
    }
    return new Steps(start, positions, first, items, null);
  }

  /** Number of sequences, {@code Q}. */
  public int sequences() {
    return users.length;
  }

  /** Number of steps, {@code S}. */
  public int size() {
    return items.length;
  }

  /** Whether only the state after each sequence's last step goes on from the recurrent layer. */
  public boolean lastOnly() {
    return next == null;
  }

  /** The sequence that each row after the recurrent layer belongs to. */
  public int[] sequenceOfRows() {
    int[] sequence = new int[lastOnly() ? sequences() : size()];
    for (int q = 0; q < sequences(); q++) {
      if (lastOnly()) {
        sequence[q] = q;
      } else {
        Arrays.fill(sequence, start[q], start[q + 1], q);
      }
    }
    return sequence;
  }
}
