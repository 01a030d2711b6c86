package dev.elbo.recommend;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.IdIndex;
import dev.elbo.data.Interactions;
import dev.elbo.data.RatingScale;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a model's items by their external ids: from what is asked to what the model reads.
 * It does not change; any number of threads may use it.
 */
final class ItemNumbers {

  private final List<String> items;
  private final Optional<RatingScale> scale;
  private final IdIndex numbers;

  /**
   * @param items external ids, {@code [I]}
   * @param scale of the ratings that the model reads; empty if it reads none
   */
  ItemNumbers(List<String> items, Optional<RatingScale> scale) {
    this.items = items;
    this.scale = scale;
    this.numbers = new IdIndex(items);
  }

  /** How many items there are, {@code I}. */
  int size() {
    return items.size();
  }

  /** Which items a query lets be recommended. */
  ItemFilter filter(Query query) {
    ItemFilter filter = ItemFilter.NONE.excluding(numbers.known(query.excluded()));
    return query.only().map(only -> filter.only(size(), numbers.known(only))).orElse(filter);
  }

  /**
   * What the model reads of some users, in its order, {@code [users, I]}.
   *
   * @throws ElboException as {@link #requireRatings}
   */
  CsrMatrix rows(List<Query> queries) {
    var rows = new IntArrayList();
    var columns = new IntArrayList();
    var ratings = new FloatArrayList();
    for (int row = 0; row < queries.size(); row++) {
      Query query = queries.get(row);
      requireRatings(query);
      for (int n = 0; n < query.items().size(); n++) {
        int item = numbers.of(query.items().get(n));
        if (item >= 0) {
          rows.add(row);
          columns.add(item);
        }
        if (item >= 0 && scale.isPresent()) {
          ratings.add(query.ratings().get(n).floatValue());
        }
      }
    }
    int[] row = rows.toIntArray();
    int[] column = columns.toIntArray();
    return CsrMatrix.of(queries.size(), size(), row, column, ratings.toFloatArray())
        .inOrder(row, column);
  }

  /**
   * Checks a query's ratings.
   *
   * @throws ElboException if there are none and the model reads ratings, one is outside of their
   *     scale, or there are some and the model reads none
   */
  void requireRatings(Query query) {
    if (scale.isEmpty() && !query.ratings().isEmpty()) {
      throw new ElboException("ratings: the model ranks items and reads none: leave them out");
    }
    if (scale.isEmpty()) {
      return;
    }
    RatingScale levels = scale.get();
    if (query.ratings().size() != query.items().size()) {
      throw new ElboException("the model reads ratings; expected one for each item, found none");
    }
    for (double given : query.ratings()) {
      float rating = (float) given;
      if (rating != (float) levels.clip(rating)) {
        throw new ElboException(
            "ratings: expected numbers from %s to %s, as the model's data has, found %s"
                .formatted(levels.levels().getFirst(), levels.levels().getLast(), rating));
      }
    }
  }

  /** The number of an item; -1 if the model does not know it. */
  int of(String item) {
    return numbers.of(item);
  }

  /**
   * The number of an item.
   *
   * @throws ElboException if the model does not know it
   */
  int require(String item) {
    int number = of(item);
    if (number < 0) {
      throw new ElboException(
          "the model does not know item '%s'%s".formatted(item, DidYouMean.among(items, item)));
    }
    return number;
  }

  /** Events of some users on items that the model knows, in the order of time. */
  CsrMatrix matrix(Interactions events, List<String> users) {
    var rowOf = new IdIndex(users);
    var rows = new IntArrayList();
    var columns = new IntArrayList();
    for (int event : events.byTime()) {
      int row = rowOf.of(events.userIds().get(events.users()[event]));
      int column = numbers.of(events.itemIds().get(events.items()[event]));
      if (row >= 0 && column >= 0) {
        rows.add(row);
        columns.add(column);
      }
    }
    int[] row = rows.toIntArray();
    int[] column = columns.toIntArray();
    return CsrMatrix.of(users.size(), size(), row, column).inOrder(row, column);
  }
}
