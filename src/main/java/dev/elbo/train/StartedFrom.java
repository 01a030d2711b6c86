package dev.elbo.train;

import dev.elbo.eval.Estimate;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The trained model that a run started from.
 *
 * @param parametersSha256 hash of its {@code model.safetensors}
 * @param bestEpoch the epoch whose parameters these were
 * @param validation its metrics on the validation users of its own data
 * @param matched number of items that it and the data have; of users, if it reads items' rows
 * @param added number of those that only the data has: their parameters were drawn
 * @param gone number of those that only it has: their parameters were left
 */
public record StartedFrom(
    String parametersSha256,
    int bestEpoch,
    SequencedMap<String, Estimate> validation,
    int matched,
    int added,
    int gone) {

  /**
   * The first epoch of a run that is as good as this model was.
   *
   * @param select what chooses epochs
   * @param epochs those of the run
   * @return its number; empty if there is none, or the model was not measured so
   */
  public Optional<Integer> reachedAfter(Criterion select, List<EpochResult> epochs) {
    return value(select)
        .flatMap(
            before ->
                epochs.stream()
                    .filter(epoch -> epoch.validation().containsKey(select.name()))
                    .filter(epoch -> !select.isBetter(before, select.of(epoch)))
                    .map(EpochResult::epoch)
                    .findFirst());
  }

  /** Its value of what chooses epochs; empty if it was not measured. */
  public Optional<Double> value(Criterion select) {
    return Optional.ofNullable(validation.get(select.name())).map(Estimate::mean);
  }

  /**
   * Which model it is, by the first digits of its hash, as Git does, and what was taken of it: for
   * instance {@code the parameters 0123456789ab: 40 items matched, 2 new, 1 gone}.
   *
   * @param readsItems whether the rows that the model reads are those of items
   */
  public String inWords(boolean readsItems) {
    return "the parameters %s: %,d %s matched, %,d new, %,d gone"
        .formatted(
            parametersSha256.substring(0, 12),
            matched,
            readsItems ? "users" : "items",
            added,
            gone);
  }
}
