package dev.elbo.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.knowm.xchart.style.XYStyler;

/**
 * The colours of a page, for pictures; those of its text are in report.css.
 *
 * @param text of what is read first
 * @param quiet of what is read next, and of what others are compared with
 * @param grid of lines in the background
 * @param series of the series by their numbers
 */
record Theme(Color text, Color quiet, Color grid, List<Color> series) {

  static final Theme LIGHT =
      of(0x1c2530, 0x5b6673, 0xe3e7ec, 0x1f6fb2, 0xc8590b, 0x1a8a62, 0x9b3a8f, 0x8a6d00, 0x55606e);
  static final Theme DARK =
      of(0xe8ecf1, 0x9aa5b1, 0x30363f, 0x6db3f0, 0xf29a54, 0x5ccb9f, 0xdd8fd3, 0xd9bd4a, 0xb4bec9);

  /** Transparent, so that a picture stands on the page's own colour. */
  private static final Color NONE = new Color(0, true);

  private static final int BAND_ALPHA = 48;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  private static Theme of(int text, int quiet, int grid, int... series) {
    return new Theme(
        new Color(text),
        new Color(quiet),
        new Color(grid),
        IntStream.of(series).mapToObj(Color::new).toList());
  }

  /** The colours of series, for legends: declarations of {@code --series-0} and so on. */
  static String css() {
    return ":root {%s }%n@media (prefers-color-scheme: dark) { :root {%s } }%n"
        .formatted(LIGHT.declarations(), DARK.declarations());
  }

  private String declarations() {
    return IntStream.range(0, series.size())
        .mapToObj(
            number ->
                " --series-%d: #%06x;".formatted(number, series.get(number).getRGB() & 0xffffff))
        .collect(Collectors.joining());
  }

  /** How many colours of series there are. */
  static int colours() {
    return LIGHT.series.size();
  }

  /** The colour of a series, to see through. */
  Color band(int number) {
    return new Color(BAND_ALPHA << 24 | (series.get(number).getRGB() & 0xffffff), true);
  }

  /** Gives a chart this look. */
  void style(XYStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setBaseFont(FONT);
    styler.setChartFontColor(text);
    styler.setChartTitleVisible(false);
    styler.setChartBackgroundColor(NONE);
    styler.setChartPadding(4);
    styler.setPlotBackgroundColor(NONE);
    styler.setPlotBorderVisible(false);
    styler.setPlotContentSize(0.95);
    styler.setPlotMargin(0);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(grid);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAxisTitleFont(FONT);
    styler.setAxisTickLabelsFont(FONT);
    styler.setAxisTickLabelsColor(quiet);
    styler.setAxisTickMarksColor(quiet);
    styler.setAxisTicksLineVisible(false);
    styler.setAxisTicksMarksVisible(false);
    styler.setXAxisTitleColor(text);
    styler.setYAxisTitleColor(text);
    styler.setErrorBarsColorSeriesColor(true);
    styler.setLegendVisible(false); // It is in the page, where it wraps and is read aloud.
    styler.setMarkerSize(7);
  }
}
