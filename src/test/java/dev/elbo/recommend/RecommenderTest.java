package dev.elbo.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Ranked;
import dev.elbo.engine.Scorer;
import dev.elbo.testing.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecommenderTest {

  /** Two users of four items: the first has items 1 and 3, the second none. */
  private static final CsrMatrix HISTORIES =
      new CsrMatrix(4, new int[] {0, 2, 2}, new int[] {1, 3});

  private static List<List<Ranked>> recommend(Scorer scorer, int k) {
    return Recommender.recommend(scorer, Batch.range(HISTORIES, 0, 2), k);
  }

  /** Item 3 is the best, item 0 the worst; the array is used again, as the contract allows. */
  private static void ascending(Batch batch, Scorer.Sink sink) {
    float[] scores = new float[4];
    for (int position = 0; position < batch.size(); position++) {
      for (int item = 0; item < scores.length; item++) {
        scores[item] = item + 0.5f;
      }
      sink.accept(position, scores);
      Arrays.fill(scores, Float.NaN);
    }
  }

  @Test
  void bestFirstAndNeverWhatTheUserHas() {
    assertEquals(
        List.of(
            List.of(new Ranked(2, 2.5), new Ranked(0, 0.5)),
            List.of(new Ranked(3, 3.5), new Ranked(2, 2.5))),
        recommend(RecommenderTest::ascending, 2));
  }

  @Test
  void whatTheUserHasCanBeMoreThanWhatTheModelReads() {
    CsrMatrix known = new CsrMatrix(4, new int[] {0, 3, 4}, new int[] {1, 2, 3, 3});
    List<List<Ranked>> ranked =
        Recommender.recommend(
            RecommenderTest::ascending, Batch.range(HISTORIES, 0, 2), known, ItemFilter.NONE, 2);
    assertEquals(
        List.of(List.of(new Ranked(0, 0.5)), List.of(new Ranked(2, 2.5), new Ranked(1, 1.5))),
        ranked);
  }

  @Test
  void neverWhatTheFilterRefuses() {
    Batch users = Batch.range(HISTORIES, 0, 2);
    CsrMatrix known = HISTORIES;
    ItemFilter without = ItemFilter.NONE.excluding(2);
    assertEquals(
        List.of(List.of(new Ranked(0, 0.5)), List.of(new Ranked(3, 3.5), new Ranked(1, 1.5))),
        Recommender.recommend(RecommenderTest::ascending, users, known, without, 2));
    ItemFilter only = without.only(4, 2, 1, 0);
    assertEquals(
        List.of(List.of(new Ranked(0, 0.5)), List.of(new Ranked(1, 1.5), new Ranked(0, 0.5))),
        Recommender.recommend(RecommenderTest::ascending, users, known, only, 2),
        "what is excluded stays so");
  }

  /** Every third of them has nothing; each of the others has the item of the user's number. */
  @Test
  void anyNumberOfUsersInTheirOrder() {
    int users = 1234;
    int[] rows = IntStream.range(0, users).filter(user -> user % 3 > 0).toArray();
    int[] items = Arrays.stream(rows).map(user -> user % 4).toArray();
    CsrMatrix histories = CsrMatrix.of(users, 4, rows, items);
    List<Integer> order = new ArrayList<>();
    Recommender.recommend(
        RecommenderTest::ascending,
        histories,
        histories,
        ItemFilter.NONE,
        1,
        (user, best) -> {
          order.add(user);
          int expected = user % 4 == 3 ? 2 : 3;
          assertEquals(
              user % 3 == 0 ? List.of() : List.of(new Ranked(expected, expected + 0.5)), best);
        });
    assertEquals(IntStream.range(0, users).boxed().toList(), order);
  }

  @Test
  void fewerWhereNoMoreAreLeft() {
    assertEquals(
        List.of(2, 4), recommend(RecommenderTest::ascending, 99).stream().map(List::size).toList());
  }

  @Test
  void usersMayBeScoredInAnyOrder() {
    List<List<Ranked>> ranked =
        recommend(
            (_, sink) -> {
              sink.accept(1, new float[] {1, 0, 0, 0});
              sink.accept(0, new float[] {0, 0, 1, 0});
            },
            1);
    assertEquals(List.of(List.of(new Ranked(2, 1)), List.of(new Ranked(0, 1))), ranked);
  }

  /** A model reads a history and knows no users: neither row nor batch changes the result. */
  @Test
  void anUnknownUserWithAKnownHistoryIsThatUser() {
    Example example = Example.MULT_VAE;
    try (Engine engine = Engines.byName("reference").create(example.model(), example.state(), 1)) {
      CsrMatrix known = example.batch().items();
      List<List<Ranked>> together = Recommender.recommend(engine, example.batch(), 5);
      for (int user = 0; user < known.rows(); user++) {
        Batch alone = new Batch(new int[] {1_000_000 + user}, known.select(user));
        assertEquals(List.of(together.get(user)), Recommender.recommend(engine, alone, 5));
        for (Ranked item : together.get(user)) {
          assertTrue(Arrays.binarySearch(known.row(user), item.item()) < 0);
        }
      }
      assertTrue(together.stream().anyMatch(List::isEmpty), "one user has all items");
    }
  }
}
