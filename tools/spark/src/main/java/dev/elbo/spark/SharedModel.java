package dev.elbo.spark;

import dev.elbo.engine.Scoring;
import dev.elbo.io.Json;
import dev.elbo.model.Parameters;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.train.SavedModel;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * A trained model on its way to executors, which need not see its folder.
 *
 * @param description what it is, as JSON
 * @param parameters its parameters
 * @param itemIds external id of each item, {@code [I]}
 */
record SharedModel(String description, Parameters parameters, List<String> itemIds)
    implements Serializable {

  /** The model that this JVM had last. */
  private static Loaded loaded;

  /**
   * A model that scores.
   *
   * @param id of the broadcast that it came by
   * @param saved the model
   * @param scorer scores on the calling thread; any number of threads may use it
   */
  record Loaded(long id, SavedModel saved, ModelScorer scorer) {}

  static SharedModel of(SavedModel saved) {
    return new SharedModel(
        Json.text(saved.description()), saved.parameters(), List.copyOf(saved.itemIds()));
  }

  /** The model in this JVM: loaded once, for all tasks. */
  static synchronized Loaded load(Broadcast<SharedModel> shared) {
    if (loaded == null || loaded.id != shared.id()) {
      if (loaded != null) {
        loaded.scorer.close();
      }
      loaded = shared.value().load(shared.id());
    }
    return loaded;
  }

  private Loaded load(long id) {
    var read = Json.parse(Path.of("model.json"), description, SavedModel.Description.class);
    var saved = new SavedModel(read, parameters, itemIds);
    Scoring whole = read.run().scoring().ofWholeHistories();
    return new Loaded(id, saved, ModelScorer.of(saved, whole, "fast", /* threads= */ 1));
  }
}
