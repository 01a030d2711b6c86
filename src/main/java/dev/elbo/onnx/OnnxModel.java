package dev.elbo.onnx;

import dev.elbo.ElboException;
import dev.elbo.Version;
import dev.elbo.data.RatingScale;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Tensor;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.ModelOptions;
import dev.elbo.onnx.Graph.ElementType;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A trained model as a graph of ONNX. It gives {@code scores [B, I]} of
 *
 * <ul>
 *   <li>{@code items [B, I]}, float32: 1 for each item that a user has, 0 for the others;
 *   <li>{@code items [B, T]}, int64, of a model that reads items in the order of time: their
 *       numbers, from 0 on, the oldest first; shorter rows are filled up with -1;
 *   <li>{@code ratings [B, I]}, float32, of a model that predicts ratings: 0 for those that are not
 *       known. The rows are items and the columns users, if it reads items' rows.
 * </ul>
 *
 * Scores are those of {@link dev.elbo.recommend.ModelScorer}, up to rounding, the latent layer
 * giving its mean: of all items, those that a user has included. What a dialect does otherwise in
 * scoring is not in the graph.
 *
 * <p>The properties of the model say what it is: {@code model}, {@code version} of Elbo that
 * trained it, {@code dataSha256}, {@code bestEpoch}; {@code ratings}, the scale, if it predicts
 * them; and the external id of each column, a line each, as {@code itemIds}, or {@code userIds} if
 * the columns are users.
 */
public final class OnnxModel {

  /** With the operators, ONNX 1.12. */
  private static final long IR_VERSION = 8;

  private static final long OPERATORS_VERSION = 17;

  private OnnxModel() {}

  /**
   * Writes a model, or replaces the file.
   *
   * @param saved the model
   * @param file the file; its folder must exist
   * @throws ElboException if a graph cannot tell what the model reads, the file would be larger
   *     than the format allows, or it cannot be written
   */
  public static void write(SavedModel saved, Path file) {
    Graph graph = graph(saved);
    Message model =
        new Message()
            .with(1, IR_VERSION)
            .with(8, new Message().with(1, "").with(2, OPERATORS_VERSION))
            .with(2, "elbo")
            .with(3, Version.current());
    properties(saved)
        .forEach((key, value) -> model.with(14, new Message().with(1, key).with(2, value)));
    long bytes = graph.size();
    requireSize(model.size() + bytes);
    model.begin(7, bytes);
    AtomicFile.write(
        file,
        out -> {
          model.writeTo(out);
          graph.writeTo(out);
        });
  }

  /**
   * Refuses what no reader would take.
   *
   * @param bytes about how many the file would have
   */
  static void requireSize(long bytes) {
    if (bytes > Integer.MAX_VALUE - 64) {
      throw new ElboException(
          "the model has %,d MiB, and an ONNX file holds less than 2,048; train one with fewer items or smaller layers"
              .formatted(bytes >> 20));
    }
  }

  private static Graph graph(SavedModel saved) {
    int columns = saved.itemIds().size();
    Graph graph = new Graph(saved.description().run().model().toString());
    String scores =
        switch (saved.description().model()) {
          case BaselineOptions options ->
              BaselineGraph.add(graph, options, saved.parameters(), columns);
          case ModelOptions options when options.ratings() != null ->
              ratings(saved, graph, options.ratings());
          case ModelOptions options ->
              NetworkGraph.add(
                  graph,
                  saved.model(),
                  saved.parameters(),
                  saved.model().isSequential()
                      ? graph.input("items", ElementType.INT64, "B", "T")
                      : graph.input("items", ElementType.FLOAT, "B", columns));
        };
    graph.output("scores", scores, ElementType.FLOAT, "B", columns);
    return graph;
  }

  /** As {@link dev.elbo.engine.PredictedRatings} has them. */
  private static String ratings(SavedModel saved, Graph graph, RatingScale scale) {
    if (scale.levels().contains(0f)) {
      throw new ElboException(
          "0 stands for a rating that is not known in an ONNX graph, and in this model's data it is"
              + " a rating");
    }
    int columns = saved.itemIds().size();
    String x = graph.input("ratings", ElementType.FLOAT, "B", columns);
    String y = NetworkGraph.add(graph, saved.model(), saved.parameters(), x);
    float[] rated = new float[columns];
    Arrays.fill(rated, 1);
    saved.description().unrated().forEach(column -> rated[column] = 0);
    // 0 where the row or the column is without a rating
    String known =
        graph.add(
            "Mul",
            NetworkGraph.count(graph, x),
            graph.constant("rated", new Tensor.Float32(new int[] {columns}, rated)));
    return graph.add(
        "Where", graph.add("Equal", known, graph.number(0)), graph.number(scale.middle()), y);
  }

  private static SequencedMap<String, String> properties(SavedModel saved) {
    SavedModel.Description description = saved.description();
    SequencedMap<String, String> properties = new LinkedHashMap<>();
    properties.put("model", description.run().model().toString());
    properties.put("version", description.version());
    properties.put("dataSha256", description.dataSha256());
    properties.put("bestEpoch", Integer.toString(description.bestEpoch()));
    saved
        .ratings()
        .ifPresent(
            scale ->
                properties.put(
                    "ratings",
                    scale.levels().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(" "))));
    properties.put(saved.readsItems() ? "userIds" : "itemIds", String.join("\n", saved.itemIds()));
    return properties;
  }
}
