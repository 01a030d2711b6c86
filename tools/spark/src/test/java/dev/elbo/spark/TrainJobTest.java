package dev.elbo.spark;

import static dev.elbo.spark.Jobs.csv;
import static dev.elbo.spark.Jobs.elbo;
import static dev.elbo.spark.Jobs.events;
import static dev.elbo.spark.Jobs.job;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.elbo.model.Parameters;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.EpochResult;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tasks train together is what one machine trains. */
class TrainJobTest {

  /**
   * How far parameters may be apart after a few dozen updates: a gradient that is summed up from
   * shares is rounded otherwise, by some 6e-8 of its size, and Adam divides by that size.
   */
  private static final double ROUNDING = 2e-4;

  private static final List<String> SMALL =
      List.of("--epochs", "3", "--hidden", "16", "--latent", "4", "--batch-size", "50");

  @TempDir private static Path shared;

  @TempDir private Path dir;

  private static Path data;

  @BeforeAll
  static void start() {
    Jobs.spark();
    data = shared.resolve("data");
    elbo("prepare", "--ratings", csv(shared.resolve("log.csv"), events(400, 100, 1)), "--out", data)
        .done();
  }

  private Path alone(String... options) {
    Path out = dir.resolve("alone");
    elbo("train", "--data", data, "--out", out, SMALL, List.of(options), "--threads", 1).done();
    return out;
  }

  private Path together(int tasks, String... options) {
    Path out = dir.resolve("together-" + tasks);
    job("train", "--data", data, "--out", out, SMALL, List.of(options), "--tasks", tasks).done();
    return out;
  }

  @Test
  void one_task_is_one_machine_bit_for_bit() {
    assertClose(alone(), together(1), 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--model recvae --epochs 4",
        "--weight-decay 0.01 --anneal-updates 20",
        "--model mult-dae",
        "--sampled-items 40 --lazy-adam",
        "--batch-size 31", // the last batch is a single user's: one task has none of it
      })
  void gradients_averaged_are_those_of_one_machine(String options) {
    String[] more = options.isEmpty() ? new String[0] : options.split(" ");
    assertClose(alone(more), together(2, more), ROUNDING);
  }

  @Test
  void parameters_averaged_are_another_model_that_learns_as_well() {
    Path out = together(2, "--average", "parameters", "--every", "3");
    List<EpochResult> epochs = Checkpoint.progress(out).epochs();
    List<EpochResult> expected = Checkpoint.progress(alone()).epochs();
    assertNotEquals(expected.getLast().nll(), epochs.getLast().nll());
    assertEquals(expected.getLast().nll(), epochs.getLast().nll(), 0.03 * epochs.getLast().nll());
  }

  /** With one task, what is averaged is its own. */
  @Test
  void parameters_of_one_task_are_averaged_to_themselves() {
    assertClose(alone(), together(1, "--average", "parameters", "--every", "2"), 0);
  }

  @Test
  void mistakes() {
    Path out = dir.resolve("out");
    job("train", "--data", data, "--out", out, "--tasks", 99).fails(1, "expected at most 2");
    job("train", "--data", data, "--out", out, "--every", 3)
        .fails(2, "only --average parameters has it");
    job("train", "--data", dir.resolve("no"), "--out", out).fails(1, "data.json");
    job("train", "--data", data, "--out", out, "--l2", 3).fails(2, "--l2");
    job("train", "--data", data, "--out", out, "--engine", "reference", SMALL)
        .fails(2, "--engine: expected fast");
    job("train", "--data", data, "--out", out, "--model", "ease").fails(2, "use `elbo train`");
    assertFalse(SavedModel.isIn(out));
  }

  /** Compares models, and what the epochs gave. */
  private static void assertClose(Path expected, Path found, double tolerance) {
    Parameters alone = SavedModel.read(expected).parameters();
    Parameters together = SavedModel.read(found).parameters();
    for (String name : alone.tensors().keySet()) {
      assertArrayEquals(alone.float64(name), together.float64(name), tolerance, name);
    }
    List<EpochResult> epochs = Checkpoint.progress(expected).epochs();
    List<EpochResult> others = Checkpoint.progress(found).epochs();
    for (int n = 0; n < epochs.size(); n++) {
      double loss = epochs.get(n).loss();
      assertEquals(loss, others.get(n).loss(), Math.max(1e-12, tolerance / 10) * loss);
    }
  }
}
