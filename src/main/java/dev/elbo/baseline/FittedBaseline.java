package dev.elbo.baseline;

import dev.elbo.data.Batch;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import java.util.Arrays;
import java.util.List;

/**
 * A baseline that has seen the training users. It scores on the calling thread and does not change,
 * so any number of threads may use it.
 */
public sealed interface FittedBaseline extends Scorer
    permits Popularity, LinearAutoencoder, SparseRdlae, ItemKnn, Ials {

  /** What it learned, by name. The arrays are not copied. */
  Parameters parameters();

  /** Number of items, {@code I}. */
  int items();

  /**
   * Scores every item for one user.
   *
   * @param history the user's items, ascending. Not modified.
   * @param scores zeros, {@code [I]}. Modified.
   */
  void score(int[] history, float[] scores);

  /**
   * The items nearest to one, best first.
   *
   * @param item the item; it is not among them
   * @param k how many; there may be fewer
   * @throws dev.elbo.ElboException if the baseline knows nothing of the kind
   */
  List<Ranked> nearest(int item, int k);

  @Override
  default void scores(Batch batch, Sink sink) {
    float[] scores = new float[items()];
    for (int position = 0; position < batch.size(); position++) {
      Arrays.fill(scores, 0);
      score(batch.items().row(position), scores);
      sink.accept(position, scores);
    }
  }

  /**
   * Fits a baseline.
   *
   * @param options which one, with its numbers
   * @param training the training users
   * @param workers the threads to use; the result does not depend on their number
   * @throws dev.elbo.ElboException if it does not fit into the memory, or float32 cannot tell what
   *     is to be computed
   */
  static FittedBaseline fit(BaselineOptions options, Gram training, Workers workers) {
    return switch (options) {
      case BaselineOptions.Popularity() -> new Popularity(training.users());
      case BaselineOptions.SparseRdlae sparse -> SparseRdlae.fit(training.users(), sparse, workers);
      case BaselineOptions.Linear linear -> LinearAutoencoder.fit(training, linear, workers);
      case BaselineOptions.ItemKnn knn -> ItemKnn.fit(training.users(), knn, workers);
      case BaselineOptions.Ials ials -> Ials.fit(training.users(), ials, workers);
    };
  }

  /**
   * A baseline from what it learned.
   *
   * @param options which one, with its numbers
   * @param parameters what {@link #parameters} gave
   * @param items number of items, {@code I}
   * @throws IllegalArgumentException if these are not its tensors for so many items
   */
  static FittedBaseline of(BaselineOptions options, Parameters parameters, int items) {
    return switch (options) {
      case BaselineOptions.Popularity _ -> Popularity.of(parameters, items);
      case BaselineOptions.SparseRdlae _ -> SparseRdlae.of(parameters, items);
      case BaselineOptions.Linear _ -> LinearAutoencoder.of(parameters, items);
      case BaselineOptions.ItemKnn _ -> ItemKnn.of(parameters, items);
      case BaselineOptions.Ials ials -> Ials.of(ials, parameters, items);
    };
  }
}
