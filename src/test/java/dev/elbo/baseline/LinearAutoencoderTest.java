package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.BaselineOptions.Dlae;
import dev.elbo.model.BaselineOptions.Ease;
import dev.elbo.model.BaselineOptions.Edlae;
import dev.elbo.model.BaselineOptions.Linear;
import dev.elbo.model.BaselineOptions.Rdlae;
import dev.elbo.model.BaselineOptions.SparseRdlae;
import dev.elbo.model.Parameters;
import dev.elbo.random.Philox;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** EASE, EDLAE, DLAE and RDLAE: derived at {@link LinearAutoencoder}. */
class LinearAutoencoderTest {

  private static final double XI = 0.4;

  private static LinearAutoencoder fit(CsrMatrix training, Linear options) {
    try (Workers workers = new Workers(2)) {
      return LinearAutoencoder.fit(Gram.once(training), options, workers);
    }
  }

  private static DMatrixRMaj weights(LinearAutoencoder model) {
    int items = model.items();
    return new DMatrixRMaj(items, items, true, model.parameters().float64("B"));
  }

  private static DMatrixRMaj weights(CsrMatrix training, Linear options) {
    return weights(fit(training, options));
  }

  /** Each model, with a lambda. RDLAE's xi is such that it binds for some items and not for all. */
  private static List<Linear> models(double l2) {
    return List.of(new Ease(l2), new Edlae(l2, 0.4), new Dlae(l2, 0.4), new Rdlae(l2, 0.4, XI));
  }

  static List<Linear> models() {
    return models(3);
  }

  /**
   * The minimum in float64 by what it is the minimum of, without C: each column of B is a problem
   * of least squares of its own, {@code ||A b - y||^2} with {@code sqrt(diag(gamma))} below X, and
   * a zero below each x. Where the diagonal is constrained, what it explains goes to the other
   * side.
   */
  private static DMatrixRMaj leastSquares(CsrMatrix training, Linear options) {
    DMatrixRMaj x = SmallData.dense(training);
    int users = training.rows();
    int items = training.columns();
    var a = new DMatrixRMaj(users + items, items);
    CommonOps_DDRM.insert(x, a, 0, 0);
    double[] gamma = gamma(training, options);
    for (int i = 0; i < items; i++) {
      a.set(users + i, i, Math.sqrt(gamma[i]));
    }
    var b = new DMatrixRMaj(items, items);
    for (int j = 0; j < items; j++) {
      var y = new DMatrixRMaj(users + items, 1);
      for (int user = 0; user < users; user++) {
        y.set(user, 0, x.get(user, j));
      }
      var column = new DMatrixRMaj(items, 1);
      assertTrue(CommonOps_DDRM.solve(a, y, column));
      if (column.get(j, 0) > options.xi()) {
        DMatrixRMaj own = CommonOps_DDRM.extractColumn(a, j, null);
        CommonOps_DDRM.addEquals(y, -options.xi(), own);
        DMatrixRMaj others = a.copy();
        for (int row = 0; row < others.numRows; row++) {
          others.set(row, j, 0);
        }
        others.set(users + j, j, 1);
        y.set(users + j, 0, 0);
        assertTrue(CommonOps_DDRM.solve(others, y, column));
        column.set(j, 0, options.xi());
      }
      CommonOps_DDRM.insert(column, b, 0, j);
    }
    return b;
  }

  private static double[] gamma(CsrMatrix training, Linear options) {
    double[] gamma = new double[training.columns()];
    Arrays.fill(gamma, options.l2());
    for (int item : training.indices()) {
      gamma[item] += options.dropout() / (1 - options.dropout());
    }
    return gamma;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "7, 3, 0.5", "40, 17, 2", "200, 131, 10", "90, 150, 20"})
  void isTheSolutionOfLeastSquares(int users, int items, double l2) {
    CsrMatrix training = SmallData.random(users, items);
    for (Linear options : models(l2)) {
      DMatrixRMaj expected = leastSquares(training, options);
      DMatrixRMaj actual = weights(training, options);
      assertArrayEquals(expected.data, actual.data, Tolerances.FLOAT32, options::toString);
    }
  }

  /** The formula of EASE's paper in float64, over several blocks of the factorisation. */
  @Test
  void easeIsTheClosedForm() {
    CsrMatrix training = SmallData.random(300, 530);
    DMatrixRMaj x = SmallData.dense(training);
    var p = new DMatrixRMaj(530, 530);
    CommonOps_DDRM.multTransA(x, x, p);
    for (int i = 0; i < 530; i++) {
      p.add(i, i, 50);
    }
    assertTrue(CommonOps_DDRM.invert(p));
    var expected = new DMatrixRMaj(530, 530);
    for (int i = 0; i < 530; i++) {
      for (int j = 0; j < 530; j++) {
        expected.set(i, j, (i == j ? 1 : 0) - p.get(i, j) / p.get(j, j));
      }
    }
    DMatrixRMaj actual = weights(training, new Ease(50));
    assertArrayEquals(expected.data, actual.data, Tolerances.FLOAT32);
  }

  /**
   * Beside the largest lambda the items' counts are lost, and DLAE's weight, {@code 1 - C_jj
   * gamma_j}, is nothing but rounding, here a little less than 0.
   */
  @Test
  void theDiagonalIsExactlyZeroWhereItIsConstrainedToBe() {
    CsrMatrix training = SmallData.random(200, 131);
    for (Linear options :
        List.of(new Ease(10), new Edlae(10, 0.4), new Ease(1e9), new Edlae(1e9, 0.4))) {
      DMatrixRMaj b = weights(training, options);
      for (int i = 0; i < 131; i++) {
        assertEquals(0, b.get(i, i), options.toString());
      }
    }
  }

  /**
   * The conditions of Karush, Kuhn and Tucker: the gradient is zero, but for items whose own weight
   * is at its limit, which only the constraint keeps from growing.
   */
  @ParameterizedTest
  @MethodSource("models")
  void theGradientIsZeroWhereNoConstraintHolds(Linear options) {
    CsrMatrix training = SmallData.random(60, 20);
    DMatrixRMaj b = weights(training, options);
    DMatrixRMaj gradient = gradient(training, b, options);
    int atTheLimit = 0;
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 20; j++) {
        if (i == j && b.get(j, j) > options.xi() - Tolerances.FLOAT32) {
          atTheLimit++;
          assertTrue(gradient.get(j, j) < 0);
        } else {
          // A sum of at most 60 terms, each with the tolerance of B.
          assertEquals(0, gradient.get(i, j), 60 * Tolerances.FLOAT32);
        }
      }
    }
    switch (options) {
      case Ease _, Edlae _ -> assertEquals(20, atTheLimit);
      case Dlae _ -> assertEquals(0, atTheLimit);
      case Rdlae _, SparseRdlae _ -> assertTrue(0 < atTheLimit && atTheLimit < 20, "" + atTheLimit);
    }
  }

  /** {@code 2 (G + diag(gamma)) B - 2 G}. */
  private static DMatrixRMaj gradient(CsrMatrix training, DMatrixRMaj b, Linear options) {
    DMatrixRMaj x = SmallData.dense(training);
    DMatrixRMaj residual = residual(x, b);
    DMatrixRMaj gradient = b.copy();
    CommonOps_DDRM.multRows(gamma(training, options), gradient);
    CommonOps_DDRM.multAddTransA(-1, x, residual, gradient);
    CommonOps_DDRM.scale(2, gradient);
    return gradient;
  }

  /**
   * No B within the constraints has a lower objective. Around the minimum the objective grows with
   * the square of the step; a step of 0.01 is far above what float32 leaves open, and far below
   * what leads over a hill, of which there are none.
   */
  @ParameterizedTest
  @MethodSource("models")
  void noStepWithinTheConstraintsLowersTheObjective(Linear options) {
    CsrMatrix training = SmallData.random(60, 20);
    DMatrixRMaj b = weights(training, options);
    double minimum = objective(training, b, options);
    var random = Philox.stream(8, Philox.Purpose.INITIALIZATION, 0);
    for (int n = 0; n < 200; n++) {
      DMatrixRMaj step = new DMatrixRMaj(20, 20);
      for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 20; j++) {
          step.set(i, j, random.nextGaussian());
        }
      }
      CommonOps_DDRM.scale(0.01 / NormOps_DDRM.normF(step), step);
      CommonOps_DDRM.addEquals(step, b);
      for (int j = 0; j < 20; j++) {
        step.set(j, j, Math.min(step.get(j, j), options.xi()));
      }
      assertTrue(objective(training, step, options) > minimum);
    }
  }

  /** The constraint matters: where an item may explain itself, the objective is lower. */
  @Test
  void aDiagonalWouldLowerTheObjective() {
    CsrMatrix training = SmallData.random(60, 20);
    for (Linear options : List.of(new Ease(3), new Edlae(3, 0.4))) {
      DMatrixRMaj b = weights(training, options);
      double minimum = objective(training, b, options);
      b.set(4, 4, 0.01);
      assertTrue(objective(training, b, options) < minimum);
    }
  }

  /** {@code f(B)}. */
  private static double objective(CsrMatrix training, DMatrixRMaj b, Linear options) {
    double[] gamma = gamma(training, options);
    double objective = squares(residual(SmallData.dense(training), b));
    for (int i = 0; i < gamma.length; i++) {
      objective += gamma[i] * squares(CommonOps_DDRM.extractRow(b, i, null));
    }
    return objective;
  }

  private static DMatrixRMaj residual(DMatrixRMaj x, DMatrixRMaj b) {
    DMatrixRMaj residual = x.copy();
    CommonOps_DDRM.multAdd(-1, x, b, residual);
    return residual;
  }

  private static double squares(DMatrixRMaj matrix) {
    return Math.pow(NormOps_DDRM.normF(matrix), 2);
  }

  /** The penalty on rows of B is what dropout costs on average, here over all that it can drop. */
  @Test
  void theObjectiveIsTheExpectedLossUnderDropout() {
    int items = 6;
    CsrMatrix training = SmallData.random(9, items);
    Linear options = new Dlae(2, 0.3);
    DMatrixRMaj b = weights(training, options);
    DMatrixRMaj x = SmallData.dense(training);
    double expected = options.l2() * squares(b);
    for (int kept = 0; kept < 1 << items; kept++) {
      int count = Integer.bitCount(kept);
      double probability = Math.pow(0.7, count) * Math.pow(0.3, items - count);
      DMatrixRMaj input = x.copy();
      for (int i = 0; i < items; i++) {
        double factor = (kept >> i & 1) / 0.7;
        for (int user = 0; user < 9; user++) {
          input.set(user, i, factor * input.get(user, i));
        }
      }
      DMatrixRMaj residual = x.copy();
      CommonOps_DDRM.multAdd(-1, input, b, residual);
      expected += probability * squares(residual);
    }
    double objective = objective(training, b, options);
    assertEquals(expected, objective, Tolerances.FLOAT64 * expected);
  }

  /** EDLAE without dropout is EASE; RDLAE is EDLAE at one end of xi and DLAE at the other. */
  @Test
  void theModelsMeetBitForBit() {
    CsrMatrix training = SmallData.random(90, 150);
    assertSame(training, new Ease(5), new Edlae(5, 0));
    assertSame(training, new Edlae(5, 0.4), new Rdlae(5, 0.4, 0));
    assertSame(training, new Dlae(5, 0.4), new Rdlae(5, 0.4, 1));
  }

  private static void assertSame(CsrMatrix training, Linear one, Linear other) {
    assertArrayEquals(weights(training, one).data, weights(training, other).data);
  }

  /** A column of RDLAE is DLAE's, or EDLAE's times {@code 1 - xi} with xi on the diagonal. */
  @Test
  void rdlaeTakesItsColumnsFromTheOthers() {
    CsrMatrix training = SmallData.random(60, 20);
    DMatrixRMaj edlae = weights(training, new Edlae(3, 0.4));
    DMatrixRMaj dlae = weights(training, new Dlae(3, 0.4));
    DMatrixRMaj rdlae = weights(training, new Rdlae(3, 0.4, XI));
    for (int j = 0; j < 20; j++) {
      boolean constrained = dlae.get(j, j) > XI;
      for (int i = 0; i < 20; i++) {
        double ofEdlae = i == j ? XI : (1 - XI) * edlae.get(i, j);
        double expected = constrained ? ofEdlae : dlae.get(i, j);
        assertEquals(expected, rdlae.get(i, j), Tolerances.FLOAT32);
      }
    }
  }

  /** Two items that always come together, and one that comes with neither. */
  @Test
  void scoresAreTheHistoryTimesB() {
    CsrMatrix training = new CsrMatrix(3, new int[] {0, 2, 4, 5}, new int[] {0, 1, 0, 1, 2});
    LinearAutoencoder ease = fit(training, new Ease(1));
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

  @ParameterizedTest
  @MethodSource("models")
  void isTheSameFromItsParameters(Linear options) {
    CsrMatrix training = SmallData.random(30, 11);
    LinearAutoencoder model = fit(training, options);
    Parameters parameters = model.parameters();
    FittedBaseline read = FittedBaseline.of(options, parameters, 11);
    assertArrayEquals(SmallData.scores(model, training), SmallData.scores(read, training));
    assertThrows(IllegalArgumentException.class, () -> FittedBaseline.of(options, parameters, 12));
    assertThrows(
        IllegalArgumentException.class,
        () -> FittedBaseline.of(new BaselineOptions.Popularity(), parameters, 11));
  }

  /** An item's own weight is in its score, and not among its neighbours. */
  @Test
  void anItemIsNotNearestToItself() {
    CsrMatrix training = SmallData.random(60, 20);
    LinearAutoencoder dlae = fit(training, new Dlae(3, 0.4));
    List<Integer> nearest = dlae.nearest(0, 99).stream().map(Ranked::item).toList();
    assertEquals(19, nearest.size());
    assertFalse(nearest.contains(0));
    float[] scores = new float[20];
    dlae.score(new int[] {0}, scores);
    assertEquals((float) weights(dlae).get(0, 0), scores[0]);
    assertTrue(scores[0] > 0);
  }

  /** Of two equal columns float32 knows no difference, unless lambda makes one. */
  @Test
  void aLambdaThatFloat32CannotAddIsRefused() {
    CsrMatrix twins = new CsrMatrix(2, new int[] {0, 2, 4}, new int[] {0, 1, 0, 1});
    var error = assertThrows(ElboException.class, () -> fit(twins, new Ease(1e-12)));
    assertTrue(error.getMessage().contains("--l2) = 1.0E-12 is too small"), error.getMessage());
  }

  /** An index into a matrix of so many items would not even be an int. */
  @Test
  void nothingIsComputedOfWhatIsRefused() {
    CsrMatrix wide = new CsrMatrix(46_341, new int[] {0, 2}, new int[] {7, 46_340});
    var error = assertThrows(ElboException.class, () -> fit(wide, new Ease(1)));
    assertEquals(
        "ease needs 8,283 MiB for a matrix of 46,341 x 46,341 items, and an array of Java holds"
            + " 46,340 x 46,340; prepare the data with fewer items (--min-item-users), or take"
            + " --model sparse-rdlae, whose memory grows with the items and not with their square",
        error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatItWouldTake() {
    LinearAutoencoder.requireMemory(Baseline.EASE, 20_108, 2L << 30);
    var heap =
        assertThrows(
            ElboException.class,
            () -> LinearAutoencoder.requireMemory(Baseline.RDLAE, 20_108, 1L << 30));
    assertEquals(
        "rdlae needs 1,582 MiB for a matrix of 20,108 x 20,108 items, and Java may use 1,024 MiB;"
            + " give it more, as in ELBO_JAVA_OPTS=-Xmx1978m, prepare the data with fewer items"
            + " (--min-item-users), or take --model sparse-rdlae, whose memory grows with the"
            + " items and not with their square",
        heap.getMessage());
    var array =
        assertThrows(
            ElboException.class,
            () -> LinearAutoencoder.requireMemory(Baseline.EASE, 50_000, 1L << 40));
    assertTrue(array.getMessage().contains("50,000 x 50,000"), array.getMessage());
  }
}
