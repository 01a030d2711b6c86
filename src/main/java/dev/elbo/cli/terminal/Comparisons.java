package dev.elbo.cli.terminal;

import dev.elbo.eval.Evaluation;
import dev.elbo.eval.Metric;
import dev.elbo.eval.comparison.PairedDifference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Paired differences in words and as JSON. */
public final class Comparisons {

  private Comparisons() {}

  /** In words: a table, and what follows from it. */
  public static List<String> lines(
      String on,
      Evaluation users,
      int resamples,
      SequencedMap<Metric, PairedDifference> differences) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%,d %s users (%,d without a held-out item left out); %.0f %% intervals and p by %,d resamples"
            .formatted(
                users.users(),
                on,
                users.usersWithoutHeldOut(),
                100 * PairedDifference.CONFIDENCE,
                resamples));
    lines.add("");
    lines.add(
        "%-18s %9s %9s %9s   %-20s %8s %8s"
            .formatted("metric", "A", "B", "B - A", "interval", "p", "p, Holm"));
    differences.forEach((metric, found) -> lines.add(line(metric, found)));
    lines.add("");
    differences.forEach((metric, found) -> lines.add(verdict(metric, found)));
    if (areTooFew(users)) {
      lines.add("");
      lines.add(
          "With fewer than %d users the intervals are too short to trust: compare on more users."
              .formatted(PairedDifference.FEWEST_USERS));
    }
    return lines;
  }

  private static boolean areTooFew(Evaluation users) {
    return users.users() < PairedDifference.FEWEST_USERS;
  }

  private static String line(Metric metric, PairedDifference found) {
    String values =
        "%-18s %9.4f %9.4f %+9.4f"
            .formatted(metric.name(), found.a(), found.b(), found.difference());
    PairedDifference.Test test = found.test();
    return test == null
        ? values
        : values
            + "   %-20s %8.4f %8.4f"
                .formatted(
                    "%+.4f to %+.4f".formatted(test.interval().low(), test.interval().high()),
                    test.pValue(),
                    test.adjustedPValue());
  }

  private static String verdict(Metric metric, PairedDifference found) {
    if (found.test() == null) {
      return metric.name() + ": one value for all users together, not tested.";
    }
    if (!found.test().isMoreThanNoise()) {
      return metric.name() + ": may be noise; which is higher cannot be told.";
    }
    return "%s: %s is higher, by more than noise."
        .formatted(metric.name(), found.difference() > 0 ? "B" : "A");
  }

  /** As JSON, without what A and B are. */
  public static Map<String, Object> document(
      String on,
      Evaluation users,
      int resamples,
      long seed,
      SequencedMap<Metric, PairedDifference> differences) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("on", on);
    document.put("users", users.users());
    document.put("usersWithoutHeldOut", users.usersWithoutHeldOut());
    document.put("tooFewUsers", areTooFew(users));
    document.put("confidence", PairedDifference.CONFIDENCE);
    document.put("resamples", resamples);
    document.put("seed", seed);
    Map<String, Object> ofMetrics = new LinkedHashMap<>();
    differences.forEach((metric, found) -> ofMetrics.put(metric.name(), found));
    document.put("metrics", ofMetrics);
    return document;
  }
}
