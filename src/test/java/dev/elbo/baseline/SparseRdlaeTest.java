package dev.elbo.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.linalg.Workers;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.BaselineOptions.Dlae;
import dev.elbo.model.BaselineOptions.Ease;
import dev.elbo.model.BaselineOptions.Edlae;
import dev.elbo.model.BaselineOptions.Linear;
import dev.elbo.model.BaselineOptions.Rdlae;
import dev.elbo.model.Parameters;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear autoencoder through regressions on a few items each: derived at {@link SparseRdlae}. */
class SparseRdlaeTest {

  /** So many users that each two of the items have one in common. */
  private static final CsrMatrix DENSE = SmallData.random(500, 30);

  /** Of items some of which have no user in common; of several tasks' columns. */
  private static final CsrMatrix SPARSE =
      SmallData.random(70, 140).select(IntStream.range(0, 9).toArray());

  private static SparseRdlae fit(CsrMatrix training, BaselineOptions.SparseRdlae options) {
    try (Workers workers = new Workers(2)) {
      return SparseRdlae.fit(training, options, workers);
    }
  }

  private static BaselineOptions.SparseRdlae sparse(Linear options, int neighbours) {
    return new BaselineOptions.SparseRdlae(
        options.l2(), options.dropout(), options.xi(), neighbours);
  }

  static List<Linear> models() {
    return List.of(new Ease(3), new Edlae(3, 0.4), new Dlae(3, 0.4), new Rdlae(3, 0.4, 0.4));
  }

  /** V, {@code [I, I]}. */
  private static DMatrixRMaj factor(SparseRdlae model) {
    Parameters parameters = model.parameters();
    int items = model.items();
    int[] indptr = parameters.int32("V.indptr", items + 1);
    int[] indices = parameters.int32("V.indices", indptr[items]);
    float[] values = parameters.float32("V.values", indptr[items]);
    var v = new DMatrixRMaj(items, items);
    for (int j = 0; j < items; j++) {
      for (int n = indptr[j]; n < indptr[j + 1]; n++) {
        v.set(j, indices[n], values[n]);
      }
    }
    return v;
  }

  /** B, by what each item alone adds to the scores. */
  private static DMatrixRMaj weights(FittedBaseline model) {
    var b = new DMatrixRMaj(model.items(), model.items());
    for (int i = 0; i < model.items(); i++) {
      float[] row = new float[model.items()];
      model.score(new int[] {i}, row);
      for (int j = 0; j < row.length; j++) {
        b.set(i, j, row[j]);
      }
    }
    return b;
  }

  private static DMatrixRMaj dense(CsrMatrix training, Linear options) {
    try (Workers workers = new Workers(1)) {
      var model = LinearAutoencoder.fit(Gram.once(training), options, workers);
      int items = training.columns();
      return new DMatrixRMaj(items, items, true, model.parameters().float64("B"));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void withAllNeighboursItIsTheDenseModel(Linear options) {
    DMatrixRMaj expected = dense(DENSE, options);
    for (int neighbours : List.of(29, 30, 1000)) {
      DMatrixRMaj actual = weights(fit(DENSE, sparse(options, neighbours)));
      assertArrayEquals(expected.data, actual.data, Tolerances.FLOAT32);
    }
  }

  /** {@code A = G + diag(gamma)} in float64. */
  private static DMatrixRMaj penalised(CsrMatrix training, Linear options) {
    DMatrixRMaj a = gram(training);
    for (int i = 0; i < a.numCols; i++) {
      a.add(i, i, gamma(a.get(i, i), options));
    }
    return a;
  }

  private static DMatrixRMaj gram(CsrMatrix training) {
    DMatrixRMaj x = SmallData.dense(training);
    var gram = new DMatrixRMaj(x.numCols, x.numCols);
    CommonOps_DDRM.multTransA(x, x, gram);
    return gram;
  }

  private static double gamma(double users, Linear options) {
    return options.l2() + options.dropout() / (1 - options.dropout()) * users;
  }

  /** An item, and those with more users, or as many and a lower number, that are most like it. */
  private static int[] places(DMatrixRMaj gram, int j, int k) {
    double users = gram.get(j, j);
    return IntStream.concat(
            IntStream.of(j),
            IntStream.range(0, gram.numCols)
                .filter(i -> gram.get(i, i) > users || (gram.get(i, i) == users && i < j))
                .filter(i -> gram.get(i, j) > 0)
                .boxed()
                .sorted(
                    Comparator.comparingDouble(
                        // float32, as it is compared: what is equal there is equal
                        i -> -(float) (gram.get(i, j) / Math.sqrt(gram.get(i, i) * users))))
                .limit(k)
                .mapToInt(i -> i))
        .sorted()
        .toArray();
  }

  /**
   * The definition in float64: a row of V from the inverse of a small matrix each, and B from that.
   * Also where an item has fewer neighbours than it might have.
   */
  @ParameterizedTest
  @MethodSource("models")
  void isTheClosedFormWithAnInverseOfRegressions(Linear options) {
    DMatrixRMaj a = penalised(SPARSE, options);
    DMatrixRMaj gram = gram(SPARSE);
    int items = SPARSE.columns();
    var v = new DMatrixRMaj(items, items);
    for (int j = 0; j < items; j++) {
      int[] places = places(gram, j, 6);
      var few = new DMatrixRMaj(places.length, places.length);
      CommonOps_DDRM.extract(a, places, places.length, places, places.length, few);
      assertTrue(CommonOps_DDRM.invert(few));
      int own = Arrays.binarySearch(places, j);
      for (int n = 0; n < places.length; n++) {
        v.set(j, places[n], few.get(n, own) / Math.sqrt(few.get(own, own)));
      }
    }
    SparseRdlae model = fit(SPARSE, sparse(options, 6));
    assertArrayEquals(v.data, factor(model).data, Tolerances.FLOAT32, "V");
    var c = new DMatrixRMaj(items, items);
    CommonOps_DDRM.multTransA(v, v, c);
    double[] b = new double[items * items];
    for (int j = 0; j < items; j++) {
      double gamma = gamma(gram.get(j, j), options);
      boolean constrained = 1 - gamma * c.get(j, j) > options.xi();
      double scale = constrained ? (1 - options.xi()) / c.get(j, j) : gamma;
      for (int i = 0; i < items; i++) {
        b[i * items + j] = (i == j ? 1 : 0) - c.get(i, j) * scale;
      }
    }
    assertArrayEquals(b, weights(model).data, Tolerances.FLOAT32, "B");
  }

  /** {@code diag(V A V') = 1}, however few neighbours there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 12})
  void aRowOfTheFactorHasTheLengthOne(int neighbours) {
    Linear options = new Edlae(3, 0.4);
    DMatrixRMaj v = factor(fit(DENSE, sparse(options, neighbours)));
    DMatrixRMaj product = new DMatrixRMaj(30, 30);
    CommonOps_DDRM.mult(v, penalised(DENSE, options), product);
    for (int j = 0; j < 30; j++) {
      double length = 0;
      for (int i = 0; i < 30; i++) {
        length += product.get(j, i) * v.get(j, i);
      }
      assertEquals(1, length, Tolerances.FLOAT32);
    }
  }

  /** {@code ||I - A V'V||}: what is left out matters less, the more neighbours there are. */
  @Test
  void moreNeighboursAreCloserToTheInverse() {
    double last = Double.POSITIVE_INFINITY;
    for (int neighbours : List.of(1, 4, 10, 29)) {
      DMatrixRMaj v = factor(fit(DENSE, sparse(new Ease(3), neighbours)));
      var c = new DMatrixRMaj(30, 30);
      CommonOps_DDRM.multTransA(v, v, c);
      DMatrixRMaj rest = CommonOps_DDRM.identity(30);
      CommonOps_DDRM.multAdd(-1, penalised(DENSE, new Ease(3)), c, rest);
      double distance = NormOps_DDRM.normF(rest);
      assertTrue(distance < last, neighbours + " neighbours: " + distance);
      last = distance;
    }
    assertEquals(0, last, 30 * Tolerances.FLOAT32); // products of 30 terms
  }

  @Test
  void isTheSameFromItsParametersAndForAnyNumberOfThreads() {
    var options = new BaselineOptions.SparseRdlae(5, 0.3, 0.2, 8);
    SparseRdlae model = fit(SPARSE, options);
    float[][] scores = SmallData.scores(model, SPARSE);
    FittedBaseline read = FittedBaseline.of(options, model.parameters(), 140);
    assertArrayEquals(scores, SmallData.scores(read, SPARSE));
    try (Workers one = new Workers(1)) {
      assertArrayEquals(scores, SmallData.scores(SparseRdlae.fit(SPARSE, options, one), SPARSE));
    }
    assertThrows(
        IllegalArgumentException.class, () -> FittedBaseline.of(options, model.parameters(), 141));
  }

  @Test
  void scoresAreTheHistoryTimesBAndAnItemIsNotNearestToItself() {
    SparseRdlae dlae = fit(DENSE, sparse(new Dlae(3, 0.4), 4));
    DMatrixRMaj b = weights(dlae);
    float[] scores = new float[30];
    dlae.score(new int[] {2, 7}, scores);
    for (int j = 0; j < 30; j++) {
      assertEquals(b.get(2, j) + b.get(7, j), scores[j], Tolerances.FLOAT32);
    }
    assertTrue(b.get(2, 2) > 0);
    List<Ranked> nearest = dlae.nearest(2, 2);
    assertEquals(2, nearest.size());
    assertTrue(nearest.stream().noneMatch(ranked -> ranked.item() == 2));
    assertTrue(nearest.getFirst().score() >= nearest.getLast().score());
  }

  /** Of two equal columns float32 knows no difference, unless lambda makes one. */
  @Test
  void aLambdaThatFloat32CannotAddIsRefused() {
    CsrMatrix twins = new CsrMatrix(2, new int[] {0, 2, 4}, new int[] {0, 1, 0, 1});
    var error = assertThrows(ElboException.class, () -> fit(twins, sparse(new Ease(1e-12), 1)));
    assertTrue(error.getMessage().contains("--l2) = 1.0E-12 is too small"), error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatItWouldTake() {
    SparseRdlae.requireMemory(1_000_000, 100, 3L << 30);
    var heap =
        assertThrows(
            ElboException.class, () -> SparseRdlae.requireMemory(1_000_000, 100, 2L << 30));
    assertEquals(
        "sparse-rdlae needs 2,697 MiB for 101,000,000 numbers, 101 for each of 1,000,000 items, and"
            + " Java may use 2,048 MiB; give it more, as in ELBO_JAVA_OPTS=-Xmx3372m, or take fewer"
            + " --neighbours",
        heap.getMessage());
    var array =
        assertThrows(
            ElboException.class, () -> SparseRdlae.requireMemory(1_000_000, 3000, 1L << 40));
    assertTrue(array.getMessage().contains("3,001,000,000 numbers"), array.getMessage());
  }
}
