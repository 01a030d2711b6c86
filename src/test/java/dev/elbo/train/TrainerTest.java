package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.data.PreparedData;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Scoring;
import dev.elbo.engine.Update;
import dev.elbo.eval.Metric;
import dev.elbo.io.Tensor;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.testing.States;
import dev.elbo.testing.SyntheticData;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.TrainingOptions.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {

  private static final PreparedData DATA = SyntheticData.small();
  private static final int USERS = DATA.train().rows();
  private static final int BATCH_SIZE = 10;

  /** The last of these is not full. */
  static final int UPDATES_PER_EPOCH = 4;

  private static final KlAnnealing.Beta ANNEALING = new KlAnnealing.Beta(0.2, 50);
  private static final Loss LOSS = new Loss(1, 0, 0, 0);

  @TempDir private Path folder;

  private static ModelOptions modelOptions(Architecture architecture) {
    List<Integer> hidden =
        architecture.isSequential()
            ? List.of(5, 6)
            : architecture.hasHiddenLayers() ? List.of(6) : List.of();
    return new ModelOptions(architecture, hidden, 3, 0.5, 0.001);
  }

  private static Model model(Architecture architecture) {
    return modelOptions(architecture).model(DATA.itemIds().size());
  }

  private static Model model() {
    return model(Architecture.MULT_VAE);
  }

  private static TrainingOptions options(int epochs) {
    return options(epochs, "ndcg@100", /* patience= */ 0, 0.01);
  }

  private static TrainingOptions options(
      int epochs, String select, int patience, double learningRate) {
    return new TrainingOptions(
        epochs,
        BATCH_SIZE,
        ANNEALING,
        AdamOptions.of(learningRate),
        Criterion.parse(select),
        List.of(Metric.parse("recall@5"), Metric.parse("coverage@5")),
        patience,
        3);
  }

  private static Progress start() {
    return Progress.none(RunOptions.of(Architecture.MULT_VAE), "reference", DATA.sha256());
  }

  private static Engine reference(Model model, int threads) {
    return Engines.byName("reference")
        .create(model, EngineState.initial(Parameters.initial(model, 3)), threads);
  }

  /** Remembers what it is told, in memory or in a directory as well. */
  private static class Recorder implements TrainingListener, Trainer.Output {
    final List<Integer> users = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    private final Architecture architecture;
    private final Path directory;
    Checkpoint last;

    Recorder() {
      this(null, null);
    }

    Recorder(Architecture architecture, Path directory) {
      this.architecture = architecture;
      this.directory = directory;
    }

    @Override
    public void updated(int epoch, int usersOfEpoch, Loss loss) {
      users.add(usersOfEpoch);
    }

    @Override
    public void best(EngineState state, EpochResult result) {
      events.add("best " + result.epoch());
      if (directory != null) {
        new SavedModel(
                new SavedModel.Description(
                    "test",
                    "reference",
                    RunOptions.of(architecture).with(modelOptions(architecture)),
                    DATA.sha256(),
                    4.0,
                    ReadingOptions.DEFAULT,
                    result.epoch(),
                    result.validation(),
                    List.of()),
                state.parameters(),
                DATA.itemIds())
            .write(directory);
      }
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      events.add("checkpoint " + checkpoint.progress().epochs().size());
      last = checkpoint;
      if (directory != null) {
        checkpoint.write(directory);
      }
    }

    @Override
    public void finished(EpochResult result, boolean best) {
      events.add("finished " + result.epoch() + (best ? " *" : ""));
    }
  }

  private static Progress train(
      Engine engine, TrainingOptions options, Progress progress, Recorder recorder) {
    return new Trainer(engine, DATA, options, recorder).run(progress, recorder);
  }

  private static Progress train(Engine engine, TrainingOptions options) {
    return train(engine, options, start(), new Recorder());
  }

  private static ScriptedEngine scripted(List<Scorer> validations) {
    return new ScriptedEngine(model(), _ -> LOSS, validations);
  }

  private static List<Scorer> perfectScores(int epochs) {
    return Collections.nCopies(epochs, ScriptedEngine.perfectFor(1, DATA.validation()));
  }

  /** An engine that is perfect for so many validation users after each epoch. */
  private static ScriptedEngine perfectFor(int... users) {
    return scripted(
        IntStream.of(users)
            .mapToObj(n -> ScriptedEngine.perfectFor(n, DATA.validation()))
            .toList());
  }

  @Test
  void anEpochVisitsEveryUserOnceInAnOrderOfItsOwn() {
    var engine = perfectFor(1, 1, 1);
    var recorder = new Recorder();
    train(engine, options(3), start(), recorder);

    List<int[]> orders = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<int[]> batches =
          engine.batches.subList(epoch * UPDATES_PER_EPOCH, (epoch + 1) * UPDATES_PER_EPOCH);
      assertEquals(List.of(10, 10, 10, 6), batches.stream().map(batch -> batch.length).toList());
      int[] order = batches.stream().flatMapToInt(Arrays::stream).toArray();
      assertArrayEquals(
          IntStream.range(0, USERS).toArray(), Arrays.stream(order).sorted().toArray());
      orders.add(order);
    }
    assertFalse(Arrays.equals(orders.get(0), orders.get(1)));
    assertFalse(Arrays.equals(orders.get(1), orders.get(2)));
    assertEquals(List.of(10, 20, 30, 36), recorder.users.subList(0, UPDATES_PER_EPOCH));
  }

  @Test
  void betaFollowsTheAnnealingFromUpdateToUpdate() {
    var engine = perfectFor(1, 1, 1);
    Progress end = train(engine, options(3));
    assertEquals(
        IntStream.range(0, 3 * UPDATES_PER_EPOCH)
            .mapToObj(update -> ANNEALING.weight(update, 0, 1).value())
            .toList(),
        engine.betas);
    assertEquals(0, engine.betas.getFirst());
    assertEquals(ANNEALING.cap(), engine.betas.getLast());
    assertEquals(
        ANNEALING.weight(3, 3, 1).value(),
        end.epochs().getFirst().beta(),
        "that of the last update");
  }

  private static TrainingOptions scheduled(
      int epochs, LearningRateSchedule schedule, String select) {
    return new TrainingOptions(
        epochs,
        BATCH_SIZE,
        ANNEALING,
        AdamOptions.of(0.01),
        schedule,
        Criterion.parse(select),
        List.of(Metric.parse("recall@5")),
        /* patience= */ 0,
        3,
        /* noiseScale= */ 1,
        Order.EACH_EPOCH,
        /* dropLastBatch= */ false,
        Scoring.LIANG,
        new Recipe.Joint(),
        /* sampling= */ null);
  }

  /** Of four epochs of four updates, the third is not better; the warm-up takes six updates. */
  @Test
  void theLearningRateFollowsTheScheduleFromUpdateToUpdate() {
    var engine = perfectFor(1, 2, 2, 3);
    var schedule = new LearningRateSchedule(new LearningRateSchedule.Plateau(1), 0.5, 0, 6);
    Progress end = train(engine, scheduled(4, schedule, "ndcg@100"));
    assertEquals(
        DoubleStream.concat(
                IntStream.rangeClosed(1, 12).mapToDouble(n -> 0.01 * Math.min(n, 6) / 6),
                DoubleStream.generate(() -> 0.005).limit(4))
            .boxed()
            .toList(),
        engine.rates);
    assertEquals(
        List.of(0.01 * 4 / 6, 0.01, 0.01, 0.005),
        end.epochs().stream().map(EpochResult::learningRate).toList(),
        "that of the last update");
  }

  /** The scripted engine gives the loss of the last update again. */
  @Test
  void theEpochWithTheSmallestValidationLossIsKept() {
    double[] nll = {7, 5, 6, 5};
    var engine =
        new ScriptedEngine(
            model(),
            update -> new Loss(nll[update / UPDATES_PER_EPOCH], 10, 1, 3),
            perfectScores(4));
    Progress end = train(engine, scheduled(4, LearningRateSchedule.CONSTANT, "loss"));
    assertEquals(2, end.bestEpoch());
    EpochResult best = end.epochs().get(1);
    assertEquals(List.of("loss", "recall@5"), List.copyOf(best.validation().keySet()));
    assertEquals(5 + 10 * 0.1, best.validation().get("loss").mean(), 1e-12, "without the decay");
  }

  /** What the reference engine gives for all validation users at once, beta being at its cap. */
  @Test
  void theValidationLossIsThatOfTheFoldInWithoutNoise() {
    Engine engine = reference(model(), 1);
    Progress end = train(engine, scheduled(1, LearningRateSchedule.CONSTANT, "loss"));
    CsrMatrix foldIn = DATA.validation().foldIn();
    Loss loss =
        engine.loss(Update.of(Batch.range(foldIn, 0, foldIn.rows()), Noise.NONE, ANNEALING.cap()));
    double expected = loss.nll() + ANNEALING.cap() * loss.kl();
    assertEquals(expected, end.epochs().getFirst().validation().get("loss").mean(), 1e-9);
  }

  private static TrainingOptions switched(
      double noiseScale, Order order, boolean dropLastBatch, Scoring scoring) {
    return new TrainingOptions(
        2,
        BATCH_SIZE,
        ANNEALING,
        AdamOptions.of(0.01),
        LearningRateSchedule.CONSTANT,
        Criterion.parse("ndcg@100"),
        List.of(),
        /* patience= */ 0,
        3,
        noiseScale,
        order,
        dropLastBatch,
        scoring,
        new Recipe.Joint(),
        /* sampling= */ null);
  }

  /** Each update has its own, which depend on its number and not on where a run began. */
  @Test
  void outputsAreSampledForEachUpdate() {
    Sampling sampling = new Sampling(5, new Sampling.Uniform());
    var engine = perfectFor(1, 1);
    train(engine, options(2).with(sampling));
    assertEquals(2 * UPDATES_PER_EPOCH, engine.outputs.size());
    Set<List<Integer>> different = new HashSet<>();
    for (int update = 0; update < engine.outputs.size(); update++) {
      var drawn = assertInstanceOf(Outputs.Sampled.class, engine.outputs.get(update));
      var expected =
          (Outputs.Sampled)
              new OutputSampler(sampling, DATA.train().columnCounts()).draw(Noise.of(3, update));
      assertArrayEquals(expected.items(), drawn.items());
      different.add(Arrays.stream(drawn.items()).boxed().toList());
    }
    assertTrue(different.size() > 1);

    var all = perfectFor(1);
    train(all, options(1));
    assertEquals(Set.of(new Outputs.All()), Set.copyOf(all.outputs));
  }

  /** Where all items are drawn it is the same training, bit for bit. */
  @Test
  void asManySampledItemsAsThereAreTrainTheSameModel() {
    Sampling all = new Sampling(DATA.itemIds().size(), Sampling.Popularity.USUAL);
    try (Engine exact = reference(model(), 1);
        Engine sampled = reference(model(), 1)) {
      train(exact, options(2));
      train(sampled, options(2).with(all));
      States.assertSameBits(exact.state(), sampled.state());
    }
  }

  private static TrainingOptions alternating(int epochs, int patience) {
    return new TrainingOptions(
        epochs,
        BATCH_SIZE,
        new KlAnnealing.Gamma(0.004),
        AdamOptions.of(0.01),
        LearningRateSchedule.CONSTANT,
        Criterion.parse("ndcg@100"),
        List.of(),
        patience,
        3,
        /* noiseScale= */ 1,
        Order.EACH_EPOCH,
        /* dropLastBatch= */ false,
        Scoring.LIANG,
        new Recipe.Alternating(2, 1),
        /* sampling= */ null);
  }

  /** Two epochs of the encoder with dropout, a copy for the prior, one of the decoder without. */
  @Test
  void encoderAndDecoderAreTrainedInTurn() {
    var engine = perfectFor(1, 1, 1, 1, 1, 1);
    train(engine, alternating(6, /* patience= */ 0));
    Set<Block> encoder = Set.of(Block.ENCODER);
    Set<Block> decoder = Set.of(Block.DECODER);
    List<Set<Block>> byEpoch = List.of(encoder, encoder, decoder, encoder, encoder, decoder);
    for (int update = 0; update < engine.blocks.size(); update++) {
      Set<Block> expected = byEpoch.get(update / UPDATES_PER_EPOCH);
      assertEquals(expected, engine.blocks.get(update));
      assertEquals(expected.equals(decoder), engine.noises.get(update).dropsNothing());
    }
    assertEquals(List.of(2 * UPDATES_PER_EPOCH, 5 * UPDATES_PER_EPOCH), engine.copies);
  }

  /** The fourth epoch is the best of all, and in the middle of a round. */
  @Test
  void onlyWholeRoundsAreKept() {
    Progress end = train(perfectFor(1, 1, 2, 9, 1, 3), alternating(6, /* patience= */ 0));
    assertEquals(6, end.bestEpoch());
  }

  @Test
  void patienceEndsWithARound() {
    var engine = perfectFor(1, 1, 2, 1, 1, 1, 1, 1, 1);
    assertEquals(6, train(engine, alternating(9, 1)).epochs().size());
    assertThrows(IllegalArgumentException.class, () -> alternating(2, /* patience= */ 0));
  }

  /** So that every run that is left for now has a model; where it goes on, it asks first. */
  @Test
  void itIsEnoughWhereARoundEnds() {
    var engine = perfectFor(1, 1, 1, 1, 1, 1);
    List<Integer> asked = new ArrayList<>();
    Trainer trainer = new Trainer(engine, DATA, alternating(6, 0), new Recorder());
    Progress left =
        trainer.run(
            start(),
            new Recorder(),
            progress -> {
              asked.add(progress.epochs().size());
              return true;
            });
    assertEquals(List.of(0, 1, 2, 3), asked);
    assertEquals(3, left.epochs().size());
    assertEquals(left, trainer.run(left, new Recorder(), _ -> true));
    assertEquals(6, trainer.run(left, new Recorder()).epochs().size());
  }

  private static int[] order(ScriptedEngine engine, int epoch) {
    return engine
        .batches
        .subList(epoch * UPDATES_PER_EPOCH, (epoch + 1) * UPDATES_PER_EPOCH)
        .stream()
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  @Test
  void usersAreShuffledAsAsked() {
    var once = perfectFor(1, 1);
    train(once, switched(1, Order.ONCE, false, Scoring.LIANG));
    int[] first = order(once, 0);
    assertArrayEquals(first, order(once, 1));
    assertFalse(Arrays.equals(IntStream.range(0, USERS).toArray(), first));

    var never = perfectFor(1, 1);
    train(never, switched(1, Order.NEVER, false, Scoring.LIANG));
    assertArrayEquals(IntStream.range(0, USERS).toArray(), order(never, 0));
  }

  @Test
  void theLastBatchMayBeDropped() {
    var scores = ScriptedEngine.perfectFor(1, DATA.validation());
    var engine =
        new ScriptedEngine(
            model(), update -> new Loss(update, 0, 0, 0), List.of(scores, scores, scores));
    Progress end = train(engine, switched(1, Order.EACH_EPOCH, true, Scoring.LIANG));
    assertEquals(
        List.of(10, 10, 10, 10, 10, 10), engine.batches.stream().map(b -> b.length).toList());
    assertEquals(1, end.epochs().getFirst().nll(), "the mean of 0, 1 and 2");
    assertEquals(3, TrainingOptions.updatesPerEpoch(36, 10, true));
    assertEquals(4, TrainingOptions.updatesPerEpoch(36, 10, false));
  }

  @Test
  void aBatchThatIsNeverFullIsRefused() {
    TrainingOptions options =
        new TrainingOptions(
            1,
            USERS + 1,
            ANNEALING,
            AdamOptions.of(0.01),
            LearningRateSchedule.CONSTANT,
            Criterion.parse("ndcg@100"),
            List.of(),
            /* patience= */ 0,
            3,
            1,
            Order.EACH_EPOCH,
            /* dropLastBatch= */ true,
            Scoring.LIANG,
            new Recipe.Joint(),
            /* sampling= */ null);
    var error =
        assertThrows(
            ElboException.class, () -> new Trainer(perfectFor(), DATA, options, new Recorder()));
    assertTrue(
        error.getMessage().contains("the 36 training users do not fill one batch of 37"),
        error.getMessage());
  }

  /** Each but the first of an epoch, while the one before is made. */
  @Test
  void theNextUpdateIsPreparedBeforeAnUpdate() {
    var engine = perfectFor(1, 1);
    train(engine, options(2));
    assertEquals(List.of(2, 3, 4, 4, 6, 7, 8, 8), engine.prepared);
  }

  @Test
  void noiseIsScaledAsAsked() {
    double[] standard = new double[3];
    double[] scaled = new double[3];
    var engine = perfectFor(1, 1);
    train(engine, switched(0.01, Order.EACH_EPOCH, false, Scoring.LIANG));
    engine.noises.get(5).epsilon(4, 2, scaled);
    Noise.of(3, 5).epsilon(4, 2, standard);
    assertArrayEquals(Arrays.stream(standard).map(eps -> 0.01 * eps).toArray(), scaled);
    assertThrows(
        IllegalArgumentException.class, () -> switched(-1, Order.EACH_EPOCH, false, Scoring.LIANG));
  }

  /** The held-out items have the score 1, or -1, which is worse than that of a seen item. */
  @Test
  void validationScoresAsAsked() {
    Scoring zeroSeen = new Scoring(/* sample= */ false, /* zeroSeen= */ true);
    Progress leftOut = train(perfectFor(1, 1), switched(1, Order.ONCE, false, Scoring.LIANG));
    Progress ranked = train(perfectFor(1, 1), switched(1, Order.ONCE, false, zeroSeen));
    assertTrue(ndcg(ranked) < ndcg(leftOut), () -> ndcg(ranked) + " and " + ndcg(leftOut));
  }

  private static double ndcg(Progress progress) {
    return progress.epochs().getFirst().validation().get("ndcg@100").mean();
  }

  @Test
  void theLossesOfAnEpochAreMeansOverUsersNotOverBatches() {
    // Batches of 10, 10, 10 and 6 users.
    var engine =
        new ScriptedEngine(
            model(),
            update -> new Loss(update, 2 * update, update, 100),
            List.of(ScriptedEngine.perfectFor(1, DATA.validation())));
    EpochResult epoch = train(engine, options(1)).epochs().getFirst();
    double mean = (0 * 10 + 1 * 10 + 2 * 10 + 3 * 6) / 36.0;
    assertEquals(mean, epoch.nll(), 1e-12);
    assertEquals(2 * mean, epoch.kl(), 1e-12);
    assertEquals(mean + 0.5 * 2 * mean + 100, epoch.loss(), 1e-12);
  }

  @Test
  void theFirstOfTheBestEpochsIsKeptAndSavedBeforeTheCheckpoint() {
    var recorder = new Recorder();
    Progress end = train(perfectFor(1, 3, 3, 2), options(4), start(), recorder);
    assertEquals(2, end.bestEpoch());
    assertEquals(
        List.of(
            "best 1",
            "checkpoint 1",
            "finished 1 *",
            "best 2",
            "checkpoint 2",
            "finished 2 *",
            "checkpoint 3",
            "finished 3",
            "checkpoint 4",
            "finished 4"),
        recorder.events);
  }

  /** A few perfect users, or all nearly so: the two metrics disagree. */
  @ParameterizedTest
  @CsvSource({"hitrate@1, 1", "hitrate@2, 2"})
  void theSelectedMetricDecides(String select, int bestEpoch) {
    var engine =
        scripted(
            List.of(
                ScriptedEngine.perfectFor(4, DATA.validation()),
                ScriptedEngine.secondForAll(DATA.validation())));
    Progress end = train(engine, options(2, select, /* patience= */ 0, 0.01));
    assertEquals(bestEpoch, end.bestEpoch());
    assertEquals(
        List.of(select, "recall@5", "coverage@5"),
        List.copyOf(end.epochs().getFirst().validation().keySet()));
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 6", "3, 7"})
  void patienceCountsEpochsSinceTheBest(int patience, int epochs) {
    Progress end = train(perfectFor(1, 3, 2, 4, 4, 3, 2), options(7, "ndcg@100", patience, 0.01));
    assertEquals(epochs, end.epochs().size());
  }

  @Test
  void aFinishedRunIsNotContinued() {
    Progress end = train(perfectFor(1, 1), options(2));
    var engine = perfectFor();
    assertEquals(end, train(engine, options(2), end, new Recorder()));
    assertTrue(engine.batches.isEmpty());

    // Nor one that ran out of patience.
    var patient = options(9, "ndcg@100", 1, 0.01);
    assertEquals(end, train(engine, patient, end, new Recorder()));
  }

  private static class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The rate is lowered and warmed up across the moment of the kill. */
  private static final LearningRateSchedule SCHEDULE =
      new LearningRateSchedule(new LearningRateSchedule.Plateau(1), 0.5, 1e-4, 18);

  @ParameterizedTest
  @EnumSource(names = {"MULT_VAE", "MULT_DAE", "IMPLICIT_AUTOREC"}) // those that rank
  void aRunThatWasStoppedAndContinuedIsTheRunThatWasNot(Architecture architecture)
      throws IOException {
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Path parts = Files.createDirectory(folder.resolve("parts"));
    try (Engine engine = reference(model(architecture), 1)) {
      train(engine, scheduled(6, SCHEDULE, "loss"), start(), new Recorder(architecture, whole));
    }

    try (Engine engine = reference(model(architecture), 2)) {
      var killed =
          new Recorder(architecture, parts) {
            @Override
            public void updated(int epoch, int users, Loss loss) {
              if (epoch == 4 && users == 20) {
                throw new Killed();
              }
            }
          };
      assertThrows(
          Killed.class, () -> train(engine, scheduled(6, SCHEDULE, "loss"), start(), killed));
    }
    Checkpoint checkpoint = Checkpoint.read(parts);
    assertEquals(3, checkpoint.progress().epochs().size());
    try (Engine engine =
        Engines.byName("reference").create(model(architecture), checkpoint.state(), 1)) {
      train(
          engine,
          scheduled(6, SCHEDULE, "loss"),
          checkpoint.progress(),
          new Recorder(architecture, parts));
    }

    for (String file : List.of("model.safetensors", "model.json", "items.txt")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
    Checkpoint expected = Checkpoint.read(whole);
    Checkpoint actual = Checkpoint.read(parts);
    States.assertSameBits(expected.state(), actual.state());
    assertEquals(withoutTimes(expected.progress()), withoutTimes(actual.progress()));
  }

  private static Progress withoutTimes(Progress progress) {
    return new Progress(
        progress.run(),
        progress.engine(),
        progress.dataSha256(),
        progress.updates(),
        progress.bestEpoch(),
        progress.epochs().stream()
            .map(
                e ->
                    new EpochResult(
                        e.epoch(),
                        e.beta(),
                        e.learningRate(),
                        e.loss(),
                        e.nll(),
                        e.kl(),
                        0,
                        e.validation()))
            .toList());
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    var one = new Recorder();
    train(reference(model(), 1), options(2), start(), one);
    for (int threads = 2; threads <= 3; threads++) {
      var several = new Recorder();
      train(reference(model(), threads), options(2), start(), several);
      States.assertSameBits(one.last.state(), several.last.state());
      assertEquals(withoutTimes(one.last.progress()), withoutTimes(several.last.progress()));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MULT_VAE", "MULT_DAE", "IMPLICIT_AUTOREC"}) // those that rank
  void trainingLowersTheLoss(Architecture architecture) {
    List<EpochResult> epochs = train(reference(model(architecture), 1), options(15)).epochs();
    assertTrue(
        epochs.getLast().nll() < epochs.getFirst().nll() - 1,
        epochs.getFirst() + " " + epochs.getLast());
  }

  /** The greater the steps, the earlier in the network a number overflows. */
  @ParameterizedTest
  @CsvSource({"1e300, 5.Gaussian", "1e308, 2.SparseLinear (q_layers.0)"})
  void aLossThatIsNotFiniteEndsTheRunAndLeavesTheLastEpoch(double learningRate, String layer)
      throws IOException {
    var recorder = new Recorder(Architecture.MULT_VAE, folder);
    Engine engine = reference(model(), 1);
    Progress good = train(engine, options(2), start(), recorder);
    byte[] saved = Files.readAllBytes(folder.resolve("model.safetensors"));
    EngineState state = engine.state();

    var wild = options(5, "ndcg@100", /* patience= */ 0, learningRate);
    var error =
        assertThrows(ElboException.class, () -> train(engine, wild, good, recorder)).getMessage();
    // Update 9 is the first that goes too far; update 10 notices.
    assertTrue(error.contains("in update 10 (epoch 3)"), error);
    assertTrue(
        error.contains("first layer that gave a value that is not finite is " + layer), error);
    assertTrue(
        error.endsWith(
            ("; start another run with a lower learning rate or"
                    + " weight decay; the model of epoch %d and the checkpoint of"
                    + " epoch 2 are kept")
                .formatted(good.bestEpoch())),
        error);
    States.assertSameBits(state, Checkpoint.read(folder).state());
    assertArrayEquals(saved, Files.readAllBytes(folder.resolve("model.safetensors")));
    SavedModel.read(folder);
  }

  @Test
  void whatIsNoLayerIsNamedToo() {
    assertDiverges("is the KL term of the latent layer", new Loss(1, Double.NaN, Double.NaN, 0));
    assertDiverges("is the weight decay", new Loss(1, 1, 1, Double.POSITIVE_INFINITY));
  }

  @Test
  void aWeightDecayThatIsNotThereIsNotBlamed() {
    Objective decaying = model().objective();
    Objective objective = new Objective(decaying.reconstruction(), decaying.prior(), 0);
    Model plain = new Model(model().network(), objective);
    var engine = new ScriptedEngine(plain, _ -> new Loss(Double.NaN, 0, 0, 0), List.of());
    var error = assertThrows(ElboException.class, () -> train(engine, options(1))).getMessage();
    assertTrue(error.endsWith("with a lower learning rate; nothing was saved"), error);
  }

  private static void assertDiverges(String reason, Loss loss) {
    var engine = new ScriptedEngine(model(), _ -> loss, List.of());
    var error = assertThrows(ElboException.class, () -> train(engine, options(1))).getMessage();
    assertTrue(error.contains(reason) && error.contains("nothing was saved"), error);
  }

  @Test
  void aParameterThatIsNotFiniteIsNotSaved() {
    var engine = perfectFor(1, 1);
    Map<String, Tensor> tensors = new LinkedHashMap<>(engine.state().parameters().tensors());
    tensors.put("q_layers.0.bias", new Tensor.Float64(new int[] {1}, new double[] {Double.NaN}));
    engine.restore(EngineState.initial(new Parameters(new LinkedHashMap<>(tensors))));
    var recorder = new Recorder();
    var error =
        assertThrows(ElboException.class, () -> train(engine, options(2), start(), recorder))
            .getMessage();
    assertTrue(error.contains("q_layers.0.bias is not finite after epoch 1"), error);
    assertEquals(List.of(), recorder.events);
  }

  @Test
  void dataThatCannotBeTrainedOnIsRefused() {
    CsrMatrix nobody = new CsrMatrix(DATA.itemIds().size(), new int[1], new int[0]);
    var untrained =
        new PreparedData(
            nobody, List.of(), DATA.itemIds(), DATA.validation(), DATA.test(), DATA.description());
    EvaluationUsers users = DATA.validation();
    CsrMatrix nothing = CsrMatrix.of(users.size(), DATA.itemIds().size(), new int[0], new int[0]);
    var unvalidated =
        new PreparedData(
            DATA.train(),
            DATA.trainUserIds(),
            DATA.itemIds(),
            new EvaluationUsers(users.userIds(), users.foldIn(), nothing),
            DATA.test(),
            DATA.description());
    Stream.of(untrained, unvalidated)
        .forEach(
            data ->
                assertThrows(
                    ElboException.class,
                    () -> new Trainer(perfectFor(), data, options(1), new Recorder())));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, -1"})
  void optionsOutOfRangeAreRefused(int epochs, int batchSize, int patience) {
    TrainingOptions good = options(1);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TrainingOptions(
                epochs,
                batchSize,
                good.annealing(),
                good.adam(),
                good.select(),
                good.metrics(),
                patience,
                1));
  }
}
