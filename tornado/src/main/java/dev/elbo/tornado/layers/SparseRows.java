package dev.elbo.tornado.layers;

import dev.elbo.data.CsrMatrix;
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

  /** Lays out a batch. */
  public void prepare(CsrMatrix x, PreparedPass pass) {
    int[] next = new int[items() + 1];
    for (int i : x.indices()) {
      next[i + 1]++;
    }
    for (int i = 0; i < items(); i++) {
      next[i + 1] += next[i];
    }
    pass.put(next.clone(), itemStart);
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
    pass.put(new int[] {x.rows(), x.size()}, size);
    pass.put(x.indptr(), start);
    pass.put(x.indices(), item);
    pass.put(values(x), value);
    pass.put(users, user);
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
}
