package dev.elbo.tornado.layers;

import dev.elbo.data.CsrMatrix;
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

  /** Takes a batch. */
  public void load(CsrMatrix x) {
    size.set(USERS, x.rows());
    size.set(VALUES, x.size());
    int[] next = new int[items() + 1];
    for (int n = 0; n < x.size(); n++) {
      item.set(n, x.indices()[n]);
      value.set(n, x.hasValues() ? x.values()[n] : 1);
      next[x.indices()[n] + 1]++;
    }
    itemStart.set(0, 0);
    for (int i = 0; i < items(); i++) {
      next[i + 1] += next[i];
      itemStart.set(i + 1, next[i + 1]);
    }
    for (int b = 0; b < x.rows(); b++) {
      start.set(b, x.indptr()[b]);
      for (int n = x.indptr()[b]; n < x.indptr()[b + 1]; n++) {
        int at = next[x.indices()[n]]++;
        user.set(n, b);
        itemUser.set(at, b);
        itemValue.set(at, n);
      }
    }
    start.set(x.rows(), x.size());
  }
}
