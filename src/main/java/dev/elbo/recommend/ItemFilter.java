package dev.elbo.recommend;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which items may be recommended at all: what is in stock, say, or fit for children. It does not
 * change; any number of threads may use it.
 */
public final class ItemFilter implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Every item may be recommended. */
  public static final ItemFilter NONE = new ItemFilter(new BitSet());

  /** Items that may not. */
  private final BitSet refused;

  private ItemFilter(BitSet refused) {
    this.refused = refused;
  }

  /**
   * The same without some items.
   *
   * @param items numbers of items, in any order. Not modified.
   */
  public ItemFilter excluding(int... items) {
    BitSet more = (BitSet) refused.clone();
    Arrays.stream(items).forEach(more::set);
    return new ItemFilter(more);
  }

  /**
   * The same with none but some items.
   *
   * @param all number of items, {@code I}
   * @param items numbers of items, in any order. Not modified.
   */
  public ItemFilter only(int all, int... items) {
    BitSet more = new BitSet(all);
    more.set(0, all);
    Arrays.stream(items).forEach(more::clear);
    more.or(refused);
    return new ItemFilter(more);
  }

  /**
   * What is left out for a user.
   *
   * @param ofUser items that are left out for the user anyway, ascending. Not modified.
   * @return those and the ones that may not be recommended, ascending
   */
  int[] with(int[] ofUser) {
    if (refused.isEmpty()) {
      return ofUser;
    }
    BitSet all = (BitSet) refused.clone();
    Arrays.stream(ofUser).forEach(all::set);
    return all.stream().toArray();
  }
}
