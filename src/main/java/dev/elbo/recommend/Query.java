package dev.elbo.recommend;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What is asked of a model for one user: what the user has, how many items to recommend, and which
 * may be. Ids that the model does not know say nothing to it and are passed over.
 *
 * @param items external ids of the user's items, each once; a model of sequences takes their order
 *     for that of time. They are not recommended.
 * @param ratings the user's rating of each of them, for a model that predicts ratings; empty for
 *     all others
 * @param k how many items to recommend, 1 or more
 * @param excluded external ids of items never to recommend
 * @param only external ids of the items that may be recommended; empty for all
 */
public record Query(
    List<String> items,
    List<Double> ratings,
    int k,
    Set<String> excluded,
    Optional<Set<String>> only) {

  private static final int USUAL = 10;

  /**
   * Checks and copies the parts.
   *
   * @throws IllegalArgumentException if {@code k} is below 1, an item is there twice, or there is
   *     another number of ratings than of items, or one that is not finite
   */
  public Query {
    items = List.copyOf(items);
    ratings = List.copyOf(ratings);
    excluded = Set.copyOf(excluded);
    only = only.map(Set::copyOf);
    if (k < 1) {
      throw new IllegalArgumentException("k: expected 1 or more, found " + k);
    }
    if (Set.copyOf(items).size() < items.size()) {
      throw new IllegalArgumentException("items: expected each once, found one twice");
    }
    if (!ratings.isEmpty() && ratings.size() != items.size()) {
      throw new IllegalArgumentException(
          "ratings: expected one for each of %d items, found %d"
              .formatted(items.size(), ratings.size()));
    }
    if (!ratings.stream().allMatch(rating -> Float.isFinite(rating.floatValue()))) {
      throw new IllegalArgumentException("ratings: expected finite numbers, found " + ratings);
    }
  }

  /** The ten best of all items for a user with these. */
  public static Query of(List<String> items) {
    return new Query(items, List.of(), USUAL, Set.of(), Optional.empty());
  }

  /** The ten best of all items for a user with these. */
  public static Query of(String... items) {
    return of(List.of(items));
  }

  /**
   * The ten best of all items for a user who has rated some.
   *
   * @param ratings each item's rating, by its external id
   */
  public static Query rated(Map<String, Double> ratings) {
    List<Map.Entry<String, Double>> entries = List.copyOf(ratings.entrySet());
    return new Query(
        entries.stream().map(Map.Entry::getKey).toList(),
        entries.stream().map(Map.Entry::getValue).toList(),
        USUAL,
        Set.of(),
        Optional.empty());
  }

  /** The same for so many items. */
  public Query top(int count) {
    return new Query(items, ratings, count, excluded, only);
  }

  /** The same without some items, besides those that are excluded already. */
  public Query excluding(Collection<String> ids) {
    Set<String> all = new HashSet<>(excluded);
    all.addAll(ids);
    return new Query(items, ratings, k, all, only);
  }

  /** The same with none but some items. */
  public Query only(Collection<String> ids) {
    return new Query(items, ratings, k, excluded, Optional.of(Set.copyOf(ids)));
  }

  /** The same with some of the items, by their places. */
  Query keeping(IntPredicate kept) {
    int[] left = IntStream.range(0, items.size()).filter(kept).toArray();
    return new Query(
        IntStream.of(left).mapToObj(items::get).toList(),
        ratings.isEmpty() ? List.of() : IntStream.of(left).mapToObj(ratings::get).toList(),
        k,
        excluded,
        only);
  }
}
