package dev.elbo.cli.options;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.IdIndex;
import dev.elbo.data.Interactions;
import dev.elbo.train.SavedModel;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What users have.
 *
 * @param queries who each user is, {@code [users]}
 * @param liked the items that the model reads, in the order of time or as given, and their ratings
 *     if it reads those, {@code [users, I]}
 * @param known all items of the users that the model knows: none is recommended, {@code [users, I]}
 * @param unknownByUser ids of liked items that the model does not know, of those users who have any
 */
public record Histories(
    List<String> queries,
    CsrMatrix liked,
    CsrMatrix known,
    Map<Integer, Set<String>> unknownByUser) {

  /**
   * The users of some events, in their order.
   *
   * @param events who has what; without ratings, every item is liked
   * @param saved the model that is to read them
   */
  public static Histories of(Interactions events, SavedModel saved) {
    int[] numbers = new IdIndex(saved.itemIds()).of(events.itemIds());
    var likers = new IntArrayList();
    var liked = new IntArrayList();
    var ratings = new FloatArrayList();
    var owners = new IntArrayList();
    var owned = new IntArrayList();
    Map<Integer, Set<String>> unknown = new HashMap<>();
    for (int event : events.byTime()) {
      int user = events.users()[event];
      int item = numbers[events.items()[event]];
      float rating = events.hasRatings() ? events.ratings()[event] : Float.MAX_VALUE;
      boolean isLiked = saved.description().likes(rating);
      if (item >= 0) {
        owners.add(user);
        owned.add(item);
      } else if (isLiked) {
        unknown
            .computeIfAbsent(user, _ -> new LinkedHashSet<>())
            .add(events.itemIds().get(events.items()[event]));
      }
      if (item >= 0 && isLiked) {
        likers.add(user);
        liked.add(item);
        if (saved.ratings().isPresent()) {
          ratings.add(rating);
        }
      }
    }
    int users = events.userIds().size();
    int items = saved.itemIds().size();
    int[] row = likers.toIntArray();
    int[] column = liked.toIntArray();
    return new Histories(
        events.userIds(),
        CsrMatrix.of(users, items, row, column, ratings.toFloatArray()).inOrder(row, column),
        CsrMatrix.of(users, items, owners.toIntArray(), owned.toIntArray()),
        unknown);
  }

  /** What an item is that a model reads. */
  public static String used(SavedModel saved) {
    return saved.ratings().isPresent() ? "rated" : "liked";
  }

  /** Number of users. */
  public int size() {
    return queries.size();
  }

  /** Whether the model has something to go by; without, it ranks for nobody in particular. */
  public boolean isUsable(int user) {
    return liked.size(user) > 0;
  }

  /** The users of whom the model has nothing to go by. */
  public List<String> unusable() {
    return IntStream.range(0, size())
        .filter(user -> !isUsable(user))
        .mapToObj(queries::get)
        .toList();
  }

  /** Ids of a user's liked items that the model does not know. */
  public Set<String> unknown(int user) {
    return unknownByUser.getOrDefault(user, Set.of());
  }

  /** Ids of all liked items that the model does not know, user by user. */
  public Set<String> unknown() {
    Set<String> all = new LinkedHashSet<>();
    IntStream.range(0, size()).forEach(user -> all.addAll(unknown(user)));
    return all;
  }
}
