package dev.elbo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.recommend.Elbo;
import dev.elbo.recommend.NetworkTraining;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.testing.SyntheticData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LiveModelTest {

  private static final PreparedData DATA = SyntheticData.small();
  private static final List<String> HISTORY = DATA.itemIds().subList(0, 2);

  @TempDir private Path folder;
  private LiveModel live;

  @BeforeEach
  void start() {
    save(/* seed= */ 1);
    live = new LiveModel(folder, saved -> RecommenderModel.of(saved, "fast", 1), _ -> {});
    live.awaitFirst();
  }

  @AfterEach
  void end() {
    live.close();
  }

  private void save(long seed) {
    NetworkTraining training = Elbo.multDae().latent(4).epochs(1).seed(seed).engine("fast", 1);
    try (RecommenderModel model = training.train(DATA)) {
      model.save(folder);
    }
  }

  private void awaitLoads(int loads) throws InterruptedException {
    while (live.loads() < loads) {
      Thread.sleep(1);
    }
  }

  @Test
  void theModelBeforeIsClosedOnceNobodyUsesIt() throws Exception {
    RecommenderModel old =
        live.ask(
            used -> {
              save(/* seed= */ 2);
              awaitLoadsQuietly(2);
              assertEquals(3, used.recommend(HISTORY, 3).size()); // still open
              return used;
            });
    assertNotSame(old, live.ask(model -> model));
    assertThrows(ElboException.class, () -> old.recommend(HISTORY, 3));
    assertEquals(3, live.ask(model -> model.recommend(HISTORY, 3)).size());
  }

  private void awaitLoadsQuietly(int loads) {
    try {
      awaitLoads(loads);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closedItHasNoModel() {
    RecommenderModel last = live.ask(model -> model);
    live.close();
    assertThrows(Refusal.class, () -> live.ask(model -> model));
    assertThrows(ElboException.class, () -> last.recommend(HISTORY, 3));
  }
}
