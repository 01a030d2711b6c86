package dev.elbo.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.engine.EngineProvider;
import dev.elbo.io.Tensor;
import dev.elbo.verify.Difference;
import dev.elbo.verify.EngineTensors;
import dev.elbo.verify.GoldenCase;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds an engine to the golden tensors, each by name, in the order of computation. They come from
 * PyTorch and from NumPy, so an engine that passes agrees with two programs that are not Elbo.
 *
 * <p>The largest difference of each case is published as a report entry of JUnit, and stands in
 * every failure beside the first tensor that differs.
 */
public abstract class GoldenContract {

  /** What is given to the engine rather than computed by it. */
  private static final Set<String> INPUTS =
      Set.of(
          "input.indptr",
          "input.indices",
          "input.sequence",
          "input.values",
          "input.shape",
          "levels",
          "next",
          "window",
          "log_deviation",
          "mean_kl_of_steps",
          "gamma",
          "norm_epsilon",
          "mixture",
          "schedule",
          "mask",
          "epsilon",
          "draws",
          "expected_draws",
          "dropout",
          "beta",
          "weight_decay",
          "adam.learning_rate",
          "adam.beta1",
          "adam.beta2",
          "adam.epsilon",
          "held_out.indptr",
          "held_out.indices");

  /** The engine under test. */
  protected abstract EngineProvider provider();

  /**
   * How far a tensor may be off, see {@link GoldenCase#difference}; parameters after updates may be
   * off by their roundings as well.
   */
  protected abstract double tolerance();

  /** Largest relative error of one rounding. */
  protected abstract double unitRoundoff();

  /** Every engine gives its scores as float32, whatever it computes in. */
  private double tolerance(GoldenCase golden, String name) {
    return name.equals("scores")
        ? Math.max(tolerance(), 0x1p-24)
        : tolerance() + golden.rounding(name, unitRoundoff());
  }

  static Stream<GoldenCase> cases() {
    return GoldenCase.NAMES.stream().map(GoldenCase::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheGoldenTensors(GoldenCase golden, TestReporter reporter) {
    Optional<String> reason = provider().unavailable();
    assumeTrue(reason.isEmpty(), () -> reason.orElse(""));

    Optional<String> lacking = provider().lacking(golden.asked().outputs());
    assumeTrue(lacking.isEmpty(), () -> "the engine has no " + lacking.orElse(""));

    SequencedMap<String, Tensor> computed = EngineTensors.of(golden, provider(), 2);
    Set<String> expected = new LinkedHashSet<>(golden.tensors().keySet());
    expected.removeAll(INPUTS);
    expected.removeIf(name -> name.startsWith("old.")); // the encoder that the prior remembers
    assertEquals(expected, computed.keySet(), "each golden tensor is computed, and no other");

    Optional<String> first = Optional.empty();
    String worst = "";
    double largest = -1;
    for (String name : expected) {
      Difference difference = golden.difference(name, computed.get(name).float64());
      if (difference.relative() > largest) {
        largest = difference.relative();
        worst = words(name, difference);
      }
      if (first.isEmpty() && !(difference.relative() <= tolerance(golden, name))) {
        first = Optional.of(words(name, difference));
      }
    }
    reporter.publishEntry("largest difference", worst);
    if (first.isPresent()) {
      fail(
          "the first tensor that differs is %s%nthe largest difference is at %s"
              .formatted(first.get(), worst));
    }
  }

  private static String words(String name, Difference difference) {
    return "%s[%d]: expected %s, found %s, apart by %.2e, relative %.2e"
        .formatted(
            name,
            difference.at(),
            difference.expected(),
            difference.found(),
            difference.absolute(),
            difference.relative());
  }
}
