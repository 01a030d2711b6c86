package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Baseline;
import dev.elbo.random.Philox;
import dev.elbo.testing.Tolerances;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EaseTest {

  private static Ease fit(CsrMatrix training, double l2) {
    try (Workers workers = new Workers(2)) {
      return Ease.fit(training, l2, workers);
    }
  }

  private static DMatrixRMaj weights(Ease ease) {
    int items = ease.items();
    return new DMatrixRMaj(items, items, true, ease.parameters().float64("B"));
  }

  /** The formula of the paper in float64, straight from EJML. */
  private static DMatrixRMaj closedForm(CsrMatrix training, double l2) {
    DMatrixRMaj x = SmallData.dense(training);
    int items = training.columns();
    var p = new DMatrixRMaj(items, items);
    CommonOps_DDRM.multTransA(x, x, p);
    for (int i = 0; i < items; i++) {
      p.add(i, i, l2);
    }
    assertTrue(CommonOps_DDRM.invert(p));
    var b = new DMatrixRMaj(items, items);
    for (int i = 0; i < items; i++) {
      for (int j = 0; j < items; j++) {
        b.set(i, j, (i == j ? 1 : 0) - p.get(i, j) / p.get(j, j));
      }
    }
    return b;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "7, 3, 0.5", "40, 17, 2", "200, 131, 10", "90, 257, 20", "300, 530, 50"})
  void isTheClosedForm(int users, int items, double l2) {
    CsrMatrix training = SmallData.random(users, items);
    DMatrixRMaj expected = closedForm(training, l2);
    DMatrixRMaj actual = weights(fit(training, l2));
    assertArrayEquals(expected.data, actual.data, Tolerances.FLOAT32);
    for (int i = 0; i < items; i++) {
      assertEquals(0, actual.get(i, i));
    }
  }

  /**
   * No B with a zero diagonal has a lower objective. Around the minimum the objective grows with
   * the square of the step; a step of 0.01 is far above what float32 leaves open, and far below
   * what leads over a hill, of which there are none.
   */
  @Test
  void noStepThatKeepsTheDiagonalZeroLowersTheObjective() {
    CsrMatrix training = SmallData.random(60, 20);
    double l2 = 3;
    DMatrixRMaj b = weights(fit(training, l2));
    double minimum = objective(training, b, l2);
    var random = Philox.stream(8, Philox.Purpose.INITIALIZATION, 0);
    for (int n = 0; n < 200; n++) {
      DMatrixRMaj step = new DMatrixRMaj(20, 20);
      for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 20; j++) {
          step.set(i, j, i == j ? 0 : random.nextGaussian());
        }
      }
      CommonOps_DDRM.scale(0.01 / NormOps_DDRM.normF(step), step);
      CommonOps_DDRM.addEquals(step, b);
      assertTrue(objective(training, step, l2) > minimum);
    }
  }

  /** The constraint matters: where an item may explain itself, the objective is lower. */
  @Test
  void aDiagonalWouldLowerTheObjective() {
    CsrMatrix training = SmallData.random(60, 20);
    DMatrixRMaj b = weights(fit(training, 3));
    double minimum = objective(training, b, 3);
    b.set(4, 4, 0.01);
    assertTrue(objective(training, b, 3) < minimum);
  }

  private static double objective(CsrMatrix training, DMatrixRMaj b, double l2) {
    DMatrixRMaj x = SmallData.dense(training);
    DMatrixRMaj residual = x.copy();
    CommonOps_DDRM.multAdd(-1, x, b, residual);
    return Math.pow(NormOps_DDRM.normF(residual), 2) + l2 * Math.pow(NormOps_DDRM.normF(b), 2);
  }

  /** Two items that always come together, and one that comes with neither. */
  @Test
  void scoresAreTheHistoryTimesB() {
    CsrMatrix training = new CsrMatrix(3, new int[] {0, 2, 4, 5}, new int[] {0, 1, 0, 1, 2});
    Ease ease = fit(training, 1);
    // P of [[3, 2], [2, 3]] is [[3, -2], [-2, 3]] / 5.
    assertArrayEquals(
        new double[] {0, 2 / 3.0, 0, 2 / 3.0, 0, 0, 0, 0, 0},
        weights(ease).data,
        Tolerances.FLOAT32);
    float[][] scores = new float[2][];
    ease.scores(Batch.of(training, 0, 2), (position, row) -> scores[position] = row.clone());
    float b = (float) (2 / 3.0);
    assertArrayEquals(new float[] {b, b, 0}, scores[0], 1e-6f);
    assertArrayEquals(new float[] {0, 0, 0}, scores[1]);
    List<Ranked> nearest = ease.nearest(0, 1);
    assertEquals(1, nearest.getFirst().item());
    assertEquals(b, nearest.getFirst().score(), 1e-6);
    assertEquals(List.of(1, 2), ease.nearest(0, 9).stream().map(Ranked::item).toList());
  }

  @Test
  void isTheSameFromItsParameters() {
    CsrMatrix training = SmallData.random(30, 11);
    Ease ease = fit(training, 2);
    FittedBaseline read = FittedBaseline.of(Baseline.EASE, ease.parameters(), 11);
    assertArrayEquals(SmallData.scores(ease, training), SmallData.scores(read, training));
    assertThrows(
        IllegalArgumentException.class,
        () -> FittedBaseline.of(Baseline.EASE, ease.parameters(), 12));
    assertThrows(
        IllegalArgumentException.class,
        () -> FittedBaseline.of(Baseline.POPULARITY, ease.parameters(), 11));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void lambdaMustBePositive(double l2) {
    CsrMatrix training = SmallData.random(5, 4);
    assertThrows(IllegalArgumentException.class, () -> fit(training, l2));
  }

  /** Of two equal columns float32 knows no difference, unless lambda makes one. */
  @Test
  void aLambdaThatFloat32CannotAddIsRefused() {
    CsrMatrix twins = new CsrMatrix(2, new int[] {0, 2, 4}, new int[] {0, 1, 0, 1});
    var error = assertThrows(ElboException.class, () -> fit(twins, 1e-12));
    assertTrue(error.getMessage().contains("--l2) = 1.0E-12 is too small"), error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatItWouldTake() {
    Ease.requireMemory(20_108, 2L << 30);
    var heap = assertThrows(ElboException.class, () -> Ease.requireMemory(20_108, 1L << 30));
    assertEquals(
        "ease needs 1,582 MiB for a matrix of 20,108 x 20,108 items, and Java may use 1,024 MiB;"
            + " give it more, as in ELBO_JAVA_OPTS=-Xmx1978m, or prepare the data with fewer items"
            + " (--min-item-users)",
        heap.getMessage());
    var array = assertThrows(ElboException.class, () -> Ease.requireMemory(50_000, 1L << 40));
    assertTrue(array.getMessage().contains("50,000 x 50,000"), array.getMessage());
  }
}
