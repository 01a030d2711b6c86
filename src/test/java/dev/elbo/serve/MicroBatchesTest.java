package dev.elbo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.PreparedData;
import dev.elbo.engine.Scorer;
import dev.elbo.recommend.Elbo;
import dev.elbo.recommend.Query;
import dev.elbo.recommend.Recommendation;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.testing.SyntheticData;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that gather while the scorer is busy, which here it is for as long as the test wants.
 */
@Timeout(60)
class MicroBatchesTest {

  private static final PreparedData DATA = SyntheticData.small();
  private static final List<String> ITEMS = DATA.itemIds();

  /** The scorer fails for a user whose first item is this. */
  private static final String BAD = ITEMS.get(1);

  @TempDir private Path folder;

  private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch free = new CountDownLatch(1);
  private LiveModel live;
  private MicroBatches micro;

  @BeforeEach
  void start() {
    Elbo.popularity().train(DATA).save(folder);
    live = new LiveModel(folder, this::held, _ -> {});
    live.awaitFirst();
  }

  @AfterEach
  void end() {
    free.countDown();
    micro.close();
    live.close();
  }

  /** Scores are those of popularity, once the test lets the scorer go. */
  private RecommenderModel held(SavedModel saved) {
    Scorer popularity = saved.baseline();
    return RecommenderModel.of(
        saved,
        (batch, sink) -> {
          busy.countDown();
          await(free);
          for (int row = 0; row < batch.size(); row++) {
            if (batch.items().row(row)[0] == ITEMS.indexOf(BAD)) {
              throw new AssertionError("a user whom nobody can score");
            }
          }
          popularity.scores(batch, sink);
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void limit(int waitingUsers, int batch, Duration patience) {
    Limits usual = Limits.USUAL;
    micro =
        new MicroBatches(
            live,
            new Limits(
                usual.bodyBytes(),
                usual.users(),
                usual.history(),
                usual.filter(),
                usual.k(),
                waitingUsers,
                batch,
                patience,
                usual.connections()),
            batches::add);
  }

  private CompletableFuture<List<List<Recommendation>>> ask(Query... queries) {
    return CompletableFuture.supplyAsync(
        () -> micro.recommend(List.of(queries)), task -> Thread.ofVirtual().start(task));
  }

  private void awaitWaiting(int users) throws InterruptedException {
    while (micro.waiting() < users) {
      Thread.sleep(1);
    }
  }

  @Test
  void whatGathersMeanwhileIsScoredTogether() throws Exception {
    limit(/* waitingUsers= */ 100, /* batch= */ 4, Duration.ofSeconds(60));
    var first = ask(Query.of(ITEMS.get(0)));
    await(busy);
    List<CompletableFuture<List<List<Recommendation>>>> rest = new ArrayList<>();
    for (int n = 1; n <= 6; n++) {
      rest.add(ask(Query.of(ITEMS.get(n + 1)).top(n)));
      awaitWaiting(n + 1);
    }
    free.countDown();
    assertEquals(10, first.get().getFirst().size());
    for (int n = 1; n <= 6; n++) {
      assertEquals(n, rest.get(n - 1).get().getFirst().size());
    }
    while (batches.size() < 3) {
      Thread.sleep(1);
    }
    assertEquals(List.of(1, 4, 2), batches);
  }

  /** What one request asked for must not spoil the answers of those scored with it. */
  @Test
  void oneThatFailsFailsAlone() throws Exception {
    limit(/* waitingUsers= */ 100, /* batch= */ 10, Duration.ofSeconds(60));
    var first = ask(Query.of(ITEMS.get(0)));
    await(busy);
    var bad = ask(Query.of(BAD));
    var good = ask(Query.of(ITEMS.get(2)).top(3));
    awaitWaiting(3);
    free.countDown();
    assertEquals(3, good.get().getFirst().size());
    assertEquals(1, first.get().size());
    assertThrows(ExecutionException.class, bad::get);
    assertEquals(1, ask(Query.of(ITEMS.get(3))).get().size()); // the scorer goes on
  }

  private void awaitNobody() throws InterruptedException {
    while (micro.waiting() > 0) {
      Thread.sleep(1);
    }
  }

  @Test
  void moreThanMayWaitAreRefused() throws Exception {
    limit(/* waitingUsers= */ 3, /* batch= */ 4, Duration.ofSeconds(60));
    var first = ask(Query.of(ITEMS.get(0)));
    await(busy);
    var second = ask(Query.of(ITEMS.get(4)), Query.of(ITEMS.get(2)));
    awaitWaiting(3);
    Refusal refused =
        assertThrows(Refusal.class, () -> micro.recommend(List.of(Query.of(ITEMS.get(3)))));
    assertEquals(Refusal.TOO_MANY, refused.status());
    free.countDown();
    assertEquals(1, first.get().size());
    assertEquals(2, second.get().size());
  }

  @Test
  void nobodyWaitsForEver() throws Exception {
    limit(/* waitingUsers= */ 10, /* batch= */ 4, Duration.ofMillis(20));
    Refusal refused =
        assertThrows(Refusal.class, () -> micro.recommend(List.of(Query.of(ITEMS.get(0)))));
    assertEquals(Refusal.UNAVAILABLE, refused.status());
    assertTrue(refused.getMessage().contains("no answer"), refused::getMessage);
    free.countDown();
    awaitNobody(); // who gave up takes no place
  }
}
