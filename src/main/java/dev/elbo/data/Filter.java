package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.util.BitSet;

/**
 * Which events are kept, in the order of Liang et al. (2018; {@code filter_triplets} in the
 * authors' notebook): first those with a rating of at least {@code minRating}; of these, those of
 * items that have at least {@code minItemUsers} users; of these, those of users that have at least
 * {@code minUserItems} items. Done once, the last step may leave items with fewer users than their
 * minimum; with {@code kCore} the last two steps are repeated until they change nothing.
 *
 * @param minRating the least rating that is kept, compared in float32, as ratings are stored;
 *     finite; {@code null} keeps all. Without effect on events that have no ratings.
 * @param minItemUsers the least number of users of an item; 0: any
 * @param minUserItems the least number of items of a user; 0: any
 * @param kCore whether both minimums hold at the end, for every item and every user
 */
public record Filter(
    @JsonSetter(nulls = Nulls.SET) Double minRating,
    int minItemUsers,
    int minUserItems,
    boolean kCore) {

  /**
   * Checks the values.
   *
   * @throws ElboException if the least rating is not finite, or a minimum is negative
   */
  public Filter {
    if (minRating != null && !Double.isFinite(minRating)) {
      throw new ElboException(
          "--min-rating: expected a finite number, found '%s'".formatted(minRating));
    }
    if (minItemUsers < 0) {
      throw new ElboException(
          "--min-item-users: expected 0 or more, found '%d'".formatted(minItemUsers));
    }
    if (minUserItems < 0) {
      throw new ElboException(
          "--min-user-items: expected 0 or more, found '%d'".formatted(minUserItems));
    }
  }

  /** A filter with a least rating. */
  public Filter(double minRating, int minItemUsers, int minUserItems, boolean kCore) {
    this(Double.valueOf(minRating), minItemUsers, minUserItems, kCore);
  }

  /**
   * The events that are kept, in the same order; users and items are numbered anew by first
   * appearance among them.
   *
   * @param all one event per user and item. Not modified.
   * @throws ElboException if none is kept
   */
  public Interactions apply(Interactions all) {
    var kept = new BitSet(all.size());
    kept.set(0, all.size());
    if (all.hasRatings() && minRating != null) {
      dropLowRatings(all, kept);
    }
    boolean changed;
    do {
      int before = kept.cardinality();
      dropRare(all, all.items(), all.itemIds().size(), "--min-item-users", minItemUsers, kept);
      dropRare(all, all.users(), all.userIds().size(), "--min-user-items", minUserItems, kept);
      changed = kept.cardinality() < before;
    } while (kCore && changed);
    return kept.cardinality() == all.size() ? all : all.select(kept);
  }

  private void dropLowRatings(Interactions all, BitSet kept) {
    float least = minRating.floatValue();
    for (int event = 0; event < all.size(); event++) {
      kept.set(event, all.ratings()[event] >= least);
    }
    checkAnyLeft(all, kept, all.size(), "--min-rating", least);
  }

  /** Drops the events of users (or items) that have fewer than {@code least} of those kept. */
  private static void dropRare(
      Interactions all, int[] column, int size, String option, int least, BitSet kept) {
    int[] counts = new int[size];
    for (int event = kept.nextSetBit(0); event >= 0; event = kept.nextSetBit(event + 1)) {
      counts[column[event]]++;
    }
    int before = kept.cardinality();
    for (int event = kept.nextSetBit(0); event >= 0; event = kept.nextSetBit(event + 1)) {
      kept.set(event, counts[column[event]] >= least);
    }
    checkAnyLeft(all, kept, before, option, least);
  }

  private static void checkAnyLeft(
      Interactions all, BitSet kept, int before, String option, Number least) {
    if (kept.isEmpty()) {
      throw new ElboException(
          "of %d interactions (%d users, %d items) none is left: %s %s dropped the last %d; lower it"
              .formatted(
                  all.size(), all.userIds().size(), all.itemIds().size(), option, least, before));
    }
  }
}
