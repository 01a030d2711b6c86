package dev.elbo.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.baseline.Gram;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.EngineState;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Architecture;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.testing.SyntheticData;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With trainings that compute nothing, on a clock that only they move: how good a trial becomes is
 * the number of its latent units.
 */
class BudgetSearchTest {

  private static final String LATENT = "--latent";
  private static final int EPOCHS = 9;
  private static final SearchSpace SPACE = space("1..1000:1");
  private static final EngineState NOTHING = EngineState.initial(Parameters.NONE);

  /** What most tests are about: 9 of 1 epoch, 3 of 3 and one of 9, but for the last of these. */
  private static final double TIME = 19.5;

  private static final int EPOCHS_IN_TIME = 20;

  private static BudgetSearch whole;
  private static List<HalvedTrial> trialsOfWhole;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void search() {
    whole = search(shared, "whole", TIME, SPACE, 1, new Training(1));
    trialsOfWhole = whole.run();
  }

  private static SearchSpace space(String values) {
    return SearchSpace.of(Map.of(LATENT, values), (_, value) -> value);
  }

  /** A network of so many units, to be trained for 9 epochs. */
  private static Optional<Search.Point> network(SortedMap<String, String> drawn) {
    RunOptions.OfNetwork liang = RunOptions.of(Architecture.MULT_VAE);
    ModelOptions units =
        new ModelOptions(
            Architecture.MULT_VAE, List.of(), Integer.parseInt(drawn.get(LATENT)), 0.5, 0);
    TrainingOptions usual = liang.training();
    TrainingOptions training =
        new TrainingOptions(
            EPOCHS,
            usual.batchSize(),
            usual.annealing(),
            usual.adam(),
            usual.select(),
            usual.metrics(),
            usual.patience(),
            usual.seed());
    return Optional.of(new Search.Point(drawn.toString(), liang.with(units).with(training)));
  }

  private static int units(HalvedTrial trial) {
    return ((RunOptions.OfNetwork) trial.trial().run()).network().latent();
  }

  private static SequencedMap<String, Estimate> validation(double ndcg) {
    return new LinkedHashMap<>(Map.of("ndcg@100", new Estimate(ndcg, 0.01)));
  }

  /** Ends like a killed program. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Makes checkpoints of nothing, and takes its time for it. */
  private static class Training implements BudgetSearch.Training {
    private final long nanosecondsPerEpoch;

    /** A clock may begin anywhere. */
    long now = 12_345_678_901L;

    /** Epochs until the program is killed. */
    private int epochsToLive;

    Training(double secondsPerEpoch, int epochsToLive) {
      this.nanosecondsPerEpoch = Math.round(secondsPerEpoch * 1e9);
      this.epochsToLive = epochsToLive;
    }

    Training(double secondsPerEpoch) {
      this(secondsPerEpoch, Integer.MAX_VALUE);
    }

    @Override
    public void train(Path dir, RunOptions run, Predicate<Progress> enough) {
      Progress progress =
          Files.exists(Checkpoint.file(dir))
              ? Checkpoint.progress(dir)
              : Progress.none((RunOptions.OfNetwork) run, "none", "data");
      while (!enough.test(progress)) {
        if (epochsToLive-- == 0) {
          throw new Killed();
        }
        now += nanosecondsPerEpoch;
        progress = withOneMore(progress);
        new Checkpoint(NOTHING, progress).write(dir);
      }
    }

    private static Progress withOneMore(Progress before) {
      int epoch = before.epochs().size() + 1;
      double ndcg = before.run().network().latent() / 10_000.0;
      var epochs = new ArrayList<>(before.epochs());
      epochs.add(new EpochResult(epoch, 0, 0, 0, 0, 0, 1, validation(ndcg)));
      return new Progress(before.run(), before.engine(), before.dataSha256(), epoch, epoch, epochs);
    }
  }

  private BudgetSearch search(
      String name, double seconds, SearchSpace space, long seed, Training training) {
    return search(folder, name, seconds, space, seed, training);
  }

  private static BudgetSearch search(
      Path in, String name, double seconds, SearchSpace space, long seed, Training training) {
    return search(in, name, seconds, space, seed, BudgetSearchTest::network, training);
  }

  private static BudgetSearch search(
      Path in,
      String name,
      double seconds,
      SearchSpace space,
      long seed,
      Function<SortedMap<String, String>, Optional<Search.Point>> point,
      Training training) {
    Path out = in.resolve(name);
    AtomicFile.makeFolder(out);
    Duration time = Duration.ofNanos(Math.round(seconds * 1e9));
    return new BudgetSearch(
        out,
        "data",
        new BudgetSearch.Budget(time, () -> training.now),
        space,
        seed,
        point,
        training,
        _ -> {});
  }

  private static List<HalvedTrial> ofRung(List<HalvedTrial> trials, int rung) {
    return trials.stream().filter(trial -> trial.rung() == rung).toList();
  }

  private static List<Integer> units(List<HalvedTrial> trials) {
    return trials.stream().map(BudgetSearchTest::units).toList();
  }

  private static List<Integer> inOrderDrawn(List<HalvedTrial> trials) {
    return units(
        trials.stream().sorted(Comparator.comparing(halved -> halved.trial().trial())).toList());
  }

  /** 27 of 1 epoch, 9 of 3 and 3 of 9 take 27, 18 and 18 seconds. */
  @Test
  void ofEachRungExactlyTheBestThirdGoesOn() {
    BudgetSearch search = search("s", 62.9, SPACE, 1, new Training(1));
    List<HalvedTrial> trials = search.run();
    assertEquals(27, trials.size());
    assertEquals(63, search.seconds());
    List<Integer> bestFirst = units(trials);
    assertEquals(bestFirst.stream().sorted(Comparator.reverseOrder()).toList(), bestFirst);
    assertEquals(bestFirst.subList(9, 27), units(ofRung(trials, 1)));
    assertEquals(bestFirst.subList(3, 9), units(ofRung(trials, 2)));
    assertEquals(bestFirst.subList(0, 3), units(ofRung(trials, 3)));
    for (HalvedTrial trial : trials) {
      assertEquals(List.of(1, 3, 9).get(trial.rung() - 1), trial.trainedEpochs());
      assertEquals(trial.trainedEpochs(), trial.seconds(), "a second for each epoch");
    }
  }

  @Test
  void whenTheTimeIsUpATrialStopsAfterItsEpochAndCounts() {
    assertEquals(9, trialsOfWhole.size());
    assertEquals(20, whole.seconds(), "the epoch in which the time is up is the last");
    assertEquals(3, trialsOfWhole.getFirst().rung());
    assertEquals(8, trialsOfWhole.getFirst().trainedEpochs());
    assertEquals(2, ofRung(trialsOfWhole, 2).size());
    assertEquals(6, ofRung(trialsOfWhole, 1).size());
  }

  @Test
  void thereIsOneTrialHoweverLittleTime() {
    List<HalvedTrial> trials = search("s", 1e-9, SPACE, 1, new Training(1)).run();
    assertEquals(1, trials.size());
    assertEquals(1, trials.getFirst().trainedEpochs());
  }

  /** 22 of 1 epoch, 7 of 3 and 2 of 9 take 48 seconds; in the last 2 others are drawn. */
  @Test
  void anotherBracketFollowsWhileThereIsTime() {
    BudgetSearch search = search("s", 50, SPACE, 1, new Training(1));
    assertEquals(24, search.run().size());
    assertEquals(50, search.seconds());
  }

  /** The first rung takes 9 seconds of 10 and not 4: else the first trial would climb alone. */
  @Test
  void noBracketHasLessThanThreeTrialsIfThereIsTime() {
    List<HalvedTrial> trials = search("s", 10, SPACE, 1, new Training(3)).run();
    assertEquals(3, trials.size());
    assertEquals(2, trials.getFirst().trainedEpochs());
  }

  @Test
  void aSearchEndsWhenEverythingWasDrawn() {
    BudgetSearch search = search("s", 1000, space("1,2,3,4"), 1, new Training(1));
    assertEquals(List.of(4, 3, 2, 1), units(search.run()));
    assertEquals(4 + 8, search.seconds(), "one of four went on, to its last epoch");
  }

  /**
   * It takes no time, has no number that another has, and is left out again by one that goes on.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 12})
  void whatCannotStandTogetherIsLeftOut(int epochsToLive) {
    SearchSpace space = space("1..9:1");
    Function<SortedMap<String, String>, Optional<Search.Point>> odd =
        drawn -> Integer.parseInt(drawn.get(LATENT)) % 2 == 0 ? Optional.empty() : network(drawn);
    BudgetSearch killed = search(folder, "s", 1000, space, 1, odd, new Training(1, epochsToLive));
    assertThrows(Killed.class, killed::run);
    BudgetSearch search = search(folder, "s", 1000, space, 1, odd, new Training(1));
    List<HalvedTrial> trials = search.run();
    assertEquals(List.of(9, 7, 5, 3, 1), units(trials));
    assertEquals(5 + 8, search.seconds(), "one of five went on, to its last epoch");
    for (HalvedTrial trial : trials) {
      String drawn = space.draws(1).apply(trial.trial().trial() - 1).get(LATENT);
      assertEquals(drawn, Integer.toString(units(trial)));
    }
  }

  @Test
  void whatIsDrawnIsAMatterOfTheSeedAndHowMuchOfTheTime() {
    List<Integer> drawn = inOrderDrawn(trialsOfWhole);
    List<Integer> slower = inOrderDrawn(search("slow", TIME, SPACE, 1, new Training(2)).run());
    assertEquals(drawn.subList(0, slower.size()), slower);
    assertTrue(slower.size() < drawn.size());
    assertNotEquals(
        drawn.subList(0, 2),
        inOrderDrawn(search("other", 2, SPACE, 2, new Training(1)).run()).subList(0, 2));
  }

  /** Between two trials, two rungs, or two epochs of one. What was spent before counts. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 11, 18})
  void aSearchThatWasKilledGoesOnWhereItWas(int epochs) {
    BudgetSearch killed = search("s", TIME, SPACE, 1, new Training(1, epochs));
    assertThrows(Killed.class, killed::run);
    Training rest = new Training(1, EPOCHS_IN_TIME - epochs); // Not one of them is made again.
    rest.now = -5;
    BudgetSearch search = search("s", TIME, SPACE, 1, rest);
    assertEquals(trialsOfWhole, search.run());
    assertEquals(whole.seconds(), search.seconds());
    assertEquals(whole.best().getFileName(), search.best().getFileName());
  }

  @Test
  void aSearchThatEndedIsReadNotMade() {
    assertEquals(trialsOfWhole, search(shared, "whole", TIME, SPACE, 1, new Training(1, 0)).run());
  }

  @Test
  void anotherSearchIsNotMixedIn() {
    refuses(() -> search(shared, "whole", TIME + 1, SPACE, 1, new Training(1)));
    refuses(() -> search(shared, "whole", TIME, SPACE, 2, new Training(1)));
    refuses(() -> search(shared, "whole", TIME, space("1..10:1"), 1, new Training(1)));
  }

  private static void refuses(Executable other) {
    var error = assertThrows(ElboException.class, other);
    assertTrue(error.getMessage().contains("there is a search already"), error.getMessage());
  }

  /** Those of trials that were given up would fill the disk. */
  @Test
  void onlyTheBestIsKeptWithItsCheckpoint() {
    for (HalvedTrial trial : trialsOfWhole) {
      Path dir = whole.best().resolveSibling("trial-" + trial.trial().trial());
      assertEquals(dir.equals(whole.best()), Files.exists(Checkpoint.file(dir)), dir.toString());
    }
  }

  /** The worst of nine at once, and the best when it goes on: the second is the best then. */
  @Test
  void aTrialThatFailsIsLastAndGoesNoFurther() {
    Training failing =
        new Training(1) {
          @Override
          public void train(Path dir, RunOptions run, Predicate<Progress> enough) {
            super.train(dir, run, enough);
            int units = ((RunOptions.OfNetwork) run).network().latent();
            if (units == 1 || (units == 9 && Checkpoint.progress(dir).epochs().size() > 1)) {
              throw new ElboException("the loss is NaN");
            }
          }
        };
    BudgetSearch search = search("s", 100, space("1..9:1"), 1, failing);
    List<HalvedTrial> trials = search.run();
    assertEquals(List.of(8, 7, 6, 5, 4, 3, 2), units(trials).subList(0, 7));
    assertEquals(9, trials.getFirst().trainedEpochs());
    for (HalvedTrial failed : trials.subList(7, 9)) {
      assertEquals("the loss is NaN", failed.trial().error());
      assertEquals(0, failed.trainedEpochs());
    }
  }

  @Test
  void ofFailedTrialsAloneThereIsNoBest() {
    Training failing =
        new Training(1) {
          @Override
          public void train(Path dir, RunOptions run, Predicate<Progress> enough) {
            now += 1_000_000_000;
            throw new ElboException("the loss is NaN");
          }
        };
    BudgetSearch search = search("s", 10, SPACE, 1, failing);
    var error = assertThrows(ElboException.class, search::run);
    assertTrue(error.getMessage().contains("every trial failed; the first: the loss is NaN"));
  }

  /** There are no epochs: trials are whole, and are drawn for all of the time. */
  @Test
  void aBaselineIsSearchedAtRandom() {
    PreparedData data = SyntheticData.small();
    long[] now = {0};
    SearchSpace lambdas = SearchSpace.of(Map.of("--l2", "1..1000:1"), (_, value) -> value);
    var search =
        new BudgetSearch(
            folder,
            data.sha256(),
            new BudgetSearch.Budget(Duration.ofSeconds(10), () -> now[0]),
            lambdas,
            1,
            drawn ->
                Optional.of(
                    new Search.Point(
                        drawn.toString(),
                        new RunOptions.OfBaseline(
                            new BaselineOptions.Ease(Double.parseDouble(drawn.get("--l2"))),
                            List.of(),
                            false))),
            (dir, run, _) -> {
              fit(dir, data, (RunOptions.OfBaseline) run);
              now[0] += 4_000_000_000L;
            },
            _ -> {});
    List<HalvedTrial> trials = search.run();
    assertEquals(3, trials.size(), "three of 4 s each in 10 s");
    assertEquals(12, search.seconds());
    double best = trials.stream().mapToDouble(BudgetSearchTest::lambda).max().orElseThrow();
    assertEquals(best, lambda(trials.getFirst()));
    assertEquals(List.of(search.best()), SearchFolder.finishedTrials(folder));
    assertEquals(
        new BaselineOptions.Ease(best), SavedModel.read(search.best()).description().model());
  }

  private static double lambda(HalvedTrial trial) {
    return ((BaselineOptions.Ease) trial.trial().run().description()).l2();
  }

  /** The larger lambda, the better. */
  private static void fit(Path dir, PreparedData data, RunOptions.OfBaseline run) {
    double l2 = ((BaselineOptions.Ease) run.baseline()).l2();
    try (Workers workers = new Workers(1)) {
      FittedBaseline fitted = FittedBaseline.fit(run.baseline(), Gram.once(data.train()), workers);
      new SavedModel(
              SavedModel.Description.of(run, null, data, 0, validation(l2 / 10_000)),
              fitted.parameters(),
              data.itemIds())
          .write(dir);
    }
  }
}
