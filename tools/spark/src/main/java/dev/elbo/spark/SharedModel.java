package dev.elbo.spark;

import dev.elbo.engine.Scoring;
import dev.elbo.io.Json;
import dev.elbo.model.Parameters;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.SavedModel;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.spark.broadcast.Broadcast;

/**
 * A trained model on its way to executors, which need not see its folder.
 *
 * @param name tells it from any other
 * @param description what it is, as JSON
 * @param parameters its parameters
 * @param itemIds external id of each item, {@code [I]}
 */
record SharedModel(UUID name, String description, Parameters parameters, List<String> itemIds)
    implements Serializable {

  /** The model that this JVM had last. */
  private static Loaded loaded;

  /**
   * A model that scores.
   *
   * @param name of the one it was made of
   * @param saved the model
   * @param scorer scores on the calling thread; any number of threads may use it
   */
  record Loaded(UUID name, SavedModel saved, ModelScorer scorer) {}

  static SharedModel of(SavedModel saved) {
    return new SharedModel(
        UUID.randomUUID(),
        Json.text(saved.description()),
        saved.parameters(),
        List.copyOf(saved.itemIds()));
  }

  /** The model in this JVM: loaded once, for all tasks. */
  static synchronized Loaded load(Broadcast<SharedModel> shared) {
    SharedModel model = shared.value();
    if (loaded == null || !loaded.name.equals(model.name)) {
      if (loaded != null) {
        loaded.scorer.close();
      }
      loaded = model.load();
    }
    return loaded;
  }

  private Loaded load() {
    var read = Json.parse(Path.of("model.json"), description, SavedModel.Description.class);
    var saved = new SavedModel(read, parameters, itemIds);
    Scoring whole = read.run().scoring().ofWholeHistories();
    return new Loaded(name, saved, ModelScorer.of(saved, whole, "fast", /* threads= */ 1));
  }
}
