package dev.elbo.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.random.Noise;
import dev.elbo.reference.objective.SampledLogits;
import dev.elbo.testing.Tolerances;
import dev.elbo.train.Sampling.LogUniform;
import dev.elbo.train.Sampling.Popularity;
import dev.elbo.train.Sampling.Proposal;
import dev.elbo.train.Sampling.Uniform;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutputSamplerTest {

  private static final int ITEMS = 60;
  private static final int DRAWS = 20;
  private static final int UPDATES = 2000;

  /** How many users have each item: few have most of them, and two have none. */
  private static final int[] USERS =
      IntStream.range(0, ITEMS).map(i -> i % 30 == 7 ? 0 : 1 + 900 / (1 + i * 7 % ITEMS)).toArray();

  static List<Proposal> proposals() {
    return List.of(new Uniform(), new Popularity(0.75), new Popularity(1), new LogUniform());
  }

  private static Outputs.Sampled draw(Proposal proposal, int update) {
    Outputs drawn =
        new OutputSampler(new Sampling(DRAWS, proposal), USERS).draw(Noise.of(3, update));
    return assertInstanceOf(Outputs.Sampled.class, drawn);
  }

  /** The mean of {@code Z'} over many updates, for users with no item, some, and all but one. */
  @ParameterizedTest
  @MethodSource("proposals")
  void theDenominatorIsRightOnAverage(Proposal proposal) {
    DMatrixRMaj logits = RandomValues.dense(1, ITEMS, new SplittableRandom(5));
    double exact = Arrays.stream(logits.data).map(Math::exp).sum();
    for (int own : new int[] {0, 25, ITEMS - 1}) {
      int[] items = IntStream.range(0, own).toArray();
      CsrMatrix x = new CsrMatrix(ITEMS, new int[] {0, own}, items);
      double sum = 0;
      double squares = 0;
      for (int update = 0; update < UPDATES; update++) {
        DMatrixRMaj s = SampledLogits.of(logits, x, draw(proposal, update));
        double z = Arrays.stream(s.data).map(Math::exp).sum();
        sum += z;
        squares += z * z;
      }
      double mean = sum / UPDATES;
      double variance = squares / UPDATES - mean * mean;
      double error = Tolerances.STANDARD_ERRORS * Math.sqrt(Math.max(variance, 0) / UPDATES);
      assertEquals(exact, mean, error + exact * Tolerances.FLOAT64, own + " items");
    }
  }

  /** Within less than 2 in every update, since the points are one in each of equal shares. */
  @ParameterizedTest
  @MethodSource("proposals")
  void itemsAreDrawnAboutAsOftenAsIsExpected(Proposal proposal) {
    double[] total = new double[ITEMS];
    double[] expected = {};
    for (int update = 0; update < UPDATES; update++) {
      Outputs.Sampled drawn = draw(proposal, update);
      expected = Arrays.stream(drawn.logExpected()).map(Math::exp).toArray();
      assertEquals(DRAWS, Arrays.stream(drawn.counts()).sum());
      int[] counts = new int[ITEMS];
      for (int n = 0; n < drawn.items().length; n++) {
        counts[drawn.items()[n]] = drawn.counts()[n];
      }
      for (int i = 0; i < ITEMS; i++) {
        assertTrue(Math.abs(counts[i] - expected[i]) < 2, "item " + i);
        total[i] += counts[i];
      }
    }
    assertEquals(DRAWS, Arrays.stream(expected).sum(), Tolerances.FLOAT64 * ITEMS);
    for (int i = 0; i < ITEMS; i++) { // the variance of a count is at most that of two coins
      double error = Tolerances.STANDARD_ERRORS * Math.sqrt(0.5 / UPDATES);
      assertEquals(expected[i], total[i] / UPDATES, error, "item " + i);
    }
  }

  @Test
  void proposalsAreWhatTheyAreCalled() {
    int[] users = {3, 0, 16, 3};
    assertArrayEquals(new double[] {1, 1, 1, 1}, new Uniform().weights(users));
    assertArrayEquals(new double[] {3, 1, 16, 3}, new Popularity(1).weights(users));
    assertEquals(8, new Popularity(0.75).weights(users)[2], Tolerances.FLOAT64);
    double[] zipf = new LogUniform().weights(users); // ranks 1, 3, 0, 2
    double sum = Arrays.stream(zipf).sum();
    int[] rank = {1, 3, 0, 2};
    for (int i = 0; i < users.length; i++) {
      double expected = (Math.log(rank[i] + 2) - Math.log(rank[i] + 1)) / Math.log(5);
      assertEquals(expected, zipf[i] / sum, Tolerances.FLOAT64, "item " + i);
    }
  }

  @Test
  void drawsAreAFunctionOfTheNoise() {
    Outputs.Sampled first = draw(new Uniform(), 1);
    assertArrayEquals(first.items(), draw(new Uniform(), 1).items());
    assertFalse(Arrays.equals(first.items(), draw(new Uniform(), 2).items()));
    OutputSampler sampler = new OutputSampler(new Sampling(DRAWS, new Uniform()), USERS);
    Outputs whole = sampler.draw(Noise.of(3, 1).scaled(0.1).withoutDropout());
    assertArrayEquals(first.items(), ((Outputs.Sampled) whole).items(), "without dropout");
  }

  @Test
  void asManyAsThereAreStandForAll() {
    for (int draws : new int[] {ITEMS, ITEMS + 1, Integer.MAX_VALUE}) {
      OutputSampler sampler = new OutputSampler(new Sampling(draws, Popularity.USUAL), USERS);
      assertEquals(new Outputs.All(), sampler.draw(Noise.of(3, 1)));
    }
  }

  @Test
  void refusesWhatIsNoNumberOfItemsAndNoPower() {
    assertThrows(IllegalArgumentException.class, () -> new Sampling(0, new Uniform()));
    for (double power : new double[] {-0.1, 2.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Popularity(power));
    }
  }
}
