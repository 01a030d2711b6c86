package dev.elbo.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.data.PreparedData;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineProvider;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Engines;
import dev.elbo.engine.Loss;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.testing.SyntheticData;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import dev.elbo.train.Trainer;
import dev.elbo.train.TrainingListener;
import dev.elbo.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training, beside the fast engine and handed over from one to the other. */
class TrainingTest {

  private static final EngineProvider TORNADO = new TornadoEngineProvider();
  private static final EngineProvider FAST = Engines.byName("fast");
  private static final PreparedData DATA = SyntheticData.small();
  private static final Model MODEL =
      new ModelOptions(Architecture.MULT_VAE, List.of(9), 4, 0.5, 0.001)
          .model(DATA.itemIds().size());

  /**
   * The rounding of two engines differs by about 1e-6, and Adam makes a whole step of a gradient
   * that is only rounding; over three epochs that is seen in the fourth digit at most.
   */
  private static final double TOLERANCE = 1e-3;

  @TempDir private Path folder;

  @BeforeEach
  void skipWhereItCannotRun() {
    Optional<String> reason = TORNADO.unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));
  }

  @Test
  void threeEpochsFollowTheFastEngine() {
    assertSameRun(train(FAST, 3, start()), train(TORNADO, 3, start()));
  }

  @Test
  void checkpointsMoveBetweenEnginesBothWays() {
    Checkpoint whole = train(FAST, 3, start());
    assertSameRun(whole, train(TORNADO, 3, written(train(FAST, 1, start()))));
    assertSameRun(whole, train(FAST, 3, written(train(TORNADO, 2, start()))));
  }

  private static Checkpoint start() {
    return new Checkpoint(
        EngineState.initial(Parameters.initial(MODEL, 1)),
        Progress.none(RunOptions.of(Architecture.MULT_VAE), "", ""));
  }

  /** What a checkpoint is after it went through a file. */
  private Checkpoint written(Checkpoint checkpoint) {
    checkpoint.write(folder);
    return Checkpoint.read(folder);
  }

  /** Trains up to an epoch; the last batch of each is not full. */
  private static Checkpoint train(EngineProvider provider, int epochs, Checkpoint from) {
    var options =
        new TrainingOptions(
            epochs,
            10,
            new KlAnnealing.Beta(0.2, 50),
            AdamOptions.of(0.01),
            Criterion.parse("ndcg@100"),
            List.of(),
            /* patience= */ 0,
            1);
    var last = new Checkpoint[1];
    var output =
        new Trainer.Output() {
          @Override
          public void best(EngineState state, EpochResult result) {}

          @Override
          public void checkpoint(Checkpoint checkpoint) {
            last[0] = checkpoint;
          }
        };
    var silent =
        new TrainingListener() {
          @Override
          public void updated(int epoch, int users, Loss loss) {}

          @Override
          public void finished(EpochResult result, boolean best) {}
        };
    try (Engine engine = provider.create(MODEL, from.state(), 2)) {
      new Trainer(engine, DATA, options, silent).run(from.progress(), output);
    }
    return last[0];
  }

  private static void assertSameRun(Checkpoint expected, Checkpoint found) {
    assertEquals(expected.progress().updates(), found.progress().updates());
    for (int epoch = 0; epoch < 3; epoch++) {
      EpochResult left = expected.progress().epochs().get(epoch);
      EpochResult right = found.progress().epochs().get(epoch);
      assertEquals(left.loss(), right.loss(), TOLERANCE * left.loss(), "epoch " + (epoch + 1));
      assertEquals(left.kl(), right.kl(), TOLERANCE * Math.max(1, left.kl()));
    }
  }
}
