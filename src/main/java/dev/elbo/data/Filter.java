package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntPredicate;

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
          "minRating: expected a finite number, found '%s'".formatted(minRating));
    }
    if (minItemUsers < 0) {
      throw new ElboException(
          "minItemUsers: expected 0 or more, found '%d'".formatted(minItemUsers));
    }
    if (minUserItems < 0) {
      throw new ElboException(
          "minUserItems: expected 0 or more, found '%d'".formatted(minUserItems));
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
  public Filtered apply(Interactions all) {
    if (all.size() == 0) {
      throw new ElboException("expected events, found none");
    }
    var sieve = new Sieve(all);
    if (all.hasRatings() && minRating != null) {
      float least = minRating.floatValue();
      sieve.keep("--min-rating " + least, event -> all.ratings()[event] >= least);
    }
    int before;
    do {
      before = sieve.kept.cardinality();
      keepFrequent(sieve, all.items(), all.itemIds().size(), "--min-item-users", minItemUsers);
      keepFrequent(sieve, all.users(), all.userIds().size(), "--min-user-items", minUserItems);
    } while (kCore && sieve.kept.cardinality() < before);
    return new Filtered(
        this,
        sieve.dropped.isEmpty() ? all : all.select(sieve.kept),
        List.copyOf(sieve.dropped.values()));
  }

  /** Drops the events of users (or items) that have fewer than {@code least} of those kept. */
  private void keepFrequent(Sieve sieve, int[] column, int size, String option, int least) {
    int[] counts = new int[size];
    sieve.kept.stream().forEach(event -> counts[column[event]]++);
    sieve.keep(
        "%s %d%s".formatted(option, least, kCore ? ", --k-core" : ""),
        event -> counts[column[event]] >= least);
  }

  /** Events of which each step drops some. */
  private static final class Sieve {
    private final Interactions all;
    private final SequencedMap<String, Dropped> dropped = new LinkedHashMap<>();
    private BitSet kept = new BitSet();

    Sieve(Interactions all) {
      this.all = all;
      kept.set(0, all.size());
    }

    /**
     * Keeps some of the events that are left.
     *
     * @param by the option that says which, with its value
     * @throws ElboException if none of them is kept
     */
    void keep(String by, IntPredicate isKept) {
      var left = new BitSet(all.size());
      kept.stream().filter(isKept).forEach(left::set);
      int events = kept.cardinality() - left.cardinality();
      if (left.isEmpty()) {
        throw new ElboException(
            "of %d interactions (%d users, %d items) none is left: %s dropped the last %d; lower it"
                .formatted(all.size(), all.userIds().size(), all.itemIds().size(), by, events));
      }
      if (events > 0) {
        int users = different(all.users(), kept) - different(all.users(), left);
        int items = different(all.items(), kept) - different(all.items(), left);
        dropped.merge(by, new Dropped(by, users, items, events), Dropped::and);
      }
      kept = left;
    }

    private static int different(int[] column, BitSet events) {
      var found = new BitSet();
      events.stream().forEach(event -> found.set(column[event]));
      return found.cardinality();
    }
  }
}
