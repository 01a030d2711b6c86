package dev.elbo.audit;

import dev.elbo.audit.definition.Definition;
import dev.elbo.data.CsrMatrix;
import dev.elbo.eval.AccuracyMetric;
import dev.elbo.eval.CatalogueMetric;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.JudgedList;
import dev.elbo.eval.Metric;
import dev.elbo.eval.Novelty;
import dev.elbo.eval.UserMetric;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Judges lists that are in some order, with ties or without. An item that stands twice is one hit,
 * where it stands first, unless repetitions count.
 */
final class Judge {
  private final Truth truth;
  private final RankedLists lists;
  private final JudgedList[] judged;
  private final int[] popularity;

  Judge(Truth truth, RankedLists lists, boolean repetitionsCount) {
    this.truth = truth;
    this.lists = lists;
    this.popularity = truth.training().map(CsrMatrix::columnCounts).orElse(new int[0]);
    this.judged =
        IntStream.range(0, truth.size())
            .mapToObj(user -> truth.heldOut(user) == 0 ? null : judged(user, repetitionsCount))
            .toArray(JudgedList[]::new);
  }

  private JudgedList judged(int user, boolean repetitionsCount) {
    int given = lists.given(user);
    double[] gains = new double[given];
    boolean[] repeated = lists.repeated(user);
    for (int at = 0; at < given; at++) {
      int item = lists.items()[user][at];
      double gain = item < truth.items() ? truth.gain(user, item) : 0;
      gains[at] = gain > 0 && !repetitionsCount && repeated[at] ? 0 : gain;
    }
    int[] ends = lists.has(user) ? lists.ends()[user] : new int[0];
    return new JudgedList(gains, ends, truth.gains(user));
  }

  /** Whether the order of ties matters among the first {@code k} of anybody. */
  boolean isTied(int k) {
    return IntStream.range(0, judged.length).anyMatch(user -> isTied(user, k));
  }

  /** The same of a user. */
  boolean isTied(int user, int k) {
    return judged[user] != null && judged[user].isTied(k);
  }

  /**
   * The value of a definition.
   *
   * @param order one of items is that of the lists
   * @return nothing for a definition that these lists and users do not have a value of: a mean over
   *     nobody, what depends on training where there is none, the worst order for all users
   *     together
   */
  Optional<Estimate> value(Definition definition, int k, TieOrder order, UserSet over) {
    Metric metric = definition.at().apply(k);
    return switch (metric) {
      case CatalogueMetric m -> catalogue(m, order);
      case Novelty _ when popularity.length == 0 || !order.isOfItems() -> Optional.empty();
      case UserMetric m -> mean(values(m, order, over), weights(definition, k, over));
    };
  }

  private Optional<Estimate> catalogue(CatalogueMetric metric, TieOrder order) {
    if (popularity.length == 0 || !order.isOfItems()) {
      return Optional.empty();
    }
    int[] times = new int[truth.items()];
    for (int user = 0; user < truth.size(); user++) {
      if (truth.heldOut(user) > 0) {
        for (int item : first(metric.k(), user)) {
          times[item]++;
        }
      }
    }
    return Optional.of(new Estimate(metric.of(times), null));
  }

  /** Each user's value, of those whom the mean is over. */
  double[] values(UserMetric metric, TieOrder order, UserSet over) {
    return IntStream.range(0, truth.size())
        .filter(user -> over.has(user, truth, lists))
        .mapToDouble(user -> judged[user] == null ? 0 : value(metric, user, order))
        .toArray();
  }

  private double value(UserMetric metric, int user, TieOrder order) {
    return switch (metric) {
      case AccuracyMetric m -> value(m, judged[user], order);
      case Novelty m -> m.of(first(m.k(), user), popularity, truth.training().orElseThrow().rows());
    };
  }

  private static double value(AccuracyMetric metric, JudgedList list, TieOrder order) {
    if (order.isOfItems() || !list.isTied(metric.k())) {
      return metric.of(list);
    }
    OptionalDouble extreme =
        switch (order) {
          case BEST -> list.extremes(metric.k()).stream().mapToDouble(metric::of).max();
          case WORST -> list.extremes(metric.k()).stream().mapToDouble(metric::of).min();
          default -> OptionalDouble.of(metric.expected(list));
        };
    return extreme.getAsDouble();
  }

  /** The first {@code k} of a user's items, without those that the data does not have. */
  private int[] first(int k, int user) {
    return lists.has(user)
        ? Arrays.stream(lists.items()[user]).limit(k).filter(item -> item < truth.items()).toArray()
        : new int[0];
  }

  private double[] weights(Definition definition, int k, UserSet over) {
    return IntStream.range(0, truth.size())
        .filter(user -> over.has(user, truth, lists))
        .mapToDouble(user -> definition.weight().of(k, truth.heldOut(user)))
        .toArray();
  }

  /** The weighted mean, and its standard error by the deviations that each user adds to it. */
  private static Optional<Estimate> mean(double[] values, double[] weights) {
    double total = Arrays.stream(weights).sum();
    if (total == 0) {
      return Optional.empty();
    }
    if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
      return Optional.of(Estimate.of(values));
    }
    double mean = 0;
    for (int user = 0; user < values.length; user++) {
      mean += weights[user] * values[user] / total;
    }
    double squares = 0;
    for (int user = 0; user < values.length; user++) {
      double deviation = weights[user] * (values[user] - mean);
      squares += deviation * deviation;
    }
    return Optional.of(new Estimate(mean, Math.sqrt(squares) / total));
  }
}
