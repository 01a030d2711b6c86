package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.io.Tensor;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Parameters;
import dev.elbo.random.Philox;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Implicit ALS: derived at {@link Ials}. */
class IalsTest {

  private static final CsrMatrix TRAINING = SmallData.random(60, 35);

  /** A power that is neither 0 nor 1, so that a wrong one shows. */
  private static final double POWER = 0.6;

  private static BaselineOptions.Ials options(int latent, double power, int epochs) {
    return new BaselineOptions.Ials(latent, 0.2, 0.05, power, epochs, /* seed= */ 3);
  }

  private static Ials fit(CsrMatrix training, BaselineOptions.Ials options, int threads) {
    try (Workers workers = new Workers(threads)) {
      return Ials.fit(training, options, workers);
    }
  }

  /** One side's vectors given the other's, {@code [rows, d]}. */
  private static float[] solved(CsrMatrix observed, float[] given, BaselineOptions.Ials options) {
    float[] solved = new float[observed.rows() * options.latent()];
    try (Workers workers = new Workers(2)) {
      NormalEquations.given(options, given, workers).solve(observed, solved, workers);
    }
    return solved;
  }

  private static float[] vectors(Ials model, int d) {
    return model.parameters().float32("items", model.items(), d);
  }

  /** Vectors as large as they become: normal values with the deviation {@code 1 / sqrt(d)}. */
  private static float[] random(int rows, int d) {
    var random = Philox.stream(7, Philox.Purpose.INITIALIZATION, rows);
    float[] vectors = new float[rows * d];
    for (int n = 0; n < vectors.length; n++) {
      vectors[n] = (float) (random.nextGaussian() / Math.sqrt(d));
    }
    return vectors;
  }

  private static DMatrixRMaj float64(float[] vectors, int d) {
    var matrix = new DMatrixRMaj(vectors.length / d, d);
    for (int n = 0; n < vectors.length; n++) {
      matrix.data[n] = vectors[n];
    }
    return matrix;
  }

  /**
   * One side's vectors in float64 as weighted least squares with all zeros, without H'H: row x has
   * the weights {@code c = alpha_0 + x}, and {@code (H' diag(c) H + penalty I) w = H' x}.
   */
  private static DMatrixRMaj leastSquares(
      CsrMatrix observed, float[] given, BaselineOptions.Ials options, double power) {
    int d = options.latent();
    DMatrixRMaj h = float64(given, d);
    DMatrixRMaj x = SmallData.dense(observed);
    var vectors = new DMatrixRMaj(observed.rows(), d);
    for (int row = 0; row < observed.rows(); row++) {
      double weights = 0;
      var weighted = h.copy();
      var right = new DMatrixRMaj(d, 1);
      for (int column = 0; column < x.numCols; column++) {
        double weight = options.unobservedWeight() + x.get(row, column);
        weights += weight;
        for (int k = 0; k < d; k++) {
          weighted.set(column, k, weight * h.get(column, k));
          right.add(k, 0, x.get(row, column) * h.get(column, k));
        }
      }
      var left = CommonOps_DDRM.identity(d);
      CommonOps_DDRM.scale(options.l2() * Math.pow(weights, power), left);
      CommonOps_DDRM.multAddTransA(h, weighted, left);
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(d);
      assertTrue(solver.setA(left));
      var solution = new DMatrixRMaj(d, 1);
      solver.solve(right, solution);
      System.arraycopy(solution.data, 0, vectors.data, row * d, d);
    }
    return vectors;
  }

  /** f of {@link Ials}, pair by pair. */
  private static double objective(
      CsrMatrix training, DMatrixRMaj w, DMatrixRMaj h, BaselineOptions.Ials options) {
    DMatrixRMaj x = SmallData.dense(training);
    var scores = new DMatrixRMaj(x.numRows, x.numCols);
    CommonOps_DDRM.multTransB(w, h, scores);
    double sum = 0;
    for (int n = 0; n < x.data.length; n++) {
      double error = 1 - scores.data[n];
      sum += x.data[n] * error * error;
      sum += options.unobservedWeight() * scores.data[n] * scores.data[n];
    }
    return sum
        + penalties(training, w, x.numCols, options)
        + penalties(training.transposed(), h, x.numRows, options);
  }

  private static double penalties(
      CsrMatrix observed, DMatrixRMaj vectors, int others, BaselineOptions.Ials options) {
    double sum = 0;
    for (int row = 0; row < vectors.numRows; row++) {
      double weights = observed.size(row) + options.unobservedWeight() * others;
      double squares = 0;
      for (int k = 0; k < vectors.numCols; k++) {
        squares += vectors.get(row, k) * vectors.get(row, k);
      }
      sum += options.l2() * Math.pow(weights, options.frequencyPower()) * squares;
    }
    return sum;
  }

  /** Around the widths of blocks (32), strips (64), and of what is multiplied at a time (256). */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 0",
    "9, 5, 3, 1",
    "60, 35, 32, 0.6",
    "50, 80, 65, 1",
    "10, 1000, 130, 0.5",
    "40, 9, 20, 2"
  })
  void everyVectorIsThatOfItsRowsLeastSquares(int users, int items, int d, double power) {
    CsrMatrix training = SmallData.random(users, items);
    var options = options(d, power, 1);
    float[] given = random(items, d);
    DMatrixRMaj expected = leastSquares(training, given, options, power);
    DMatrixRMaj actual = float64(solved(training, given, options), d);
    assertArrayEquals(expected.data, actual.data, Tolerances.FLOAT32);
  }

  /** Were it taken for 1, or for 0, or were the unobserved not counted, vectors would be others. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void aWrongPowerOfTheFrequenciesShows(double wrong) {
    var options = options(8, POWER, 1);
    float[] given = random(35, 8);
    DMatrixRMaj other = leastSquares(TRAINING, given, options, wrong);
    DMatrixRMaj actual = float64(solved(TRAINING, given, options), 8);
    assertTrue(NormOps_DDRM.normP2(minus(other, actual)) > 100 * Tolerances.FLOAT32);
  }

  private static DMatrixRMaj minus(DMatrixRMaj left, DMatrixRMaj right) {
    var difference = new DMatrixRMaj(left.numRows, left.numCols);
    CommonOps_DDRM.subtract(left, right, difference);
    return difference;
  }

  /**
   * f has no slope at a solved vector, in any of its directions. The difference quotient of a
   * quadratic function is exact for any step; what is left is the rounding of the vector.
   */
  @Test
  void theGradientOfASolvedVectorIsZero() {
    int d = 6;
    var options = options(d, POWER, 1);
    float[] h = random(35, d);
    DMatrixRMaj w = float64(solved(TRAINING, h, options), d);
    DMatrixRMaj items = float64(h, d);
    double step = 0.1;
    for (int n = 0; n < w.data.length; n++) {
      double solved = w.data[n];
      w.data[n] = solved + step;
      double above = objective(TRAINING, w, items, options);
      w.data[n] = solved - step;
      double below = objective(TRAINING, w, items, options);
      w.data[n] = solved;
      double curvature =
          (above + below - 2 * objective(TRAINING, w, items, options)) / (step * step);
      assertTrue(curvature > 0);
      assertEquals(0, (above - below) / (2 * step), curvature * Tolerances.FLOAT32);
    }
  }

  /** The steps of {@link Ials#fit}, one by one; and they are its steps. */
  @ParameterizedTest
  @CsvSource({"1, 0", "5, 0.6", "40, 1"})
  void neitherHalfOfAnEpochRaisesTheObjective(int d, double power) {
    int epochs = 6;
    var options = options(d, power, epochs);
    CsrMatrix byItem = TRAINING.transposed();
    float[] h = Ials.initial(35, options);
    double before = Double.POSITIVE_INFINITY;
    for (int epoch = 0; epoch < epochs; epoch++) {
      float[] w = solved(TRAINING, h, options);
      double between = objective(TRAINING, float64(w, d), float64(h, d), options);
      assertTrue(between < before, between + " after " + before);
      h = solved(byItem, w, options);
      before = objective(TRAINING, float64(w, d), float64(h, d), options);
      assertTrue(before < between, before + " after " + between);
    }
    assertArrayEquals(h, vectors(fit(TRAINING, options, 2), d));
  }

  /** Users who were not trained on get the vector that training would give them. */
  @Test
  void aHistoryIsScoredByItsLeastSquares() {
    int d = 12;
    var options = options(d, POWER, 4);
    Ials model = fit(TRAINING, options, 2);
    float[] h = vectors(model, d);
    for (CsrMatrix users : List.of(TRAINING, SmallData.random(20, 35))) {
      var expected = new DMatrixRMaj(users.rows(), 35);
      CommonOps_DDRM.multTransB(leastSquares(users, h, options, POWER), float64(h, d), expected);
      float[][] scores = SmallData.scores(model, users);
      for (int user = 0; user < users.rows(); user++) {
        for (int item = 0; item < 35; item++) {
          assertEquals(expected.get(user, item), scores[user][item], Tolerances.FLOAT32);
        }
      }
    }
  }

  /** What an epoch would give to a training user, and what scores it, are the same to the bit. */
  @Test
  void foldingInIsTheStepOfTraining() {
    int d = 12;
    var options = options(d, POWER, 2);
    Ials model = fit(TRAINING, options, 2);
    float[] h = vectors(model, d);
    float[] w = solved(TRAINING, h, options);
    float[][] scores = SmallData.scores(model, TRAINING);
    float[] lanes = new float[Rows.LANES];
    for (int user = 0; user < TRAINING.rows(); user++) {
      for (int item = 0; item < 35; item++) {
        assertEquals(Rows.dot(h, item * d, w, user * d, d, lanes), scores[user][item]);
      }
    }
  }

  @Test
  void isTheSameFromItsParametersAndForAnyNumberOfThreads() {
    var options = options(40, 1, 3);
    Ials model = fit(TRAINING, options, 2);
    Parameters parameters = model.parameters();
    for (int threads : new int[] {1, 3}) {
      Parameters others = fit(TRAINING, options, threads).parameters();
      assertArrayEquals(parameters.float32("items", 35, 40), others.float32("items", 35, 40));
      assertArrayEquals(parameters.float32("gram", 40, 40), others.float32("gram", 40, 40));
    }
    FittedBaseline read = FittedBaseline.of(options, parameters, 35);
    assertArrayEquals(SmallData.scores(model, TRAINING), SmallData.scores(read, TRAINING));
    assertThrows(IllegalArgumentException.class, () -> FittedBaseline.of(options, parameters, 34));
    assertThrows(
        IllegalArgumentException.class, () -> FittedBaseline.of(options(39, 1, 3), parameters, 35));
  }

  /** Item 1 is like item 0, item 2 is its opposite, and item 3, of no length, is like nothing. */
  @Test
  void theNearestItemsHaveTheLargestCosine() {
    float[] items = {1, 0, 5, 0, -2, 0, 0, 0, 3, 4};
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("items", new Tensor.Float32(new int[] {5, 2}, items));
    tensors.put("gram", new Tensor.Float32(new int[] {2, 2}, new float[] {39, 12, 12, 16}));
    FittedBaseline model = FittedBaseline.of(options(2, 1, 1), new Parameters(tensors), 5);
    assertEquals(
        List.of(new Ranked(1, 1), new Ranked(4, 0.6f), new Ranked(3, 0), new Ranked(2, -1)),
        model.nearest(0, 4));
  }

  @Test
  void whoHasNothingHasNoVector() {
    var options = options(5, 1, 2);
    CsrMatrix training = new CsrMatrix(3, new int[] {0, 2, 2, 3}, new int[] {0, 1, 0});
    Ials model = fit(training, options, 1);
    assertArrayEquals(new float[5], Arrays.copyOfRange(vectors(model, 5), 10, 15));
    assertArrayEquals(new float[3], SmallData.scores(model, training)[1]);
  }

  /** More unknowns than items leave nothing but lambda on some pivots. */
  @Test
  void aLambdaTooSmallForFloat32IsNamed() {
    var options = new BaselineOptions.Ials(40, 1, 1e-30, 1, 2, 3);
    var error = assertThrows(ElboException.class, () -> fit(TRAINING, options, 2));
    assertEquals(
        "lambda (--l2) = 1.0E-30 is too small for vectors of 40 numbers in float32; take a larger"
            + " one",
        error.getMessage());
  }

  @Test
  void aPenaltyTooLargeForFloat32IsNamed() {
    var options = new BaselineOptions.Ials(3, 1, 0.01, 60, 2, 3);
    var error = assertThrows(ElboException.class, () -> fit(TRAINING, options, 2));
    assertTrue(error.getMessage().contains("(--frequency-power) 60.0"), error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatItWouldTake() {
    Ials.requireMemory(1_000_000, 100_000, 128, 1L << 30);
    var heap =
        assertThrows(
            ElboException.class, () -> Ials.requireMemory(1_000_000, 100_000, 128, 1L << 29));
    assertEquals(
        "ials needs 537 MiB for 1,100,000 vectors of 128 numbers, and Java may use 512 MiB; give it"
            + " more, as in ELBO_JAVA_OPTS=-Xmx671m, or take a smaller --latent",
        heap.getMessage());
    var array =
        assertThrows(
            ElboException.class, () -> Ials.requireMemory(17_000_000, 100_000, 128, 1L << 40));
    assertTrue(array.getMessage().contains("17,000,000 vectors of 128"), array.getMessage());
    assertThrows(ElboException.class, () -> Ials.requireMemory(600, 300, 50_000, 1L << 40), "H'H");
  }
}
