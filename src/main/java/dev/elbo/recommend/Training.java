package dev.elbo.recommend;

import dev.elbo.ElboException;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Filter;
import dev.elbo.data.Filtered;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.data.split.Partition;
import dev.elbo.engine.Loss;
import dev.elbo.model.Architecture;
import dev.elbo.train.EpochResult;
import dev.elbo.train.MemoryRun;
import dev.elbo.train.RunOptions;
import dev.elbo.train.TrainingListener;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How to train a model. It does not change: each method gives another one, so that any number of
 * threads may share it.
 *
 * @param <T> the kind of model
 */
public abstract sealed class Training<T extends Training<T>>
    permits NetworkTraining, BaselineTraining {

  /**
   * How a model is computed, and on what.
   *
   * @param engine name of the engine that computes a network
   * @param threads how many threads it may use
   * @param minRating the rating from which on an event counts; {@code null}: any
   * @param listener is told how it goes
   */
  record Setting(String engine, int threads, Double minRating, TrainingListener listener) {
    static final Setting USUAL =
        new Setting(
            "fast",
            Runtime.getRuntime().availableProcessors(),
            /* minRating= */ null,
            epochs(_ -> {}));
  }

  final Setting setting;

  Training(Setting setting) {
    this.setting = setting;
  }

  abstract T with(Setting other);

  /** All that defines the run but its data and the engine. */
  public abstract RunOptions options();

  /**
   * The same on another engine; the usual one is {@code fast}, on all cores.
   *
   * @param name {@code fast} or {@code reference}; of no meaning for baselines
   * @param threads how many threads it may use, 1 or more; no result depends on it
   */
  public T engine(String name, int threads) {
    return with(new Setting(name, threads, setting.minRating, setting.listener));
  }

  /**
   * The same on those events only that have at least this rating. Without it all events count, and
   * a model that ranks takes each for a liking.
   *
   * @param rating the least rating that is kept
   */
  public T minRating(double rating) {
    return with(new Setting(setting.engine, setting.threads, rating, setting.listener));
  }

  /**
   * The same, with somebody who is told of each update and epoch of a network, on the thread that
   * trains.
   */
  public T listener(TrainingListener listener) {
    return with(new Setting(setting.engine, setting.threads, setting.minRating, listener));
  }

  /** The same, with somebody who is told of each epoch of a network. */
  public T onEpoch(Consumer<EpochResult> listener) {
    return listener(epochs(listener));
  }

  private static TrainingListener epochs(Consumer<EpochResult> listener) {
    return new TrainingListener() {
      @Override
      public void updated(int epoch, int users, Loss loss) {}

      @Override
      public void finished(EpochResult result, boolean best) {
        listener.accept(result);
      }
    };
  }

  /**
   * Trains on all events; the last epoch's model is the result. A model of sequences takes events
   * without times in the order in which they were added.
   *
   * @param events one for each user and item, with ratings if the model predicts them. Not
   *     modified.
   * @throws ElboException if no event is left, the model cannot learn from such events, or a loss
   *     is not finite
   * @throws IllegalArgumentException if an option is out of range
   */
  public RecommenderModel train(Interactions events) {
    if (setting.minRating != null && !events.hasRatings()) {
      throw new IllegalArgumentException(
          "minRating: the events have no ratings: leave it out, or add each with its rating");
    }
    Filtered kept = new Filter(setting.minRating, 0, 0, /* kCore= */ false).apply(events);
    boolean predictsRatings = is(Architecture::predictsRatings);
    if (predictsRatings && !events.hasRatings()) {
      throw new ElboException(
          "%s predicts ratings, and the events have none: add each with its rating"
              .formatted(options().model()));
    }
    Filtered read = predictsRatings ? kept : kept.withoutRatings();
    if (is(Architecture::isSequential) && !events.hasTimes()) {
      read = new Filtered(read.filter(), read.interactions().timedAsGiven(), read.dropped());
    }
    return fit(Partition.divide(read, new Split.None(), DataDescription.Source.ofMemory(events)));
  }

  /**
   * Trains on data that was divided before: the model is the one of the epoch that is best on the
   * validation users, if there are any.
   *
   * @param data for instance that of {@link Partition#divide(Interactions, Filter, Split)}
   * @throws ElboException if the model cannot learn from such data, or a loss is not finite
   * @throws IllegalArgumentException if an option is out of range, or a least rating is given: the
   *     data has been filtered
   */
  public RecommenderModel train(PreparedData data) {
    if (setting.minRating != null) {
      throw new IllegalArgumentException(
          "minRating: the data has been filtered already: leave it out");
    }
    return fit(data);
  }

  private RecommenderModel fit(PreparedData data) {
    if (data.hasRatings() != is(Architecture::predictsRatings)) {
      throw new ElboException(
          data.hasRatings()
              ? "the data holds ratings to predict, and %s ranks items: leave the ratings out"
                  .formatted(options().model())
              : "%s predicts ratings, and the data says only who has what"
                  .formatted(options().model()));
    }
    if (is(Architecture::isSequential) && !data.train().hasOrder()) {
      throw new ElboException(
          "%s reads items in the order of time, and the data does not have it: divide it by time"
              .formatted(options().model()));
    }
    return RecommenderModel.of(
        MemoryRun.train(options(), data, setting.engine, setting.threads, setting.listener),
        setting.engine,
        setting.threads);
  }

  private boolean is(Predicate<Architecture> kind) {
    return options().model() instanceof Architecture architecture && kind.test(architecture);
  }
}
