package dev.elbo.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.EventsBuilder;
import dev.elbo.data.Interactions;
import dev.elbo.data.PreparedData;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.engine.Loss;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.ModelName;
import dev.elbo.testing.SyntheticData;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import dev.elbo.train.TrainingListener;
import dev.elbo.train.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ElboTest {

  /** Ratings of 40 users from 1 to 5, with times. */
  private static final Interactions RATED = rated();

  private static Interactions rated() {
    Interactions drawn = new SyntheticRatings(40, 20, 3).draw();
    EventsBuilder events = Interactions.builder();
    for (int n = 0; n < drawn.size(); n++) {
      events.add("u" + drawn.users()[n], "i" + drawn.items()[n], 1 + (drawn.items()[n] + n) % 5, n);
    }
    return events.build();
  }

  private static NetworkTraining small(NetworkTraining training) {
    int[] widths = training.options().network().hidden().stream().mapToInt(_ -> 4).toArray();
    return training.hidden(widths).latent(3).epochs(4).batchSize(20).engine("fast", 2);
  }

  private static Stream<ModelName> models() {
    return Stream.concat(Stream.of(Architecture.values()), Stream.of(Baseline.values()));
  }

  /** The method's name is the model's in Java's spelling: {@code mult-vae} is multVae. */
  @ParameterizedTest
  @MethodSource("models")
  void everyModelHasAMethod(ModelName model) throws ReflectiveOperationException {
    StringBuilder name = new StringBuilder();
    for (String word : model.toString().split("-", -1)) {
      name.append(
          name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    var training = (Training<?>) Elbo.class.getMethod(name.toString()).invoke(null);
    assertEquals(model, training.options().model());
  }

  @ParameterizedTest
  @EnumSource
  void everyNetworkTrainsFromEvents(Architecture architecture) {
    try (RecommenderModel model = small(Elbo.of(architecture)).train(RATED)) {
      assertEquals(architecture, model.description().run().model());
      assertEquals(architecture.readsItems() ? 40 : 20, model.items().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyBaselineIsFittedToEvents(Baseline baseline) {
    try (RecommenderModel model = Elbo.of(baseline).train(RATED)) {
      assertEquals(5, model.recommend(List.of("i1", "i2"), 5).size());
    }
  }

  @Test
  void trainsTheModelThatTheCommandTrains(@TempDir Path dir) {
    PreparedData data = SyntheticData.small();
    NetworkTraining training = small(Elbo.multVae());
    RunOptions.OfNetwork run = training.options();
    TrainingRun.begin(dir, data, run)
        .run("fast", 1, new Silent(), Runnable::run, /* enough= */ _ -> false);
    try (RecommenderModel model = training.train(data)) {
      Path saved = dir.resolve("saved");
      model.save(saved);
      SavedModel written = SavedModel.read(dir);
      SavedModel again = SavedModel.read(saved);
      assertEquals(written.description(), again.description());
      written
          .parameters()
          .tensors()
          .keySet()
          .forEach(
              name ->
                  assertArrayEquals(
                      written.parameters().float64(name), again.parameters().float64(name), name));
    }
  }

  private static final class Silent implements TrainingListener {
    @Override
    public void updated(int epoch, int users, Loss loss) {}

    @Override
    public void finished(EpochResult result, boolean best) {}
  }

  @Test
  void aListenerIsToldOfEachEpoch() {
    List<Integer> told = new ArrayList<>();
    small(Elbo.multDae()).onEpoch(epoch -> told.add(epoch.epoch())).train(RATED).close();
    assertEquals(List.of(1, 2, 3, 4), told);
  }

  @Test
  void eventsBelowTheLeastRatingDoNotCount() {
    Interactions events =
        Interactions.builder()
            .add("ann", "alien", 5)
            .add("ann", "brazil", 2)
            .add("bob", "alien", 4)
            .add("bob", "clue", 5)
            .build();
    assertEquals(List.of("alien", "clue"), Elbo.popularity().minRating(4).train(events).items());
  }

  @Test
  void aMethodLeavesTheTrainingThatItIsCalledOnAsItWas() {
    NetworkTraining usual = Elbo.multVae();
    usual.hidden(7).latent(5).epochs(3).seed(1).learningRate(0.1).betaCap(1).dropout(0.1);
    assertEquals(RunOptions.of(Architecture.MULT_VAE), usual.options());
  }

  @Test
  void everyMethodChangesWhatItIsCalledAfter() {
    RunOptions.OfNetwork run =
        Elbo.multVae()
            .hidden(7, 6)
            .latent(5)
            .dropout(0.1)
            .weightDecay(0.01)
            .epochs(3)
            .batchSize(50)
            .learningRate(0.1)
            .betaCap(0.7)
            .select("recall@5")
            .patience(2)
            .seed(11)
            .options();
    var names = run.byName();
    assertEquals("7,6", names.get("hidden"));
    assertEquals("5", names.get("latent"));
    assertEquals("0.1", names.get("dropout"));
    assertEquals("0.01", names.get("weight-decay"));
    assertEquals("3", names.get("epochs"));
    assertEquals("50", names.get("batch-size"));
    assertEquals("0.1", names.get("learning-rate"));
    assertEquals("0.7", names.get("beta-cap"));
    assertEquals("recall@5", names.get("select"));
    assertEquals("2", names.get("patience"));
    assertEquals("11", names.get("seed"));
  }

  @Test
  void betaIsOfModelsWithALatentLayer() {
    assertThrows(IllegalArgumentException.class, () -> Elbo.multDae().betaCap(0.2));
  }

  /** What does nothing is refused, lest somebody believe that it did. */
  @Test
  void aLeastRatingIsForEventsWithRatings() {
    Interactions events = Interactions.builder().add("ann", "alien").build();
    BaselineTraining liked = Elbo.popularity().minRating(4);
    assertThrows(IllegalArgumentException.class, () -> liked.train(events));
    PreparedData data = SyntheticData.small();
    assertThrows(IllegalArgumentException.class, () -> liked.train(data));
  }

  @Test
  void aModelThatRanksIsNotChosenByTheErrorOfRatings() {
    ElboException refused =
        assertThrows(
            ElboException.class,
            () -> small(Elbo.multVae()).select("rmse").train(SyntheticData.small()));
    assertTrue(refused.getMessage().contains("the model ranks"), refused::getMessage);
  }

  @Test
  void aModelOfRatingsWantsRatings() {
    Interactions events = Interactions.builder().add("ann", "alien").build();
    ElboException refused = assertThrows(ElboException.class, () -> Elbo.uAutorec().train(events));
    assertTrue(refused.getMessage().contains("add each with its rating"), refused::getMessage);
  }

  @Test
  void aModelOfSequencesWantsAnOrder() {
    PreparedData data = SyntheticData.unordered();
    assertThrows(ElboException.class, () -> Elbo.svae().train(data));
  }
}
