package dev.elbo.eval;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is measured of each user's first {@code k} recommendations: either per user, averaged over
 * the users, or once for all users together.
 */
public sealed interface Metric extends Measure permits UserMetric, CatalogueMetric {

  /** The name with the cutoff, such as {@code ndcg@100}. */
  @Override
  String name();

  /** The cutoff: how many recommendations per user are looked at, 1 or more. */
  int k();

  /**
   * All metrics at one cutoff.
   *
   * @param k how many recommendations per user to look at, 1 or more
   */
  static List<Metric> all(int k) {
    return List.of(
        new Recall(k),
        new PlainRecall(k),
        new Precision(k),
        new Ndcg(k),
        new ReciprocalRank(k),
        new AveragePrecision(k),
        new HitRate(k),
        new Coverage(k),
        new Novelty(k),
        new Gini(k));
  }

  /**
   * The metric of a name.
   *
   * @param text a name with a cutoff, such as {@code ndcg@100}, in upper or lower case
   * @throws ElboException if no metric has the name, or the cutoff is not a whole number from 1 to
   *     999,999,999
   */
  static Metric parse(String text) {
    var cutoff = Pattern.compile(".*@([1-9][0-9]{0,8})").matcher(text);
    List<Metric> known = all(cutoff.matches() ? Integer.parseInt(cutoff.group(1)) : 100);
    return known.stream()
        .filter(metric -> metric.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new ElboException(
                    "unknown metric \"%s\"%s: expected a name, @ and a cutoff of 1 or more, one of %s"
                        .formatted(
                            text,
                            DidYouMean.among(names(known), text),
                            String.join(", ", names(known)))));
  }

  private static List<String> names(List<Metric> metrics) {
    return metrics.stream().map(Metric::name).toList();
  }
}
