package dev.elbo.tornado.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.tornado.input.PreparedPass;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A batch {@code [B, I]} as kernels read it. The arrays are as long as the largest batch needs;
 * {@link #size} says how much of them counts.
 *
 * <p>Backward, the first layer gathers item by item, because a device cannot add to one place from
 * two work items: so the batch's values are listed in the order of items, too.
 */
public final class SparseRows {

  /** Where {@link #size} has the number of users, {@code B}. */
  public static final int USERS = 0;

  /** Where {@link #size} has the number of values, {@code N}. */
  public static final int VALUES = 1;

  /**
   * The most values of a row that one work item adds up; what a longer row has beyond is cut into
   * pieces of as many, each with items of its own.
   */
  public static final int PIECE = 64;

  /** {@code B} and {@code N}. */
  public final IntArray size = new IntArray(2);

  /** Where each user's values begin, {@code [B + 1]}. */
  public final IntArray start;

  /** Item of each value, user by user, {@code [N]}. */
  public final IntArray item;

  /** The values, user by user, {@code [N]}: ratings, or 1. */
  public final FloatArray value;

  /** User of each value, user by user, {@code [N]}. */
  public final IntArray user;

  /** Where each item's values begin, {@code [I + 1]}. */
  public final IntArray itemStart;

  /** User of each value, item by item, {@code [N]}. */
  public final IntArray itemUser;

  /** Position user by user of each value, item by item, {@code [N]}. */
  public final IntArray itemValue;

  /** User whose piece begins among each {@link #PIECE} values, user by user, or -1. */
  private final IntArray userPiece;

  /** Item whose piece begins among each {@link #PIECE} values, item by item, or -1. */
  private final IntArray itemPiece;

  /**
   * @param users most users of a batch
   * @param items number of items, {@code I}
   * @param values most values of a batch
   */
  public SparseRows(int users, int items, int values) {
    start = new IntArray(users + 1);
    item = new IntArray(values);
    value = new FloatArray(values);
    user = new IntArray(values);
    itemStart = new IntArray(items + 1);
    itemUser = new IntArray(values);
    itemValue = new IntArray(values);
    userPiece = new IntArray(values / PIECE + 1);
    itemPiece = new IntArray(values / PIECE + 1);
  }

  /** Most users of a batch. */
  public int users() {
    return start.getSize() - 1;
  }

  /** Number of items, {@code I}. */
  public int items() {
    return itemStart.getSize() - 1;
  }

  /** Most values of a batch. */
  public int values() {
    return item.getSize();
  }

  /**
   * The values in one of two orders, row by row: a row is a user or an item, a column is the other.
   *
   * @param start where each row's values begin, {@code [R + 1]}; rows that a batch does not have
   *     are empty
   * @param column column of each value, {@code [N]}
   * @param value position user by user of each value, {@code [N]}
   * @param piece row whose piece begins among each {@link #PIECE} values, or -1. There is one at
   *     most: the pieces of a row begin {@code PIECE} values from each other, and the first of them
   *     begins {@code PIECE} values after the row.
   */
  public record Order(IntArray start, IntArray column, IntArray value, IntArray piece) {

    /** Number of rows, {@code R}. */
    public int rows() {
      return start.getSize() - 1;
    }
  }

  /** User by user, taken to the device. */
  public Order byUser(Tasks tasks) {
    IntArray value = new IntArray(values()); // each graph has its own, which is freed with it
    for (int n = 0; n < values(); n++) {
      value.set(n, n);
    }
    tasks.take(start, item, userPiece);
    tasks.keep(value);
    return new Order(start, item, value, userPiece);
  }

  /** Item by item, taken to the device. */
  public Order byItem(Tasks tasks) {
    tasks.take(itemStart, itemUser, itemValue, itemPiece);
    return new Order(itemStart, itemUser, itemValue, itemPiece);
  }

  /** Lays out a batch. */
  public void prepare(CsrMatrix x, PreparedPass pass) {
    int[] itemStarts = CsrMatrix.boundaries(x.columnCounts());
    int[] next = itemStarts.clone();
    int[] users = new int[x.size()];
    int[] itemUsers = new int[x.size()];
    int[] itemValues = new int[x.size()];
    for (int b = 0; b < x.rows(); b++) {
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        int at = next[x.indices()[n]]++;
        users[n] = b;
        itemUsers[at] = b;
        itemValues[at] = n;
      }
    }
    int[] starts = Arrays.copyOf(x.indptr(), users() + 1);
    Arrays.fill(starts, x.rows(), starts.length, x.size());
    pass.put(new int[] {x.rows(), x.size()}, size);
    pass.put(starts, start);
    pass.put(pieces(starts), userPiece);
    pass.put(x.indices(), item);
    pass.put(values(x), value);
    pass.put(users, user);
    pass.put(itemStarts, itemStart);
    pass.put(pieces(itemStarts), itemPiece);
    pass.put(itemUsers, itemUser);
    pass.put(itemValues, itemValue);
  }

  private static float[] values(CsrMatrix x) {
    if (x.hasValues()) {
      return x.values();
    }
    float[] ones = new float[x.size()];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Row whose piece begins among each {@link #PIECE} values, or -1. */
  private int[] pieces(int[] start) {
    int[] pieces = new int[values() / PIECE + 1];
    Arrays.fill(pieces, -1);
    for (int r = 0; r < start.length - 1; r++) {
      for (int n = start[r] + PIECE; n < start[r + 1]; n += PIECE) {
        pieces[n / PIECE] = r;
      }
    }
    return pieces;
  }
}
