package dev.elbo.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A picture of curves and points. It is as wide as a phone, so that its words are as large as those
 * around it.
 *
 * @param title what it shows
 * @param alt what there is to see, for those who do not see it
 * @param x what lies along the horizontal axis, with its unit
 * @param y what lies along the vertical axis, with its unit
 * @param right what lies along a second vertical axis; null for none
 * @param logarithmic whether the horizontal axis is
 * @param curves what is drawn, the first at the bottom
 */
record Plot(
    String title,
    String alt,
    String x,
    String y,
    String right,
    boolean logarithmic,
    List<Curve> curves) {

  private static final int WIDTH = 400;
  private static final int HEIGHT = 250;

  /** Pixels for each of CSS: screens of today have two or three. */
  private static final int SCALE = 2;

  private static final int TICKS_APART = 60;

  /** Up to as many whole numbers along the horizontal axis have each a label. */
  private static final int LABELLED = 12;

  private static final String TICKS = "#,##0.######";

  private static final BasicStroke DASHES =
      new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4, 3}, 0);

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  /** The same as paths around (11, 6). */
  private static final String[] KEYS = {
    "M7 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
    "M7.5 2.5h7v7h-7z",
    "M11 1l5 5l-5 5l-5-5z",
    "M11 2l4.5 8h-9z"
  };

  /** How a curve is drawn. */
  enum Look {
    LINE,
    /** For what the others are compared with. */
    DASHED,
    POINTS,
    POINTS_AND_LINE,
    /** What lies within the errors around the curve; it is not in the legend. */
    BAND,
    /** Like a line, but with the axis on the right. */
    LINE_ON_THE_RIGHT
  }

  /**
   * One series.
   *
   * @param name its name in the legend
   * @param look how it is drawn
   * @param colour number of its colour, from 0; they repeat
   * @param x along the horizontal axis
   * @param y along the vertical axis
   * @param error half the length of each error bar; null for none
   */
  record Curve(String name, Look look, int colour, double[] x, double[] y, double[] error) {

    Curve {
      colour %= Theme.colours();
    }

    boolean isDashed() {
      return look == Look.DASHED;
    }

    boolean hasPoints() {
      return look == Look.POINTS || look == Look.POINTS_AND_LINE;
    }

    int marker() {
      return colour % MARKERS.length;
    }

    /** Its line and marker, for the legend. */
    Html key() {
      List<Html> parts = new ArrayList<>();
      if (look != Look.POINTS) {
        parts.add(Html.NOTHING.in("path", "class", isDashed() ? "dashes" : "line", "d", "M1 6H21"));
      }
      if (hasPoints()) {
        parts.add(Html.NOTHING.in("path", "d", KEYS[marker()]));
      }
      return Html.lines(parts)
          .in(
              "svg",
              "class",
              isDashed() ? "key" : "key series-" + colour,
              "width",
              "22",
              "height",
              "12",
              "aria-hidden",
              "true");
    }
  }

  Html html() {
    Html light =
        Html.empty(
            "img",
            "src",
            uri(Theme.LIGHT),
            "alt",
            alt,
            "width",
            String.valueOf(WIDTH),
            "height",
            String.valueOf(HEIGHT));
    Html dark =
        Html.empty("source", "media", "(prefers-color-scheme: dark)", "srcset", uri(Theme.DARK));
    return Html.lines(
            Html.text(title).in("figcaption"), Html.lines(dark, light).in("picture"), legend())
        .in("figure");
  }

  private Html legend() {
    List<Html> entries =
        curves.stream()
            .filter(curve -> curve.look != Look.BAND)
            .map(curve -> curve.key().then(Html.text(" " + curve.name)).in("li"))
            .toList();
    return entries.size() < 2 ? Html.NOTHING : Html.lines(entries).in("ul", "class", "legend");
  }

  private String uri(Theme theme) {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(Png.of(() -> chart(theme), SCALE));
  }

  private XYChart chart(Theme theme) {
    XYChart chart = new XYChart(WIDTH, HEIGHT);
    theme.style(chart.getStyler());
    chart.setXAxisTitle(x);
    chart.setYAxisTitle(y);
    chart.getStyler().setXAxisLogarithmic(logarithmic);
    chart.getStyler().setXAxisTickMarkSpacingHint(TICKS_APART);
    chart.getStyler().setYAxisTickMarkSpacingHint(TICKS_APART * 2 / 3);
    chart.getStyler().setXAxisDecimalPattern(logarithmic ? "#,##0" : TICKS);
    chart.getStyler().setYAxisDecimalPattern(TICKS);
    if (right != null) {
      chart.setYAxisGroupTitle(1, right);
      chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    }
    for (Curve curve : curves) {
      add(curve, chart, theme);
    }
    if (!hasFewWholeNumbers()) {
      addUnseen(chart);
    }
    return chart;
  }

  private boolean hasFewWholeNumbers() {
    return along().distinct().count() <= LABELLED && along().allMatch(x -> x == Math.rint(x));
  }

  private DoubleStream along() {
    return curves.stream().flatMapToDouble(curve -> DoubleStream.of(curve.x));
  }

  /**
   * Adds a point that is not drawn: where values are equally spaced, as two always are, XChart
   * labels these instead of round numbers.
   */
  private void addUnseen(XYChart chart) {
    var range = along().summaryStatistics();
    double x = range.getMin() + (range.getMax() - range.getMin()) / Math.E;
    double y = curves.getFirst().y[0];
    chart.addSeries("unseen", new double[] {x}, new double[] {y}).setMarker(SeriesMarkers.NONE);
  }

  private static void add(Curve curve, XYChart chart, Theme theme) {
    if (curve.look == Look.BAND) {
      addBand(curve, chart, theme);
      return;
    }
    XYSeries series = chart.addSeries(curve.name, curve.x, curve.y, curve.error);
    series.setXYSeriesRenderStyle(
        curve.look == Look.POINTS ? XYSeriesRenderStyle.Scatter : XYSeriesRenderStyle.Line);
    series.setLineStyle(
        curve.isDashed()
            ? DASHES
            : new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setLineColor(curve.isDashed() ? theme.quiet() : theme.series().get(curve.colour));
    series.setMarkerColor(theme.series().get(curve.colour));
    series.setMarker(curve.hasPoints() ? MARKERS[curve.marker()] : SeriesMarkers.NONE);
    series.setYAxisDecimalPattern(TICKS);
    series.setYAxisGroup(curve.look == Look.LINE_ON_THE_RIGHT ? 1 : 0);
  }

  /** A polygon: above the curve to the right, and back below it. */
  private static void addBand(Curve curve, XYChart chart, Theme theme) {
    int last = curve.x.length - 1;
    double[] there = new double[curve.x.length];
    double[] back = new double[curve.x.length];
    Arrays.setAll(there, n -> curve.y[n] + curve.error[n]);
    Arrays.setAll(back, n -> curve.y[last - n] - curve.error[last - n]);
    double[] xBack = new double[curve.x.length];
    Arrays.setAll(xBack, n -> curve.x[last - n]);
    XYSeries series = chart.addSeries(curve.name, joined(curve.x, xBack), joined(there, back));
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    series.setFillColor(theme.band(curve.colour));
    series.setLineColor(theme.band(curve.colour));
    series.setLineWidth(0);
    series.setMarker(SeriesMarkers.NONE);
  }

  private static double[] joined(double[] one, double[] other) {
    return Stream.of(one, other).flatMapToDouble(DoubleStream::of).toArray();
  }
}
