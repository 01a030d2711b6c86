package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.model.Initialization.Biases;
import dev.elbo.model.Initialization.Weights;
import dev.elbo.random.Philox;
import dev.elbo.testing.States;
import dev.elbo.testing.Tolerances;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mean, variance and largest value of what is drawn. */
class InitializationTest {

  private static final int DRAWS = 20_000;
  private static final int IN = 50;
  private static final int OUT = 30;

  private static double[] draws(ToDoubleFunction<RandomGenerator> draw) {
    Philox random = Philox.stream(3, Philox.Purpose.INITIALIZATION, 0);
    return DoubleStream.generate(() -> draw.applyAsDouble(random)).limit(DRAWS).toArray();
  }

  /** The variance of a variance is at most that of normal values, {@code 2 v^2 / n}. */
  private static void assertDistribution(double[] draws, double variance, double largest) {
    double mean = Arrays.stream(draws).average().orElseThrow();
    double squares = Arrays.stream(draws).map(x -> x * x).average().orElseThrow();
    assertEquals(0, mean, Tolerances.STANDARD_ERRORS * Math.sqrt(variance / DRAWS));
    assertEquals(variance, squares, Tolerances.STANDARD_ERRORS * variance * Math.sqrt(2.0 / DRAWS));
    double max = Arrays.stream(draws).map(Math::abs).max().orElseThrow();
    assertTrue(max <= largest, () -> max + " is beyond " + largest);
    assertTrue(max > 0.95 * Math.min(largest, 3 * Math.sqrt(variance)), () -> max + " is small");
  }

  @ParameterizedTest
  @CsvSource({
    // sqrt(6 / 80), a third of its square; 2 / 80; 1 / sqrt(50)
    "xavier-uniform, 0.025, 0.27386128",
    "xavier-normal, 0.025, Infinity",
    "pytorch, 0.0066666667, 0.14142136"
  })
  void weights(String name, double variance, double largest) {
    Weights weights = Weights.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    assertEquals(name, weights.toString());
    assertDistribution(draws(random -> weights.draw(random, IN, OUT)), variance, largest);
  }

  @ParameterizedTest
  @CsvSource({
    // A normal value cut at two deviations has 0.7737413 of the variance.
    "truncated-normal, 7.737413e-7, 0.002",
    "normal, 1e-6, Infinity",
    "pytorch, 0.0066666667, 0.14142136"
  })
  void biases(String name, double variance, double largest) {
    Biases biases = Biases.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    assertEquals(name, biases.toString());
    assertDistribution(draws(random -> biases.draw(random, IN)), variance, largest);
  }

  @Test
  void zeroBiases() {
    assertArrayEquals(new double[DRAWS], draws(random -> Biases.ZERO.draw(random, IN)));
  }

  @Test
  void parametersAreDrawnAsAsked() {
    Model model = new ModelOptions(Architecture.MULT_DAE, List.of(), 4, 0.5, 0).model(9);
    Initialization other = new Initialization(Weights.PYTORCH, Biases.ZERO);
    Parameters parameters = Parameters.initial(model, 1, other);
    assertArrayEquals(new double[4], parameters.float64("q_layers.0.bias"));
    for (double w : parameters.float64("p_layers.0.weight")) {
      assertTrue(Math.abs(w) <= 0.5, "1 / sqrt(4)");
    }
    States.assertClose(
        "initial",
        Parameters.initial(model, 1),
        Parameters.initial(model, 1, Initialization.LIANG),
        0);
  }
}
