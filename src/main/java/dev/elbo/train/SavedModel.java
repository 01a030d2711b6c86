package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Ids;
import dev.elbo.io.Json;
import dev.elbo.io.Safetensors;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Model;
import dev.elbo.model.ModelDescription;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A trained model as a directory: {@code model.safetensors} (the parameters), {@code model.json}
 * (what it is and where it comes from) and {@code items.txt} (external id of each item, a line
 * each). A model that reads items' rows has users for columns, and {@code users.txt} instead.
 *
 * @param description what it is
 * @param parameters its parameters
 * @param itemIds external id of each item, {@code [I]}; of each user, if it reads items' rows
 */
public record SavedModel(Description description, Parameters parameters, List<String> itemIds) {

  private static final String TENSORS = "model.safetensors";
  private static final String DESCRIPTION = "model.json";
  private static final String ITEMS = "items.txt";
  private static final String USERS = "users.txt";
  private static final String EPOCH = "epoch";

  /**
   * What a model is and where it comes from.
   *
   * @param version version of Elbo that trained it
   * @param engine engine that trained it; {@code null} for a baseline, which needs none
   * @param model which network or baseline it is
   * @param options all options of the run, by name
   * @param seed of the run; 0 for a baseline, which draws nothing
   * @param dataSha256 hash of the prepared data
   * @param minRating the rating from which on the data counts an item as liked; {@code null}: any
   * @param bestEpoch the epoch whose parameters these are; 0 for a baseline, which has none
   * @param validation its metrics on the validation users
   * @param scoring how it is to score; {@code null}, as in files of versions that had no choice, is
   *     as the authors do
   * @param unrated the columns without a rating in training, of a model that predicts ratings: its
   *     outputs there were not trained; {@code null}, as in files of versions that did not say, is
   *     none
   */
  public record Description(
      String version,
      @JsonSetter(nulls = Nulls.SET) String engine,
      ModelDescription model,
      Map<String, String> options,
      long seed,
      String dataSha256,
      @JsonSetter(nulls = Nulls.SET) Double minRating,
      int bestEpoch,
      SequencedMap<String, Estimate> validation,
      @JsonSetter(nulls = Nulls.SET) Scoring scoring,
      @JsonSetter(nulls = Nulls.SET) List<Integer> unrated) {

    /** Takes no scoring for the authors', and no columns for none. */
    public Description {
      unrated = unrated == null ? List.of() : List.copyOf(unrated);
      scoring = scoring == null ? Scoring.LIANG : scoring;
    }

    /** Whether the data counts an item with this rating as liked. */
    public boolean likes(float rating) {
      return minRating == null || rating >= minRating.floatValue();
    }
  }

  /**
   * The network.
   *
   * @throws IllegalStateException if it is a baseline
   */
  public Model model() {
    return switch (description.model()) {
      case ModelOptions options -> options.model(itemIds.size());
      case BaselineOptions(var baseline) ->
          throw new IllegalStateException(baseline + " is no network");
    };
  }

  /** The scale of the ratings that it predicts; empty if it ranks. */
  public Optional<RatingScale> ratings() {
    return description.model() instanceof ModelOptions options
        ? Optional.ofNullable(options.ratings())
        : Optional.empty();
  }

  /** Whether it reads an item's ratings by all users, who are its columns. */
  public boolean readsItems() {
    return readsItems(description);
  }

  private static boolean readsItems(Description description) {
    return description.model() instanceof ModelOptions options
        && options.architecture().readsItems();
  }

  private static Path idsFile(Path dir, Description description) {
    return dir.resolve(readsItems(description) ? USERS : ITEMS);
  }

  /**
   * The baseline.
   *
   * @throws IllegalStateException if it is a network
   */
  public FittedBaseline baseline() {
    return switch (description.model()) {
      case BaselineOptions(var baseline) -> FittedBaseline.of(baseline, parameters, itemIds.size());
      case ModelOptions options ->
          throw new IllegalStateException(options.architecture() + " is no baseline");
    };
  }

  /** The parameters as an engine takes them, for scoring. */
  public EngineState state() {
    return EngineState.initial(parameters);
  }

  /**
   * Writes the three files, each as a whole.
   *
   * @param dir the directory; it exists
   */
  public void write(Path dir) {
    AtomicFile.write(idsFile(dir, description), Ids.content(itemIds));
    Safetensors.write(
        dir.resolve(TENSORS),
        parameters.tensors(),
        Map.of(EPOCH, Integer.toString(description.bestEpoch())));
    Json.write(dir.resolve(DESCRIPTION), description);
  }

  /** Whether there is a model in a directory. */
  public static boolean isIn(Path dir) {
    return Files.isRegularFile(dir.resolve(DESCRIPTION));
  }

  /**
   * Reads what the model in a directory is, and not the model.
   *
   * @param dir the directory
   * @throws ElboException if there is none, or its description is damaged
   */
  public static Description describe(Path dir) {
    if (!isIn(dir)) {
      throw ElboException.in(
          dir, "expected a model directory, found no " + DESCRIPTION + "; `elbo train` makes one");
    }
    return Json.read(dir.resolve(DESCRIPTION), Description.class);
  }

  /**
   * Reads a model directory.
   *
   * @param dir the directory
   * @throws ElboException if a file is missing, damaged, or does not fit the others
   */
  public static SavedModel read(Path dir) {
    Description description = describe(dir);
    List<String> itemIds = Ids.read(idsFile(dir, description));
    requireRatings(dir, description);
    requireColumns(dir, description.unrated(), itemIds.size());
    Path tensors = dir.resolve(TENSORS);
    Safetensors contents = Safetensors.read(tensors);
    String described = Integer.toString(description.bestEpoch());
    // Parameters that another program wrote there say nothing of an epoch, and are taken.
    String epoch = contents.metadata().getOrDefault(EPOCH, described);
    if (!epoch.equals(described)) {
      throw ElboException.in(
          tensors,
          "expected the parameters of epoch %s, which %s describes, found those of epoch %s: a save"
                  .formatted(described, DESCRIPTION, epoch)
              + " was interrupted; finish the run with `elbo train --resume`");
    }
    Parameters parameters = new Parameters(contents.tensors());
    try {
      switch (description.model()) {
        case ModelOptions options -> parameters.requireTensorsOf(options.model(itemIds.size()));
        case BaselineOptions(var baseline) ->
            FittedBaseline.of(baseline, parameters, itemIds.size());
      }
    } catch (IllegalArgumentException e) {
      throw ElboException.in(tensors, e.getMessage() + ", as " + DESCRIPTION + " describes it");
    }
    return new SavedModel(description, parameters, itemIds);
  }

  private static void requireRatings(Path dir, Description description) {
    if (description.model() instanceof ModelOptions options) {
      boolean predicts = options.architecture().predictsRatings();
      if (predicts != (options.ratings() != null)) {
        throw ElboException.in(
            dir.resolve(DESCRIPTION),
            "ratings: expected %s, as %s %s, found %s"
                .formatted(
                    predicts ? "their scale" : "null",
                    options.architecture(),
                    predicts ? "predicts them" : "ranks",
                    predicts ? "null" : "a scale"));
      }
    }
  }

  private static void requireColumns(Path dir, List<Integer> unrated, int columns) {
    for (int column : unrated) {
      if (column < 0 || column >= columns) {
        throw ElboException.in(
            dir.resolve(DESCRIPTION),
            "unrated: expected columns of the model, found column %d of %d"
                .formatted(column, columns));
      }
    }
  }
}
