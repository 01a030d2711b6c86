package dev.elbo.search;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.eval.Estimate;
import dev.elbo.train.Criterion;
import dev.elbo.train.RunOptions;
import java.util.Comparator;
import java.util.SequencedMap;

/**
 * What came of one trial of a search.
 *
 * @param trial its number, from 1
 * @param run the options of its run
 * @param bestEpoch the epoch that was kept; 0 if the run failed
 * @param validation metrics of that epoch on the validation users, the one that chose it first;
 *     empty if the run failed
 * @param error why it failed; null if it did not
 */
public record SearchTrial(
    int trial,
    RunOptions run,
    int bestEpoch,
    SequencedMap<String, Estimate> validation,
    @JsonSetter(nulls = Nulls.SET) String error) {

  /** The best first, equal ones by number, and last those that failed. */
  static final Comparator<SearchTrial> BEST_FIRST =
      Comparator.comparingDouble(SearchTrial::badness).thenComparingInt(SearchTrial::trial);

  /** The value that chose the epoch, its sign turned if more of it is better. */
  private double badness() {
    if (error != null) {
      return Double.POSITIVE_INFINITY;
    }
    double value = validation.firstEntry().getValue().mean();
    return Criterion.parse(validation.firstEntry().getKey()).lowerIsBetter() ? value : -value;
  }
}
