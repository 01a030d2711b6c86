package dev.elbo.report;

import dev.elbo.eval.Estimate;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * A model in a report.
 *
 * @param name what to call it
 * @param dir where it lies
 * @param search the search that it is a trial of; empty if it was given by itself
 * @param description what it is, and how good on the validation users
 * @param epochs what its run recorded; empty for a baseline, or where there is no checkpoint
 */
public record ReportedModel(
    String name,
    Path dir,
    Optional<String> search,
    SavedModel.Description description,
    List<EpochResult> epochs) {

  /**
   * Reads what is needed of a model directory; the parameters are not.
   *
   * @param name what to call it
   * @param dir the directory
   * @param search the search that it is a trial of
   * @throws dev.elbo.ElboException if a file is missing or damaged
   */
  public static ReportedModel read(String name, Path dir, Optional<String> search) {
    SavedModel.Description description = SavedModel.describe(dir);
    List<EpochResult> epochs =
        Files.exists(Checkpoint.file(dir)) ? Checkpoint.progress(dir).epochs() : List.of();
    return new ReportedModel(name, dir, search, description, epochs);
  }

  /** Whether its loss is a squared error; otherwise it is a negative log-likelihood. */
  boolean hasSquaredError() {
    return description.model() instanceof ModelOptions options
        && options.architecture().hasSquaredError();
  }

  /** What kind of model it is, such as {@code mult-vae}. */
  public String kind() {
    return description.run().model().toString();
  }

  /** The value of an option of its run, by its name without dashes. */
  Optional<String> option(String name) {
    return Optional.ofNullable(description.run().byName().get(name));
  }

  /** Its value of a metric on the validation users; null if that was not measured. */
  Estimate validation(String metric) {
    return description.validation().get(metric);
  }

  /** In words, the model that its run started from; empty if it started from values drawn. */
  Optional<String> startedFrom() {
    return Optional.ofNullable(description.startedFrom())
        .map(from -> from.inWords(description.readsItems()));
  }

  /** The epoch whose parameters it has. */
  Optional<EpochResult> kept() {
    return epochs.stream().filter(epoch -> epoch.epoch() == description.bestEpoch()).findFirst();
  }

  /** All metrics that some of these models were measured by, in the order they come in. */
  static List<String> metrics(List<ReportedModel> models) {
    SequencedSet<String> metrics = new LinkedHashSet<>();
    models.forEach(model -> metrics.addAll(model.description.validation().keySet()));
    return new ArrayList<>(metrics);
  }
}
