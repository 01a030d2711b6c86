package dev.elbo.cli.options;

import dev.elbo.data.CsrMatrix;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/**
 * What a user has.
 *
 * @param query who it is
 * @param liked numbers of the items that the model reads, in the order of time or as given
 * @param ratings the ratings of these; meaningless if the source has none
 * @param known numbers of all the user's items that the model knows: none is recommended
 * @param unknown ids of liked items that the model does not know
 */
public record History(
    String query,
    SequencedSet<Integer> liked,
    FloatArrayList ratings,
    IntArrayList known,
    Set<String> unknown) {

  History(String query) {
    this(
        query,
        new LinkedHashSet<>(),
        new FloatArrayList(),
        new IntArrayList(),
        new LinkedHashSet<>());
  }

  /**
   * Adds an item.
   *
   * @param number of the item; -1 if the model does not know it
   */
  void add(String id, int number, float rating, boolean isLiked) {
    if (number >= 0) {
      known.add(number);
    }
    if (isLiked && number >= 0) {
      liked.add(number);
      ratings.add(rating);
    } else if (isLiked) {
      unknown.add(id);
    }
  }

  /** Whether the model has something to go by; without, it ranks for nobody in particular. */
  public boolean isUsable() {
    return !liked.isEmpty();
  }

  /**
   * What the model reads of some users, in its order, {@code [users, I]}.
   *
   * @param withRatings whether it reads the ratings, too
   */
  public static CsrMatrix liked(List<History> users, int items, boolean withRatings) {
    var ratings = new FloatArrayList();
    if (withRatings) {
      users.forEach(user -> ratings.addAll(user.ratings()));
    }
    Pairs pairs = Pairs.of(users, History::liked);
    return CsrMatrix.of(users.size(), items, pairs.row, pairs.column, ratings.toFloatArray())
        .inOrder(pairs.row, pairs.column);
  }

  /** What is not to be recommended to some users, {@code [users, I]}. */
  public static CsrMatrix known(List<History> users, int items) {
    Pairs pairs = Pairs.of(users, History::known);
    return CsrMatrix.of(users.size(), items, pairs.row, pairs.column);
  }

  /** Users by their number, and their items. */
  private record Pairs(int[] row, int[] column) {

    static Pairs of(List<History> users, Function<History, Collection<Integer>> part) {
      var rows = new IntArrayList();
      var columns = new IntArrayList();
      for (int user = 0; user < users.size(); user++) {
        for (int item : part.apply(users.get(user))) {
          rows.add(user);
          columns.add(item);
        }
      }
      return new Pairs(rows.toIntArray(), columns.toIntArray());
    }
  }
}
