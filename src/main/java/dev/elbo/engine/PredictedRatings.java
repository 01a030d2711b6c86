package dev.elbo.engine;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingScale;
import java.util.Arrays;
import java.util.List;

/**
 * Scores that are ratings: the middle of the scale for a row of which nothing is known, and for a
 * column without a rating in training (Sedhain et al. 2015, section 3: 3 of 1 to 5), whose output
 * says nothing; all others as they are, which may be outside of the scale.
 *
 * @param scorer predicts ratings
 * @param unrated the columns without a rating in training: items, or users where rows are items'
 * @param scale the scale of ratings
 */
public record PredictedRatings(Scorer scorer, List<Integer> unrated, RatingScale scale)
    implements Scorer {

  @Override
  public void scores(Batch batch, Sink sink) {
    float middle = (float) scale.middle();
    scorer.scores(
        batch,
        (position, scores) -> {
          if (batch.items().size(position) == 0) {
            Arrays.fill(scores, middle);
          }
          unrated.forEach(column -> scores[column] = middle);
          sink.accept(position, scores);
        });
  }

  @Override
  public int[] leftOut(CsrMatrix histories, int row) {
    return scorer.leftOut(histories, row);
  }
}
