package dev.elbo.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Ndcg;
import dev.elbo.eval.Recall;
import dev.elbo.random.Noise;
import dev.elbo.recommend.Recommender;
import dev.elbo.testing.Example;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a port does otherwise in scoring, with an engine that computes Mult-VAE. */
class ScoringTest {

  private static final long SEED = 7;
  private static final Scoring SAMPLE = new Scoring(/* sample= */ true, /* zeroSeen= */ false);
  private static final Scoring ZERO = new Scoring(/* sample= */ false, /* zeroSeen= */ true);

  private final Batch batch = Example.MULT_VAE.batch();
  private final Engine engine =
      Engines.byName("reference").create(Example.MULT_VAE.model(), Example.MULT_VAE.state(), 1);

  /** The second user has the items 1 and 4. */
  private static final CsrMatrix HISTORIES =
      new CsrMatrix(5, new int[] {0, 1, 3}, new int[] {2, 1, 4});

  private interface Pass {
    void run(Scorer.Sink sink);
  }

  private float[][] scores(Pass pass) {
    float[][] all = new float[batch.size()][];
    pass.run((position, scores) -> all[position] = scores.clone());
    return all;
  }

  private float[][] scores(Scoring scoring, long seed) {
    return scores(sink -> scoring.of(engine, seed).scores(batch, sink));
  }

  private final float[][] fromMean = scores(sink -> engine.scores(batch, sink));

  @Test
  void theAuthorsScoreFromTheMeanAndLeaveSeenItemsOut() {
    assertArrayEquals(fromMean, scores(Scoring.LIANG, SEED));
    assertArrayEquals(new int[] {1, 4}, Scoring.LIANG.of(engine, SEED).leftOut(HISTORIES, 1));
  }

  @Test
  void aSampleIsTheSeedsAndStaysTheSame() {
    assertArrayEquals(
        scores(sink -> engine.scores(batch, Noise.sampling(SEED), sink)), scores(SAMPLE, SEED));
    assertArrayEquals(scores(SAMPLE, SEED), scores(SAMPLE, SEED));
    assertFalse(Arrays.deepEquals(fromMean, scores(SAMPLE, SEED)));
    assertFalse(Arrays.deepEquals(scores(SAMPLE, SEED + 1), scores(SAMPLE, SEED)));
  }

  @Test
  void seenItemsScoreZeroAndTheOthersWhatTheyDid() {
    float[][] zeroed = scores(ZERO, SEED);
    for (int b = 0; b < batch.size(); b++) {
      for (int item = 0; item < zeroed[b].length; item++) {
        boolean seen = Arrays.binarySearch(batch.items().row(b), item) >= 0;
        assertEquals(seen ? 0 : fromMean[b][item], zeroed[b][item]);
      }
    }
    assertArrayEquals(new int[0], ZERO.of(engine, SEED).leftOut(HISTORIES, 1));
  }

  /** Logits 3, -1, -2, 1; item 0 is known, and item 2 to be found. */
  private static Scorer fixed(boolean ranksSeen) {
    return new Scorer() {
      @Override
      public void scores(Batch users, Sink sink) {
        sink.accept(0, new float[] {ranksSeen ? 0 : 3, -1, -2, 1});
      }

      @Override
      public int[] leftOut(CsrMatrix histories, int row) {
        return ranksSeen ? new int[0] : histories.row(row);
      }
    };
  }

  /** A score of 0 is better than a negative logit, so that a seen item takes a place. */
  @Test
  void aRankedSeenItemTakesThePlaceOfAnother() {
    CsrMatrix history = new CsrMatrix(4, new int[] {0, 1}, new int[] {0});
    Batch one = Batch.range(history, 0, 1);
    assertEquals(
        List.of(List.of(new Ranked(3, 1), new Ranked(1, -1), new Ranked(2, -2))),
        Recommender.recommend(fixed(false), one, 3));
    assertEquals(
        List.of(List.of(new Ranked(3, 1), new Ranked(0, 0), new Ranked(1, -1))),
        Recommender.recommend(fixed(true), one, 3));

    EvaluationUsers users =
        new EvaluationUsers(
            List.of("ann"), history, new CsrMatrix(4, new int[] {0, 1}, new int[] {2}));
    Evaluator evaluator = new Evaluator(users, List.of(new Recall(3), new Ndcg(4)), history, 1);
    var leftOut = evaluator.evaluate(fixed(false)).metrics();
    var ranked = evaluator.evaluate(fixed(true)).metrics();
    assertEquals(1, leftOut.get(new Recall(3)).mean());
    assertEquals(0, ranked.get(new Recall(3)).mean());
    assertEquals(0.5, leftOut.get(new Ndcg(4)).mean(), 1e-15, "third: 1 / log2(4)");
    assertNotEquals(0.5, ranked.get(new Ndcg(4)).mean(), "fourth");
  }
}
