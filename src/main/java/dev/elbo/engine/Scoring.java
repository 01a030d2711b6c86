package dev.elbo.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.random.Noise;

/**
 * How items are scored. Ports of the authors' code differ in this.
 *
 * @param sample whether scores come from a sample of the latent layer instead of its mean
 * @param zeroSeen whether the items in a user's history get the score 0, and are ranked with the
 *     others, instead of being left out
 * @param skipLast whether the last item in a user's history is as if it were not there: not read,
 *     and ranked with the others
 */
public record Scoring(
    @JsonProperty("sampleScores") boolean sample, boolean zeroSeen, boolean skipLast) {

  /** The authors': from the mean, and without the items in the history. */
  public static final Scoring LIANG = new Scoring(/* sample= */ false, /* zeroSeen= */ false);

  private static final int[] NONE = {};

  /** With all items of the history. */
  public Scoring(boolean sample, boolean zeroSeen) {
    this(sample, zeroSeen, false);
  }

  /**
   * The same with the last items of histories: leaving them out is a trait of how a port evaluates,
   * and recommendations are for what a user has.
   */
  public Scoring ofWholeHistories() {
    return new Scoring(sample, zeroSeen);
  }

  /**
   * What scores so; like the engine, safe for use by several threads.
   *
   * @param engine computes the model
   * @param seed of the samples: a user's row has the same one each time
   */
  public Scorer of(Engine engine, long seed) {
    Noise noise = sample ? Noise.sampling(seed) : Noise.NONE;
    return new Scorer() {
      @Override
      public void scores(Batch batch, Sink sink) {
        Batch read = skipLast ? new Batch(batch.users(), batch.items().withoutLast()) : batch;
        engine.scores(read, noise, zeroSeen ? zeroing(read, sink) : sink);
      }

      @Override
      public int[] leftOut(CsrMatrix histories, int row) {
        if (zeroSeen) {
          return NONE;
        }
        return skipLast && histories.hasOrder()
            ? histories.select(row).withoutLast().row(0)
            : histories.row(row);
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
