package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.elbo.eval.Estimate;
import dev.elbo.model.Architecture;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.EpochResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    int best = epochs.length == 0 ? 0 : 1;
    Progress before = new Progress(Map.of(), "", 0, best, List.of(epochs));
    return new TrainingProgress(new Console(), 10, 5, before, "ndcg@100", architecture);
  }

  @Test
  void theBarShowsTheMetricOfTheLastAndOfTheBestEpoch() {
    String losses = " loss 9.0 nll 8.0 kl 7.0 beta 0.100";
    assertEquals(" epoch 1/5" + losses, after(Architecture.MULT_VAE).message(1, 9, 8, 7, 0.1));
    TrainingProgress resumed = after(Architecture.MULT_VAE, epoch(1, 0.25), epoch(2, 0.125));
    assertEquals(
        " epoch 3/5" + losses + " ndcg@100 0.1250 best 0.2500 lr 1.00e-03",
        resumed.message(3, 9, 8, 7, 0.1));
  }

  @ParameterizedTest
  @EnumSource(names = {"U_AUTOREC", "I_AUTOREC", "IMPLICIT_AUTOREC", "MFAE"})
  void aSquaredErrorIsNoLikelihood(Architecture architecture) {
    assertEquals(" epoch 1/5 loss 9.0 error 8.0", after(architecture).message(1, 9, 8, 0, 0.1));
  }

  @Test
  void aModelWithoutLatentNoiseHasNoDivergenceToShow() {
    assertEquals(
        " epoch 1/5 loss 9.0 nll 8.0", after(Architecture.MULT_DAE).message(1, 9, 8, 0, 0.1));
  }
}
