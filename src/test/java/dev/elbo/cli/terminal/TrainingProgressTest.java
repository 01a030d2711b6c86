package dev.elbo.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.engine.Loss;
import dev.elbo.eval.Estimate;
import dev.elbo.model.Architecture;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import dev.elbo.train.RunOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingProgressTest {

  private static EpochResult epoch(int epoch, double ndcg) {
    var validation = new LinkedHashMap<String, Estimate>();
    validation.put("ndcg@100", new Estimate(ndcg, 0.01));
    return new EpochResult(epoch, 0.1, 1e-3, 9, 8, 7, 1.5, validation);
  }

  private static TrainingProgress after(Architecture architecture, EpochResult... epochs) {
    Optional<Progress> before =
        epochs.length == 0 ? Optional.empty() : Optional.of(progress(epochs));
    return new TrainingProgress(new Console(), 10, 5, before, "ndcg@100", architecture);
  }

  private static Progress progress(EpochResult... epochs) {
    return new Progress(
        RunOptions.of(Architecture.MULT_VAE), "fast", "", 0, /* bestEpoch= */ 1, List.of(epochs));
  }

  private static final Loss LOSS = new Loss(8, 10, 1, 0);

  @Test
  void theEpochThatIsTrainedIsShownWithTheMetricOfTheLastAndOfTheBest() {
    assertEquals(
        List.of("epoch 1/5", "loss 9.0", "0:01:05 left", "nll 8.0", "kl 10.0", "beta 0.100"),
        after(Architecture.MULT_VAE).running(1, LOSS, 65));
    assertEquals(
        "ndcg@100 0.1250 best 0.2500",
        after(Architecture.MULT_VAE, epoch(1, 0.25), epoch(2, 0.125)).running(3, LOSS, 0).get(2));
  }

  /** As in the first round of a model that is trained in rounds. */
  @Test
  void thereMayBeNoBestEpochYet() {
    Progress before =
        new Progress(RunOptions.of(Architecture.RECVAE), "fast", "", 0, 0, List.of(epoch(1, 0.25)));
    TrainingProgress progress =
        new TrainingProgress(
            new Console(), 10, 5, Optional.of(before), "ndcg@100", Architecture.RECVAE);
    assertEquals("ndcg@100 0.2500", progress.running(2, LOSS, 0).get(2));
  }

  @Test
  void anEpochLeavesALine() {
    assertEquals(
        "epoch 2/5  loss 9.000  ndcg@100 0.2500 +- 0.0100 *  1:00:00 left  nll 8.000  kl 7.000"
            + "  beta 0.1000  lr 1.00e-03  7 users/s",
        String.join("  ", after(Architecture.MULT_VAE).finished(epoch(2, 0.25), true, 3600)));
  }

  /** With as many digits as there may be. */
  @Test
  void whatMattersHasRoomIn80Columns() {
    Optional<Progress> before = Optional.of(progress(epoch(1, 0.25)));
    TrainingProgress progress =
        new TrainingProgress(
            new Console(), 100_000, 1000, before, "ndcg@100", Architecture.MULT_VAE);
    List<String> parts = progress.running(1000, new Loss(8000, 10, 1, 0), 36000);
    String line = TrainingProgress.line(parts, 0.5, 79);
    assertEquals(79, line.length());
    assertTrue(
        line.startsWith(
            "epoch 1000/1000  loss 8001.0  ndcg@100 0.2500 best 0.2500  10:00:00 left  ██░░"),
        line);
  }

  @Test
  void theBarFillsWhatTheWordsLeave() {
    List<String> parts = List.of("epoch 1/5", "loss 9.0", "nll 8.0");
    assertEquals("epoch 1/5  loss 9.0  ███░░░", TrainingProgress.line(parts, 0.5, 27));
    assertEquals("epoch 1/5  loss 9.0  nll 8.0  ", TrainingProgress.line(parts, 1, 30));
    assertEquals("epoch", TrainingProgress.line(parts, 0.5, 5));
  }

  @ParameterizedTest
  @EnumSource(names = {"U_AUTOREC", "I_AUTOREC", "IMPLICIT_AUTOREC", "MFAE"})
  void aSquaredErrorIsNoLikelihood(Architecture architecture) {
    List<String> parts = after(architecture).running(1, LOSS, 0);
    assertEquals(List.of("error 8.0"), parts.subList(3, parts.size()));
  }

  @Test
  void aModelWithoutLatentNoiseHasNoDivergenceToShow() {
    List<String> parts = after(Architecture.MULT_DAE).running(1, LOSS, 0);
    assertEquals(List.of("nll 8.0"), parts.subList(3, parts.size()));
  }
}
