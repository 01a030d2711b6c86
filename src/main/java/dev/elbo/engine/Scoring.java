package dev.elbo.engine;

import dev.elbo.data.Batch;
import dev.elbo.model.Noise;

/**
 * How items are scored. Ports of the authors' code differ in this.
 *
 * @param sample whether scores come from a sample of the latent layer instead of its mean
 * @param zeroSeen whether the items in a user's history get the score 0, and are ranked with the
 *     others, instead of being left out
 */
public record Scoring(boolean sample, boolean zeroSeen) {

  /** The authors': from the mean, and without the items in the history. */
  public static final Scoring LIANG = new Scoring(/* sample= */ false, /* zeroSeen= */ false);

  private static final int[] NONE = {};

  /**
   * What scores so.
   *
   * @param engine computes the model
   * @param seed of the samples: a user's row has the same one each time
   */
  public Scorer of(Engine engine, long seed) {
    Noise noise = sample ? Noise.sampling(seed) : Noise.NONE;
    return new Scorer() {
      @Override
      public void scores(Batch batch, Sink sink) {
        engine.scores(batch, noise, zeroSeen ? zeroing(batch, sink) : sink);
      }

      @Override
      public int[] leftOut(int[] history) {
        return zeroSeen ? NONE : history;
      }
    };
  }

  private static Scorer.Sink zeroing(Batch batch, Scorer.Sink sink) {
    return (position, scores) -> {
      for (int item : batch.items().row(position)) {
        scores[item] = 0;
      }
      sink.accept(position, scores);
    };
  }
}
