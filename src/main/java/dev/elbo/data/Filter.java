package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import dev.elbo.data.Sieve.Left;
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
    var sieve = new InMemory(all);
    List<Dropped> dropped = sift(sieve);
    return new Filtered(this, dropped.isEmpty() ? all : all.select(sieve.kept), dropped);
  }

  /**
   * Drops what is not to be kept, wherever the events are held.
   *
   * @param sieve the events, one per user and item. Modified: it is left with those that are kept.
   * @return what each step dropped, in their order; without those that dropped nothing
   * @throws ElboException if none is kept
   */
  public List<Dropped> sift(Sieve sieve) {
    var steps = new Steps(sieve.all());
    if (sieve.hasRatings() && minRating != null) {
      float least = minRating.floatValue();
      steps.add("--min-rating " + least, sieve.keepRated(least));
    }
    String core = kCore ? ", --k-core" : "";
    Left before;
    do {
      before = steps.left;
      if (minItemUsers > 1) {
        steps.add("--min-item-users " + minItemUsers + core, sieve.keepItems(minItemUsers));
      }
      if (minUserItems > 1) {
        steps.add("--min-user-items " + minUserItems + core, sieve.keepUsers(minUserItems));
      }
    } while (kCore && steps.left.events() < before.events());
    return List.copyOf(steps.dropped.values());
  }

  /** What the steps dropped so far, and what is left. */
  private static final class Steps {
    private final Left all;
    private final SequencedMap<String, Dropped> dropped = new LinkedHashMap<>();
    private Left left;

    Steps(Left all) {
      if (all.events() == 0) {
        throw new ElboException("expected events, found none");
      }
      this.all = all;
      this.left = all;
    }

    /**
     * Takes note of a step.
     *
     * @param by the option that asks for it, with its value
     * @throws ElboException if it left nothing
     */
    void add(String by, Left after) {
      long events = left.events() - after.events();
      if (after.events() == 0) {
        throw new ElboException(
            "of %d interactions (%d users, %d items) none is left: %s dropped the last %d; lower it"
                .formatted(all.events(), all.users(), all.items(), by, events));
      }
      if (events > 0) {
        int users = left.users() - after.users();
        int items = left.items() - after.items();
        dropped.merge(by, new Dropped(by, users, items, events), Dropped::and);
      }
      left = after;
    }
  }

  /** Events in memory. */
  private static final class InMemory implements Sieve {
    private final Interactions all;
    private BitSet kept = new BitSet();

    InMemory(Interactions all) {
      this.all = all;
      kept.set(0, all.size());
    }

    @Override
    public boolean hasRatings() {
      return all.hasRatings();
    }

    @Override
    public Left all() {
      return new Left(all.size(), different(all.users()), different(all.items()));
    }

    @Override
    public Left keepRated(float least) {
      return keep(event -> all.ratings()[event] >= least);
    }

    @Override
    public Left keepItems(int least) {
      return keepFrequent(all.items(), all.itemIds().size(), least);
    }

    @Override
    public Left keepUsers(int least) {
      return keepFrequent(all.users(), all.userIds().size(), least);
    }

    private Left keepFrequent(int[] column, int size, int least) {
      int[] counts = new int[size];
      kept.stream().forEach(event -> counts[column[event]]++);
      return keep(event -> counts[column[event]] >= least);
    }

    private Left keep(IntPredicate isKept) {
      var left = new BitSet(all.size());
      kept.stream().filter(isKept).forEach(left::set);
      kept = left;
      return new Left(kept.cardinality(), different(all.users()), different(all.items()));
    }

    private int different(int[] column) {
      var found = new BitSet();
      kept.stream().forEach(event -> found.set(column[event]));
      return found.cardinality();
    }
  }
}
