package dev.elbo.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.Scorer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatingEvaluatorTest {

  private static final RatingScale SCALE = new RatingScale(List.of(1f, 2f, 3f, 4f, 5f));
  private static final RatingMetric RMSE = metric("rmse");
  private static final RatingMetric MAE = metric("mae");

  /** Of users 0, 1 and 2, the second has rated nothing; nobody has rated item 3. */
  private static final CsrMatrix TRAINING =
      CsrMatrix.of(3, 4, new int[] {0, 0, 2}, new int[] {0, 1, 2}, new float[] {5, 1, 2});

  private static RatingMetric metric(String name) {
    return (RatingMetric) Measure.parse(name);
  }

  private static CsrMatrix rating(int user, int item, float rating) {
    return CsrMatrix.of(3, 4, new int[] {user}, new int[] {item}, new float[] {rating});
  }

  /** The error of one prediction. */
  private static double error(float score, CsrMatrix heldOut) {
    var users = new EvaluationUsers(List.of("a", "b", "c"), TRAINING, heldOut);
    Scorer scorer =
        (batch, sink) -> {
          for (int user = 0; user < batch.size(); user++) {
            float[] scores = new float[4];
            Arrays.fill(scores, score);
            sink.accept(user, scores);
          }
        };
    return new RatingEvaluator(users, List.of(MAE), SCALE, 2)
        .evaluate(scorer)
        .metrics()
        .get(MAE)
        .mean();
  }

  @Test
  void aPredictionIsTheScoreWithinTheScale() {
    assertEquals(1.5, error(2.5f, rating(0, 2, 4)));
    assertEquals(1, error(9, rating(0, 2, 4)), "5 is the highest rating");
    assertEquals(3, error(-9, rating(0, 2, 4)), "1 is the lowest rating");
  }

  @Test
  void aPredictionIsFinite() {
    for (float score : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThrows(ElboException.class, () -> error(score, rating(0, 2, 4)));
    }
  }

  /** Errors 1, 2 and 2: mean square 3, mean absolute value 5/3. */
  @Test
  void errorsAreAveragedOverRatings() {
    double[] errors = {1, -2, 2};
    assertEquals(Math.sqrt(3), RMSE.error().of(errors).mean(), 1e-15);
    assertEquals(5 / 3.0, MAE.error().of(errors).mean(), 1e-15);
    Estimate mse = metric("mse").error().of(errors);
    assertEquals(3, mse.mean(), 1e-15);
    assertEquals(Math.sqrt(2) / Math.sqrt(3), mse.standardError(), 1e-15);
    assertEquals(
        mse.standardError() / (2 * Math.sqrt(3)), RMSE.error().of(errors).standardError(), 1e-15);
  }

  /** What is held out is given to the model as well, and all of it is to be predicted. */
  @Test
  void reconstructionGivesTheModelEverything() {
    CsrMatrix heldOut = rating(0, 2, 4);
    var users = new EvaluationUsers(List.of("a", "b", "c"), TRAINING, heldOut);
    Scorer echo =
        (batch, sink) -> {
          for (int user = 0; user < batch.size(); user++) {
            float[] scores = new float[4];
            CsrMatrix given = batch.items();
            for (int n = given.indptr()[user]; n < given.indptr()[user + 1]; n++) {
              scores[given.indices()[n]] = given.values()[n];
            }
            sink.accept(user, scores);
          }
        };
    RatingMetric reconstruction = metric("reconstruction-mse");
    var evaluation =
        new RatingEvaluator(users, List.of(reconstruction, MAE), SCALE, 2).evaluate(echo);
    assertEquals(0, evaluation.metrics().get(reconstruction).mean());
    assertEquals(3, evaluation.metrics().get(MAE).mean(), "0 is clipped to 1");
    assertEquals(List.of("reconstruction-mse", "mae"), List.copyOf(evaluation.byName().keySet()));
    assertEquals(1, evaluation.users());
    assertEquals(4, evaluation.ratings(reconstruction), "three are given");
    assertEquals(1, evaluation.ratings(MAE));
  }

  @Test
  void refusesUsersWithoutHeldOutRatings() {
    CsrMatrix none = CsrMatrix.of(3, 4, new int[0], new int[0]);
    var users = new EvaluationUsers(List.of("a", "b", "c"), TRAINING, none);
    assertThrows(ElboException.class, () -> new RatingEvaluator(users, List.of(RMSE), SCALE, 2));
  }
}
