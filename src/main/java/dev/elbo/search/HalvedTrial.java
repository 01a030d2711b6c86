package dev.elbo.search;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Where a trial of a search with a budget stands.
 *
 * @param trial what came of it so far
 * @param rung the rung that it reached, from 1; the last may be cut short by the budget
 * @param trainedEpochs how far it is trained; 0 for a baseline, and if it failed
 * @param seconds what it took of the budget
 */
public record HalvedTrial(
    @JsonUnwrapped SearchTrial trial, int rung, int trainedEpochs, double seconds) {

  /** The best first, whatever their rungs. */
  static final Comparator<HalvedTrial> BEST_FIRST =
      Comparator.comparing(HalvedTrial::trial, SearchTrial.BEST_FIRST);

  /** The table of a search. */
  static ResultsTable table(List<HalvedTrial> trials) {
    return new ResultsTable(
        List.of("rung", "trainedEpochs", "seconds"),
        trials.stream()
            .map(
                halved ->
                    new ResultsTable.Row(
                        halved.trial,
                        List.of(
                            Integer.toString(halved.rung),
                            Integer.toString(halved.trainedEpochs),
                            String.format(Locale.ROOT, "%.1f", halved.seconds))))
            .toList());
  }
}
