package dev.elbo.recommend;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.engine.PredictedRatings;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.SavedModel;

/**
 * What scores with a trained model, whatever it is: a network or a baseline, one that ranks or one
 * whose scores are {@link PredictedRatings}. Until it is closed, any number of threads may use it.
 */
public final class ModelScorer implements Scorer, AutoCloseable {

  private final Scorer scorer;
  private final Runnable end;

  private ModelScorer(Scorer scorer, Runnable end) {
    this.scorer = scorer;
    this.end = end;
  }

  /**
   * What scores with a model as it was trained to.
   *
   * @param saved the model
   * @param engine name of the engine that computes a network, as {@link Engines#byName} takes it
   * @param threads how many threads it may use for one call; the scores do not depend on it
   */
  public static ModelScorer of(SavedModel saved, String engine, int threads) {
    return of(saved, saved.description().run().scoring(), engine, threads);
  }

  /**
   * What scores with a model in a given way.
   *
   * @param saved the model
   * @param scoring how
   * @param engine name of the engine that computes a network, as {@link Engines#byName} takes it
   * @param threads how many threads it may use for one call; the scores do not depend on it
   * @throws ElboException if a baseline is to score otherwise than it does, or the engine cannot
   *     compute the network
   */
  public static ModelScorer of(SavedModel saved, Scoring scoring, String engine, int threads) {
    return switch (saved.description().model()) {
      case ModelOptions _ -> {
        Engine running = Engines.byName(engine).create(saved.model(), saved.state(), threads);
        Scorer scorer = scoring.of(running, saved.description().run().seed());
        yield new ModelScorer(
            saved
                .ratings()
                .<Scorer>map(
                    scale -> new PredictedRatings(scorer, saved.description().unrated(), scale))
                .orElse(scorer),
            running::close);
      }
      case BaselineOptions options -> {
        if (!scoring.equals(Scoring.LIANG)) {
          throw new ElboException(
              "%s scores in one way: neither from a sample, nor with zeros for what was seen, nor"
                      .formatted(options.baseline())
                  + " without the last item");
        }
        yield new ModelScorer(saved.baseline(), () -> {});
      }
    };
  }

  @Override
  public void scores(Batch batch, Sink sink) {
    scorer.scores(batch, sink);
  }

  @Override
  public int[] leftOut(CsrMatrix histories, int row) {
    return scorer.leftOut(histories, row);
  }

  /** Gives back what the engine holds. */
  @Override
  public void close() {
    end.run();
  }
}
