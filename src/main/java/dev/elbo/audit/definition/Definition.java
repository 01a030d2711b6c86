package dev.elbo.audit.definition;

import dev.elbo.eval.Metric;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * One meaning of a metric's name.
 *
 * @param metric the name that people report it by, such as {@code ndcg}
 * @param name a name of its own; that of {@code elbo evaluate}, if it has it
 * @param words the formula, in words
 * @param graded whether it depends on how relevant held-out items are
 * @param weight how much a user counts in the mean
 * @param at the arithmetic, for a cutoff
 * @param sources projects that mean this
 */
public record Definition(
    String metric,
    String name,
    String words,
    boolean graded,
    Weight weight,
    IntFunction<Metric> at,
    List<Source> sources) {

  /** The name at a cutoff: {@code ndcg-jarvelin@100}. */
  public String name(int k) {
    return name + "@" + k;
  }

  /** Whether `elbo evaluate` means this by the metric's name. */
  public boolean isOurs() {
    return weight == Weight.ALIKE && Metric.all(1).contains(at.apply(1));
  }

  /** The projects, in words; each once. */
  public String projects() {
    return sources.stream().map(Source::project).distinct().collect(Collectors.joining(", "));
  }
}
