package dev.elbo.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.EventsBuilder;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.eval.Estimate;
import dev.elbo.testing.SyntheticData;
import dev.elbo.testing.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderModelTest {

  private static final PreparedData DATA = SyntheticData.small();
  private static final List<String> ITEMS = DATA.itemIds();

  /** What a user has. */
  private static final List<String> HISTORY = ITEMS.subList(0, 3);

  private static final RecommenderModel MODEL =
      Elbo.multVae().hidden(8).latent(4).epochs(3).batchSize(20).engine("fast", 2).train(DATA);

  @AfterAll
  static void close() {
    MODEL.close();
  }

  private static List<String> ids(List<Recommendation> items) {
    return items.stream().map(Recommendation::item).toList();
  }

  @Test
  void recommendsBestFirstWhatTheUserDoesNotHave() {
    List<Recommendation> all = MODEL.recommend(HISTORY, ITEMS.size());
    assertEquals(Set.copyOf(ITEMS.subList(3, ITEMS.size())), Set.copyOf(ids(all)));
    for (int rank = 1; rank < all.size(); rank++) {
      assertTrue(all.get(rank - 1).score() >= all.get(rank).score());
    }
    assertEquals(all.subList(0, 4), MODEL.recommend(HISTORY, 4));
  }

  @Test
  void neverWhatIsExcludedAndOnlyWhatMayBe() {
    List<String> all = ids(MODEL.recommend(HISTORY, ITEMS.size()));
    assertEquals(
        all.subList(1, 3),
        ids(MODEL.recommend(Query.of(HISTORY).top(2).excluding(List.of(all.get(0))))));
    assertEquals(
        Query.of("a").excluding(List.of("b", "c")),
        Query.of("a").excluding(List.of("b")).excluding(List.of("c")));
    List<String> few = List.of(all.get(5), all.get(2), HISTORY.get(0), "unheard of");
    assertEquals(
        List.of(all.get(2), all.get(5)), ids(MODEL.recommend(Query.of(HISTORY).only(few))));
    assertEquals(List.of(), MODEL.recommend(Query.of(HISTORY).only(List.of())));
  }

  @Test
  void whatTheModelDoesNotKnowIsPassedOver() {
    assertEquals(
        MODEL.recommend(HISTORY, 5),
        MODEL.recommend(List.of("unheard of", HISTORY.get(0), HISTORY.get(1), HISTORY.get(2)), 5));
    assertEquals(List.of(), MODEL.recommend(List.of("unheard of"), 5));
    assertEquals(List.of(), MODEL.recommend(List.of(), 5));
    assertFalse(MODEL.knows("unheard of"));
  }

  @Test
  void togetherEachGetsWhatItWouldGetAlone() {
    List<Query> queries =
        ITEMS.stream().map(item -> Query.of(item).top(1 + ITEMS.indexOf(item))).toList();
    assertEquals(queries.stream().map(MODEL::recommend).toList(), MODEL.recommend(queries));
  }

  @Test
  void anyNumberOfThreadsMayAsk() throws Exception {
    List<List<Recommendation>> alone =
        ITEMS.stream().map(item -> MODEL.recommend(List.of(item), 5)).toList();
    Threads.together(
        thread -> {
          for (int n = 0; n < 50; n++) {
            int item = (thread + n) % ITEMS.size();
            assertEquals(alone.get(item), MODEL.recommend(List.of(ITEMS.get(item)), 5));
          }
        });
  }

  @Test
  void loadedItAnswersAsBefore(@TempDir Path dir) {
    Path saved = dir.resolve("models/one");
    MODEL.save(saved);
    try (RecommenderModel loaded = RecommenderModel.load(saved)) {
      assertEquals(MODEL.recommend(HISTORY, 7), loaded.recommend(HISTORY, 7));
      assertEquals(MODEL.similar(ITEMS.get(4), 3), loaded.similar(ITEMS.get(4), 3));
    }
  }

  /** EASE is linear: without an item of the history, the score is less by that item's weight. */
  @Test
  void aReasonIsWhatTheScoreLosesWithoutAnItem() {
    try (RecommenderModel ease = Elbo.ease(10).train(DATA)) {
      String asked = ITEMS.get(9);
      List<Reason> reasons = ease.reasons(Query.of(HISTORY), asked);
      assertEquals(Set.copyOf(HISTORY), Set.copyOf(reasons.stream().map(Reason::item).toList()));
      double sum = reasons.stream().mapToDouble(Reason::difference).sum();
      double alone =
          HISTORY.stream()
              .mapToDouble(item -> ease.reasons(Query.of(item), asked).getFirst().difference())
              .sum();
      assertEquals(alone, sum, 1e-5);
      assertTrue(reasons.get(0).difference() >= reasons.get(1).difference());
    }
  }

  @Test
  void anUnknownItemHasNothingSimilar() {
    ElboException refused =
        assertThrows(ElboException.class, () -> MODEL.similar(ITEMS.get(12) + "x", 3));
    assertTrue(refused.getMessage().contains("does not know item"), refused::getMessage);
  }

  @Test
  void similarItemsAreNotTheItemItself() {
    List<Recommendation> similar = MODEL.similar(ITEMS.get(3), 5);
    assertEquals(5, similar.size());
    assertFalse(ids(similar).contains(ITEMS.get(3)));
  }

  @Test
  void evaluatesOnTestUsersOrOnAnybody() {
    SequencedMap<String, Estimate> byData = MODEL.evaluate(DATA, "ndcg@10", "recall@5");
    assertEquals(List.of("ndcg@10", "recall@5"), List.copyOf(byData.keySet()));
    EvaluationUsers test = DATA.test();
    assertEquals(
        byData,
        MODEL.evaluate(
            events(test, /* heldOut= */ false),
            events(test, /* heldOut= */ true),
            "ndcg@10",
            "recall@5"));
    assertThrows(
        ElboException.class,
        () -> MODEL.evaluate(events(test, false), events(test, true), "novelty@10"));
  }

  @Test
  void usersOfWhomNothingIsKnownAreNotJudged() {
    EvaluationUsers test = DATA.test();
    Interactions heldOut = events(test, /* heldOut= */ true);
    EventsBuilder strangers = Interactions.builder();
    for (int row = 0; row < test.size(); row++) {
      strangers.add(test.userIds().get(row), "unheard of");
    }
    Interactions known = strangers.build();
    assertThrows(ElboException.class, () -> MODEL.evaluate(known, heldOut, "ndcg@10"));
  }

  @Test
  void closedItRecommendsNoMore() {
    RecommenderModel model = Elbo.multDae().latent(4).epochs(1).engine("fast", 2).train(DATA);
    model.close();
    model.close();
    assertThrows(ElboException.class, () -> model.recommend(HISTORY, 3));
  }

  private static Interactions events(EvaluationUsers users, boolean heldOut) {
    EventsBuilder events = Interactions.builder();
    for (int row = 0; row < users.size(); row++) {
      for (int item : (heldOut ? users.heldOut() : users.foldIn()).row(row)) {
        events.add(users.userIds().get(row), ITEMS.get(item));
      }
    }
    return events.build();
  }

  @Test
  void aModelOfRatingsReadsRatingsAndStaysWithinTheirScale() {
    EventsBuilder events = Interactions.builder();
    for (int n = 0; n < 60; n++) {
      events.add("u" + n % 10, "i" + n / 10, 1 + n % 5);
    }
    try (RecommenderModel model =
        Elbo.uAutorec().latent(4).epochs(2).engine("fast", 1).train(events.build())) {
      List<Recommendation> top = model.recommend(Query.rated(Map.of("i1", 5.0, "i2", 1.0)));
      assertEquals(4, top.size());
      assertTrue(top.stream().allMatch(one -> one.score() >= 1 && one.score() <= 5), top::toString);
      assertThrows(ElboException.class, () -> model.recommend(List.of("i1"), 3));
      assertThrows(ElboException.class, () -> model.recommend(Query.rated(Map.of("i1", 6.0))));
    }
  }

  /** Ratings are kept in float32, where 0.7 is another number than in float64. */
  @Test
  void theEndsOfTheScaleAreWithinIt() {
    EventsBuilder events = Interactions.builder();
    for (int n = 0; n < 60; n++) {
      events.add("u" + n % 10, "i" + n / 10, List.of(0.1, 0.4, 0.7).get(n % 3));
    }
    try (RecommenderModel model =
        Elbo.uAutorec().latent(4).epochs(1).engine("fast", 1).train(events.build())) {
      assertEquals(4, model.recommend(Query.rated(Map.of("i1", 0.7, "i2", 0.1))).size());
    }
  }

  @Test
  void aModelThatRanksReadsNoRatings() {
    assertThrows(
        ElboException.class, () -> MODEL.recommend(Query.rated(Map.of(HISTORY.get(0), 1.0))));
  }

  @Test
  void aQueryIsChecked() {
    assertThrows(IllegalArgumentException.class, () -> Query.of("a").top(0));
    assertThrows(IllegalArgumentException.class, () -> Query.of("a", "a"));
    assertThrows(IllegalArgumentException.class, () -> Query.rated(Map.of("a", Double.NaN)));
  }
}
