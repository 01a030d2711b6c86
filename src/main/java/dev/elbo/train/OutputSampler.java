package dev.elbo.train;

import dev.elbo.engine.Outputs;
import dev.elbo.random.Noise;
import java.util.Arrays;

/**
 * Draws the outputs of updates. Thread-safe.
 *
 * <p>The unit interval is cut into a piece for each item, as long as the item is likely, and into
 * {@code m} equal shares; of each share one point is drawn, and the item that has it. An item's
 * piece of length {@code q} is hit {@code m q} times on average, as if the {@code m} points fell
 * anywhere; but the number of hits differs from that by less than 2, so a popular item is drawn
 * about as often as it is to be, and the estimate of the softmax's denominator varies less.
 */
public final class OutputSampler {

  private final int samples;

  /** Where each item's piece ends, {@code [I]}. */
  private final double[] end;

  /** {@code log(m q)} of each item, {@code [I]}. */
  private final double[] logExpected;

  /**
   * @param sampling how many are drawn, and from what
   * @param users how many training users have each item, {@code [I]}
   */
  public OutputSampler(Sampling sampling, int[] users) {
    samples = sampling.sampledItems();
    double[] weights = sampling.proposal().weights(users);
    end = weights.clone();
    for (int i = 1; i < end.length; i++) {
      end[i] += end[i - 1];
    }
    double total = end[end.length - 1];
    logExpected = new double[weights.length];
    for (int i = 0; i < end.length; i++) {
      end[i] /= total;
      logExpected[i] = StrictMath.log(samples * (weights[i] / total));
    }
  }

  /**
   * The outputs of one update: all, if as many are asked for.
   *
   * @param noise draws the points
   */
  public Outputs draw(Noise noise) {
    if (samples >= end.length) {
      return new Outputs.All();
    }
    int[] draws = new int[samples];
    for (int t = 0; t < samples; t++) {
      int found = Arrays.binarySearch(end, (t + noise.uniform(t)) / samples);
      draws[t] = Math.min(found < 0 ? -found - 1 : found + 1, end.length - 1);
    }
    return Outputs.Sampled.of(draws, logExpected);
  }
}
