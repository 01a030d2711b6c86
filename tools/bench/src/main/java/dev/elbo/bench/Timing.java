package dev.elbo.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How long one contestant took.
 *
 * @param name the contestant
 * @param runs number of timed runs
 * @param fastest duration of the fastest run, in seconds
 * @param median median, in seconds
 * @param lowerQuartile a quarter of the runs took at most this, in seconds
 * @param upperQuartile three quarters of the runs took at most this, in seconds
 */
public record Timing(
    String name,
    int runs,
    double fastest,
    double median,
    double lowerQuartile,
    double upperQuartile) {

  /**
   * Summarises runs.
   *
   * @param name the contestant
   * @param seconds the duration of each run, at least one. Not modified.
   */
  static Timing of(String name, double... seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Timing(
        name,
        sorted.length,
        sorted[0],
        quantile(sorted, 0.5),
        quantile(sorted, 0.25),
        quantile(sorted, 0.75));
  }

  /** The one with the smallest median. */
  static Timing fastest(List<Timing> timings) {
    return timings.stream().min(Comparator.comparingDouble(Timing::median)).orElseThrow();
  }

  /** A table of timings in milliseconds, in Markdown. */
  static List<String> table(List<Timing> timings) {
    var lines = new ArrayList<String>();
    lines.add("| contestant | median | quartiles | runs |");
    lines.add("|---|---:|---:|---:|");
    for (Timing t : timings) {
      lines.add(
          "| %s | %.1f | %.1f to %.1f | %d |"
              .formatted(
                  t.name, 1e3 * t.median, 1e3 * t.lowerQuartile, 1e3 * t.upperQuartile, t.runs));
    }
    return lines;
  }

  /** Between the two nearest order statistics, linearly: definition 7 of Hyndman and Fan (1996). */
  private static double quantile(double[] sorted, double p) {
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
