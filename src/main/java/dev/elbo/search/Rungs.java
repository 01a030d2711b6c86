package dev.elbo.search;

import dev.elbo.train.RunOptions;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far trials are trained before the worse ones are given up: at each rung the best third goes
 * on, three times as far (successive halving: Jamieson and Talwalkar 2016, "Non-stochastic Best Arm
 * Identification and Hyperparameter Optimization"; with {@code eta = 3} as Li et al. 2018,
 * "Hyperband").
 *
 * @param epochs the epoch that each rung trains to, in rising order; the last is that of the whole
 *     run, and of a baseline, which is fitted in one go, there is one rung of 0 epochs
 */
record Rungs(List<Integer> epochs) {

  /** Eta: of so many trials one goes on, so many times as far. */
  static final int ETA = 3;

  /** The first rung is then 1/27 of the whole run: earlier, epochs say little of what comes. */
  private static final int MOST = 4;

  /**
   * The rungs of a run: its epochs, and a third, a ninth and a 27th of them, each rounded up to
   * whole rounds of its recipe; one that is as far as the next is left out.
   */
  static Rungs of(RunOptions run) {
    return switch (run) {
      case RunOptions.OfBaseline _ -> new Rungs(List.of(0));
      case RunOptions.OfNetwork network ->
          of(network.training().epochs(), network.training().recipe().round());
    };
  }

  static Rungs of(int epochs, int round) {
    return new Rungs(
        IntStream.iterate(MOST - 1, rung -> rung >= 0, rung -> rung - 1)
            .map(rung -> Math.ceilDiv(epochs, power(rung) * round) * round)
            .map(rounded -> Math.min(rounded, epochs))
            .distinct()
            .boxed()
            .toList());
  }

  private static int power(int exponent) {
    return IntStream.range(0, exponent).reduce(1, (product, _) -> product * ETA);
  }

  /** Number of rungs. */
  int size() {
    return epochs.size();
  }

  /**
   * How many of so many trials go on from one rung to the next: a third, and one at least of any.
   */
  static int kept(int trials) {
    return trials == 0 ? 0 : Math.max(1, trials / ETA);
  }

  /**
   * The share of its time that a bracket spends on its first rung. Any other rung trains a third of
   * the trials for three times the epochs, of which a third was done before: it takes 2/3 of the
   * time of the first.
   */
  double shareOfFirst() {
    return 1 / (1 + (size() - 1) * (1 - 1.0 / ETA));
  }
}
