package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import dev.elbo.Version;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.data.PreparedData;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Ranked;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.FileSet;
import dev.elbo.io.Ids;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Model;
import dev.elbo.model.ModelDescription;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A trained model as a directory: {@code model.safetensors} (the parameters), {@code model.json}
 * (what it is and where it comes from) and {@code items.txt} (external id of each item, a line
 * each). A model that reads items' rows has users for columns, and {@code users.txt} instead.
 * {@code model.json} has the SHA-256 of the two others, which is checked when they are read.
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
  private static final String REMEDY =
      "train the model again, or, if you changed the file on purpose, remove its SHA-256 and"
          + " documentSha256 from "
          + DESCRIPTION;

  /**
   * What a model is and where it comes from.
   *
   * @param version version of Elbo that trained it
   * @param engine engine that trained it; {@code null} for a baseline, which needs none
   * @param run the options of the run; its model has the scale of the ratings, if it predicts them
   * @param dataSha256 hash of the prepared data
   * @param minRating the rating from which on the data counts an item as liked; {@code null}: any
   * @param reading how the ratings file of the data was read, where its content does not say
   * @param bestEpoch the epoch whose parameters these are; 0 for a baseline, which has none
   * @param validation its metrics on the validation users
   * @param unrated the columns without a rating in training, of a model that predicts ratings: its
   *     outputs there were not trained
   * @param startedFrom the model that its run started from; {@code null} if it started from values
   *     that were drawn
   */
  @JsonIgnoreProperties("sha256")
  public record Description(
      String version,
      @JsonSetter(nulls = Nulls.SET) String engine,
      RunOptions run,
      String dataSha256,
      @JsonSetter(nulls = Nulls.SET) Double minRating,
      ReadingOptions reading,
      int bestEpoch,
      SequencedMap<String, Estimate> validation,
      List<Integer> unrated,
      @JsonSetter(nulls = Nulls.SET) @JsonInclude(JsonInclude.Include.NON_NULL)
          StartedFrom startedFrom) {

    /** Copies the list. */
    public Description {
      unrated = List.copyOf(unrated);
    }

    /** Whether it reads an item's ratings by all users, who are its columns. */
    public boolean readsItems() {
      return model() instanceof ModelOptions options && options.architecture().readsItems();
    }

    /** What a model is that started from values that were drawn, or is a baseline. */
    public Description(
        String version,
        String engine,
        RunOptions run,
        String dataSha256,
        Double minRating,
        ReadingOptions reading,
        int bestEpoch,
        SequencedMap<String, Estimate> validation,
        List<Integer> unrated) {
      this(
          version,
          engine,
          run,
          dataSha256,
          minRating,
          reading,
          bestEpoch,
          validation,
          unrated,
          /* startedFrom= */ null);
    }

    /**
     * What a model is that came of a run.
     *
     * @param run the options of the run
     * @param engine engine that trained it; {@code null} for a baseline
     * @param data what it was trained on
     * @param bestEpoch the epoch whose parameters these are; 0 for a baseline
     * @param validation its metrics on the validation users
     */
    public static Description of(
        RunOptions run,
        String engine,
        PreparedData data,
        int bestEpoch,
        SequencedMap<String, Estimate> validation) {
      return new Description(
          Version.current(),
          engine,
          run,
          data.sha256(),
          data.description().filter().minRating(),
          data.description().source().reading(),
          bestEpoch,
          validation,
          data.hasRatings() ? data.train().emptyColumns() : List.of());
    }

    /** The same of a run that started from a model; from none, if null. */
    Description with(StartedFrom model) {
      return new Description(
          version,
          engine,
          run,
          dataSha256,
          minRating,
          reading,
          bestEpoch,
          validation,
          unrated,
          model);
    }

    /** Which network or baseline it is. */
    public ModelDescription model() {
      return run.description();
    }

    /** Whether the data counts an item with this rating as liked. */
    public boolean likes(float rating) {
      return minRating == null || rating >= minRating.floatValue();
    }
  }

  /** The content of {@code model.json}. */
  private record Written(@JsonUnwrapped Description description, Map<String, String> sha256) {}

  /**
   * The network.
   *
   * @throws IllegalStateException if it is a baseline
   */
  public Model model() {
    return switch (description.model()) {
      case ModelOptions options -> options.model(itemIds.size());
      case BaselineOptions options ->
          throw new IllegalStateException(options.baseline() + " is no network");
    };
  }

  /** The scale of the ratings that it predicts; empty if it ranks. */
  public Optional<RatingScale> ratings() {
    return description.model() instanceof ModelOptions options
        ? Optional.ofNullable(options.ratings())
        : Optional.empty();
  }

  /** Ranked items as they are shown: predicted ratings within their scale, scores as they are. */
  public List<Ranked> shown(List<Ranked> items) {
    return ratings()
        .map(
            scale ->
                items.stream()
                    .map(ranked -> new Ranked(ranked.item(), scale.clip(ranked.score())))
                    .toList())
        .orElse(items);
  }

  /** Whether it reads an item's ratings by all users, who are its columns. */
  public boolean readsItems() {
    return description.readsItems();
  }

  /**
   * Requires a model that can be asked for any user.
   *
   * @throws ElboException if it reads items' rows
   */
  public void requireUsersRows() {
    if (readsItems()) {
      throw new ElboException(
          "the model reads an item's ratings by the users that it was trained on, and knows no"
              + " others; ask a model that reads users' rows, such as u-autorec");
    }
  }

  private static String idsFile(Description description) {
    return description.readsItems() ? USERS : ITEMS;
  }

  /**
   * The baseline.
   *
   * @throws IllegalStateException if it is a network
   */
  public FittedBaseline baseline() {
    return switch (description.model()) {
      case BaselineOptions options -> FittedBaseline.of(options, parameters, itemIds.size());
      case ModelOptions options ->
          throw new IllegalStateException(options.architecture() + " is no baseline");
    };
  }

  /** The parameters as an engine takes them, for scoring. */
  public EngineState state() {
    return EngineState.initial(parameters);
  }

  /**
   * Writes the three files. A model that is already there is replaced in one step: however this
   * ends, the old or the new can be read. Nothing else may be writing there ({@link
   * dev.elbo.io.FolderLock}).
   *
   * @param dir the directory; it exists
   * @throws ElboException if it cannot be written
   */
  public void write(Path dir) {
    var contents = new LinkedHashMap<String, AtomicFile.Content>();
    contents.put(idsFile(description), Ids.content(itemIds));
    contents.put(TENSORS, this::writeParameters);
    FileSet.write(dir, contents, DESCRIPTION, hashes -> new Written(description, hashes));
  }

  private void writeParameters(OutputStream out) throws IOException {
    Map<String, String> epoch = Map.of(EPOCH, Integer.toString(description.bestEpoch()));
    Safetensors.write(out, parameters.tensors(), epoch);
  }

  /** The SHA-256 of the file that {@link #write} has the parameters in. */
  public String parametersSha256() {
    return Sha256.of(this::writeParameters);
  }

  /**
   * Finishes or undoes a write that was stopped, and removes what it left. Nothing else may be
   * writing there.
   *
   * @param dir the directory; it exists
   */
  public static void settle(Path dir) {
    FileSet.settle(dir, List.of(TENSORS, ITEMS, USERS), DESCRIPTION);
  }

  /**
   * Deletes a model, and the checkpoint of the run that it is of. Nothing else may be writing
   * there.
   *
   * @param dir the directory; it exists
   * @throws ElboException if a file cannot be deleted
   */
  public static void delete(Path dir) {
    settle(dir);
    // The description first: with it, and without another, there would be a damaged model.
    Stream.of(DESCRIPTION, TENSORS, ITEMS, USERS).map(dir::resolve).forEach(AtomicFile::delete);
    AtomicFile.delete(Checkpoint.file(dir));
  }

  /** The file of a model directory that says what the model is; its renaming replaces the model. */
  public static Path description(Path dir) {
    return dir.resolve(DESCRIPTION);
  }

  /** Whether there is a model in a directory. */
  public static boolean isIn(Path dir) {
    return Files.isRegularFile(description(dir));
  }

  /**
   * Reads what the model in a directory is, and not the model.
   *
   * @param dir the directory
   * @throws ElboException if there is none, or its description is damaged
   */
  public static Description describe(Path dir) {
    return read(dir, SavedModel::describe);
  }

  /**
   * The files that {@code model.json} has no SHA-256 of, since somebody removed it to put a file of
   * their own there: damage to them goes unnoticed.
   *
   * @param dir a model directory
   * @throws ElboException if there is none, or its description is damaged
   */
  public static List<String> unchecked(Path dir) {
    return read(
        dir,
        files ->
            Stream.of(TENSORS, idsFile(describe(files)))
                .filter(name -> !files.isChecked(name))
                .toList());
  }

  /**
   * Reads a model directory; the old or the new model, if it is being replaced.
   *
   * @param dir the directory
   * @throws ElboException if a file is missing, damaged, or does not fit the others
   */
  public static SavedModel read(Path dir) {
    return read(dir, files -> read(dir, files));
  }

  private static <T> T read(Path dir, Function<FileSet, T> reader) {
    if (!isIn(dir)) {
      throw ElboException.in(
          dir, "expected a model directory, found no " + DESCRIPTION + "; `elbo train` makes one");
    }
    return FileSet.read(dir, DESCRIPTION, REMEDY, reader);
  }

  private static Description describe(FileSet files) {
    return files.manifest(
        Description.class,
        "expected a model of this version of Elbo, found that of another or damage (%s): train it"
            + " again");
  }

  private static SavedModel read(Path dir, FileSet files) {
    Description description = describe(files);
    List<String> itemIds = files.read(idsFile(description), Ids::read);
    requireRatings(dir, description);
    requireColumns(dir, description.unrated(), itemIds.size());
    Path tensors = dir.resolve(TENSORS);
    Safetensors contents = files.read(TENSORS, Safetensors::read).requireFinite();
    requireEpoch(tensors, contents, description.bestEpoch());
    Parameters parameters = new Parameters(contents.tensors());
    try {
      switch (description.model()) {
        case ModelOptions options -> parameters.requireTensorsOf(options.model(itemIds.size()));
        case BaselineOptions options -> FittedBaseline.of(options, parameters, itemIds.size());
      }
    } catch (IllegalArgumentException e) {
      throw ElboException.in(tensors, e.getMessage() + ", as " + DESCRIPTION + " describes it");
    }
    return new SavedModel(description, parameters, itemIds);
  }

  /** Where the hashes were removed, nothing else says that the files are of two epochs. */
  private static void requireEpoch(Path tensors, Safetensors contents, int bestEpoch) {
    String described = Integer.toString(bestEpoch);
    // Parameters that another program wrote there say nothing of an epoch, and are taken.
    String epoch = contents.metadata().getOrDefault(EPOCH, described);
    if (!epoch.equals(described)) {
      throw ElboException.in(
          tensors,
          "expected the parameters of epoch %s, which %s describes, found those of epoch %s; take"
                  .formatted(described, DESCRIPTION, epoch)
              + " both from one model, or finish the run with `elbo train --resume`");
    }
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
