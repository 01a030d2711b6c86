package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.PredictedRatings;
import dev.elbo.engine.Scorer;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Metric;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.testing.Threads;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FittedBaselineTest {

  private static final CsrMatrix USERS = SmallData.random(40, 30);

  static Stream<Scorer> scorers() {
    try (Workers workers = new Workers(2)) {
      Scorer ease = LinearAutoencoder.fit(Gram.once(USERS), new BaselineOptions.Ease(10), workers);
      return Stream.of(
          new Popularity(USERS),
          ItemKnn.fit(USERS, new BaselineOptions.ItemKnn(10, 1), workers),
          Ials.fit(USERS, new BaselineOptions.Ials(8, 0.1, 0.01, 1, 2, 1), workers),
          ease,
          SparseRdlae.fit(USERS, new BaselineOptions.SparseRdlae(9, 0.3, 0.1, 5), workers),
          new PredictedRatings(ease, List.of(3), new RatingScale(List.of(1f, 2f, 3f))));
    }
  }

  @ParameterizedTest
  @MethodSource("scorers")
  void severalThreadsGetTheBitsThatOneGets(Scorer scorer) throws Exception {
    float[][] expected = SmallData.scores(scorer, USERS);
    List<String> ids = IntStream.range(0, USERS.rows()).mapToObj(String::valueOf).toList();
    Evaluator evaluator =
        new Evaluator(
            new EvaluationUsers(ids, SmallData.random(40, 30), USERS), Metric.all(5), USERS, 7);
    var metrics = evaluator.evaluate(scorer).metrics();
    Threads.together(
        thread -> {
          for (int n = 0; n < USERS.rows(); n++) {
            int user = (n + 5 * thread) % USERS.rows();
            assertArrayEquals(expected[user], SmallData.scores(scorer, USERS.select(user))[0]);
          }
          assertArrayEquals(expected, SmallData.scores(scorer, USERS));
          assertEquals(metrics, evaluator.evaluate(scorer).metrics());
        });
  }
}
