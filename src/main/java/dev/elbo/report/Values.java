package dev.elbo.report;

import dev.elbo.eval.Estimate;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * The values of one metric, and a scale that all of them fit on with their intervals: a number in
 * each cell of a table, and below it a dot and a bar.
 *
 * @param metric the metric's name
 * @param low where the scale begins
 * @param high where it ends
 */
record Values(String metric, double low, double high) {

  /** A normal distribution has 95 % of its mass within as many standard deviations. */
  private static final double NORMAL_95 = 1.96;

  private static final int WIDTH = 112;
  private static final int HEIGHT = 10;
  private static final int RADIUS = 3;

  /**
   * A scale for some values.
   *
   * @param metric the metric's name
   * @param values the values; null for a model that has none
   */
  static Values of(String metric, List<Estimate> values) {
    double[] ends =
        values.stream()
            .filter(Objects::nonNull)
            .flatMapToDouble(value -> DoubleStream.of(end(value, -1), end(value, 1)))
            .toArray();
    return new Values(
        metric, DoubleStream.of(ends).min().orElse(0), DoubleStream.of(ends).max().orElse(0));
  }

  /** Its standard error; 0 if it has none. */
  static double error(Estimate value) {
    return value.standardError() == null ? 0 : value.standardError();
  }

  private static double end(Estimate value, int side) {
    return value.mean() + side * NORMAL_95 * error(value);
  }

  /** The header of the column: the metric, and what the bars' scale spans. */
  Html header() {
    return Html.text(metric)
        .then(Html.text("%.3f – %.3f".formatted(low, high)).in("small", "class", "scale"));
  }

  /** A cell; of null, a dash. */
  Html cell(Estimate value) {
    return value == null ? number(null) : number(value).then(bar(value));
  }

  /** A value and its standard error, as far as there are any; of null, a dash. */
  static Html number(Estimate value) {
    if (value == null) {
      return Html.text("–");
    }
    Html mean = Html.text("%.4f".formatted(value.mean())).in("strong");
    return value.standardError() == null
        ? mean
        : mean.then(Html.text(" ± %.4f".formatted(value.standardError())).in("small"));
  }

  private Html bar(Estimate value) {
    String middle = String.valueOf(HEIGHT / 2);
    Html scale =
        Html.NOTHING.in("path", "class", "track", "d", "M0 %sH%d".formatted(middle, WIDTH));
    Html interval =
        Html.NOTHING.in(
            "line", "x1", at(end(value, -1)), "x2", at(end(value, 1)), "y1", middle, "y2", middle);
    Html dot =
        Html.NOTHING.in(
            "circle", "cx", at(value.mean()), "cy", middle, "r", String.valueOf(RADIUS));
    return Html.lines(scale, interval, dot)
        .in(
            "svg",
            "class",
            "bar",
            "width",
            String.valueOf(WIDTH),
            "height",
            String.valueOf(HEIGHT),
            "aria-hidden",
            "true");
  }

  private String at(double value) {
    double share = high > low ? (value - low) / (high - low) : 0.5;
    return "%.1f".formatted(RADIUS + share * (WIDTH - 2 * RADIUS));
  }
}
