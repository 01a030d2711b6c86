package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import dev.elbo.engine.EngineState;
import dev.elbo.io.Json;
import dev.elbo.io.Printable;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.io.Tensor;
import dev.elbo.model.Model;
import dev.elbo.model.Parameters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * All that a run needs to continue as if it had never stopped: one file, replaced as a whole after
 * each epoch. Noise and the order of users need no state: they are functions of seed, update and
 * epoch.
 *
 * @param state parameters and moments after the last finished epoch
 * @param progress what the run did so far
 */
public record Checkpoint(EngineState state, Progress progress) {

  private static final String FILE = "checkpoint.safetensors";
  private static final String PROGRESS = "progress";
  private static final String PROGRESS_SHA256 = "progress.sha256";
  private static final String TENSORS_SHA256 = "tensors.sha256";
  private static final String FIRST_MOMENT = "adam.m.";
  private static final String SECOND_MOMENT = "adam.v.";
  private static final String UPDATES = "adam.updates";
  private static final String FROZEN = "prior.";

  /**
   * What a run did so far.
   *
   * @param run its options
   * @param engine the engine that computed its last epoch
   * @param dataSha256 hash of the data it trains on
   * @param updates number of updates
   * @param bestEpoch the epoch whose model is kept; 0 if none is yet
   * @param epochs every finished epoch
   * @param startedFrom the model that it started from; {@code null} if it started from values that
   *     were drawn
   */
  public record Progress(
      RunOptions.OfNetwork run,
      String engine,
      String dataSha256,
      long updates,
      int bestEpoch,
      List<EpochResult> epochs,
      @JsonSetter(nulls = Nulls.SET) @JsonInclude(JsonInclude.Include.NON_NULL)
          StartedFrom startedFrom) {

    /** What a run did that started from values that were drawn. */
    public Progress(
        RunOptions.OfNetwork run,
        String engine,
        String dataSha256,
        long updates,
        int bestEpoch,
        List<EpochResult> epochs) {
      this(run, engine, dataSha256, updates, bestEpoch, epochs, /* startedFrom= */ null);
    }

    /** A run that has not begun. */
    public static Progress none(RunOptions.OfNetwork run, String engine, String dataSha256) {
      return new Progress(run, engine, dataSha256, 0, 0, List.of());
    }

    /** The epoch whose model is kept, if one is yet. */
    public Optional<EpochResult> best() {
      return bestEpoch == 0 ? Optional.empty() : Optional.of(epochs.get(bestEpoch - 1));
    }

    /** The same progress of a run that goes on with another engine. */
    public Progress with(String otherEngine) {
      return new Progress(run, otherEngine, dataSha256, updates, bestEpoch, epochs, startedFrom);
    }

    /** The same progress of a run that started from a model; from none, if null. */
    Progress with(StartedFrom model) {
      return new Progress(run, engine, dataSha256, updates, bestEpoch, epochs, model);
    }
  }

  /** Where a model directory's checkpoint lies. */
  public static Path file(Path modelDir) {
    return modelDir.resolve(FILE);
  }

  /**
   * Writes the file of a model directory, or leaves the old one.
   *
   * @param modelDir the directory
   */
  public void write(Path modelDir) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(state.parameters().tensors());
    state.firstMoments().tensors().forEach((name, m) -> tensors.put(FIRST_MOMENT + name, m));
    state.secondMoments().tensors().forEach((name, v) -> tensors.put(SECOND_MOMENT + name, v));
    state.frozen().tensors().forEach((name, old) -> tensors.put(FROZEN + name, old));
    long[] updates = {state.updates().encoder(), state.updates().decoder()};
    tensors.put(UPDATES, new Tensor.Int64(new int[] {updates.length}, updates));
    String json = Json.text(progress);
    Safetensors.write(
        file(modelDir),
        tensors,
        Map.of(PROGRESS, json, PROGRESS_SHA256, sha256(json), TENSORS_SHA256, sha256(tensors)));
  }

  private static String sha256(String progress) {
    return Sha256.of(out -> out.write(progress.getBytes(StandardCharsets.UTF_8)));
  }

  private static String sha256(SequencedMap<String, Tensor> tensors) {
    return Sha256.of(out -> Safetensors.write(out, tensors, Map.of()));
  }

  private static void requireSha256(
      Path file, Map<String, String> metadata, String name, String found) {
    String expected = metadata.get(name);
    if (expected == null) {
      throw otherVersion(file, "there is no " + name);
    }
    if (!found.equals(expected)) {
      throw ElboException.in(
          file,
          "the checkpoint is damaged: expected %s %s, found %s; take a good copy, or start the run"
                  .formatted(name, Printable.shortened(expected), found)
              + " again with another --out");
    }
  }

  /**
   * Reads the file of a model directory.
   *
   * @param modelDir the directory
   * @throws ElboException if there is none, or it is damaged
   */
  public static Checkpoint read(Path modelDir) {
    Path file = file(modelDir);
    Safetensors contents = Safetensors.read(file);
    Progress progress = progress(file, contents.metadata());
    requireSha256(file, contents.metadata(), TENSORS_SHA256, sha256(contents.tensors()));
    contents.requireFinite();
    if (!contents.tensors().containsKey(UPDATES)) {
      throw otherVersion(file, "there is no " + UPDATES);
    }
    long[] updates = contents.get(UPDATES, Tensor.Int64.class, 2).values();
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    SequencedMap<String, Tensor> firstMoments = new LinkedHashMap<>();
    SequencedMap<String, Tensor> secondMoments = new LinkedHashMap<>();
    SequencedMap<String, Tensor> frozen = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(FIRST_MOMENT)) {
                firstMoments.put(name.substring(FIRST_MOMENT.length()), tensor);
              } else if (name.startsWith(SECOND_MOMENT)) {
                secondMoments.put(name.substring(SECOND_MOMENT.length()), tensor);
              } else if (name.startsWith(FROZEN)) {
                frozen.put(name.substring(FROZEN.length()), tensor);
              } else if (!name.equals(UPDATES)) {
                parameters.put(name, tensor);
              }
            });
    return new Checkpoint(
        new EngineState(
            new Parameters(parameters),
            new Parameters(firstMoments),
            new Parameters(secondMoments),
            new Parameters(frozen),
            new EngineState.Updates(updates[0], updates[1])),
        progress);
  }

  /**
   * Reads the progress in the file of a model directory, and not the parameters.
   *
   * @param modelDir the directory
   * @throws ElboException if there is none, or it is damaged
   */
  public static Progress progress(Path modelDir) {
    Path file = file(modelDir);
    return progress(file, Safetensors.readMetadata(file));
  }

  private static Progress progress(Path file, Map<String, String> metadata) {
    String json = metadata.get(PROGRESS);
    if (json == null) {
      throw ElboException.in(file, "expected a checkpoint, found tensors without a run's progress");
    }
    requireSha256(file, metadata, PROGRESS_SHA256, sha256(json));
    try {
      return Json.parse(Path.of(PROGRESS), json, Progress.class);
    } catch (ElboException e) {
      throw otherVersion(file, e.getMessage());
    }
  }

  private static ElboException otherVersion(Path file, String reason) {
    return ElboException.in(
        file,
        "expected a run of this version of Elbo, found that of another or damage (%s): it cannot be"
                .formatted(reason)
            + " continued; start the run again, with another --out");
  }

  /**
   * Checks that this is a checkpoint of a model.
   *
   * @param modelDir where it was read from
   * @param model the model
   * @throws ElboException if a tensor is missing or has another shape
   */
  public void requireTensorsOf(Path modelDir, Model model) {
    try {
      state.requireTensorsOf(model);
    } catch (IllegalArgumentException e) {
      throw ElboException.in(file(modelDir), "the checkpoint is damaged: " + e.getMessage());
    }
  }
}
