package dev.elbo.search;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.elbo.ElboException;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.report.Png;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion;
import dev.elbo.train.EpochResult;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How the KL weight of a model was chosen, in the two stages of Liang et al. (2018), section 2.2.2:
 * a run in which beta rises to 1, and another one in which it rises as fast, but stops at the beta
 * of the first one's best epoch.
 *
 * @param criterion what says which epoch is the best
 * @param annealed epochs of the first run
 * @param cap beta of its best epoch
 * @param capped epochs of the second run
 */
record BetaSearch(
    Criterion criterion, List<EpochResult> annealed, double cap, List<EpochResult> capped) {

  /** The folder of the first run, beside the model of the second. */
  static final String ANNEALED = "annealed";

  static final String CSV = "beta.csv";
  static final String PICTURE = "beta.png";

  private static final int WIDTH = 800;
  private static final int HEIGHT = 450;

  private static final Color BLUE = new Color(0x1f77b4);
  private static final Color ORANGE = new Color(0xd95f02);
  private static final BasicStroke LINE = new BasicStroke(2);
  private static final BasicStroke DASHES =
      new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {4, 3}, 0);

  /** The beta that the first run ends its best epoch with. */
  static double cap(Progress annealed) {
    return annealed.best().orElseThrow().beta();
  }

  /**
   * Writes every epoch of both runs as a table, and as a picture if Java can draw here.
   *
   * @param note is told if it cannot
   */
  void write(Path dir, Consumer<String> note) {
    AtomicFile.write(dir.resolve(CSV), this::writeTable);
    try {
      byte[] png = Png.of(this::chart, /* scale= */ 1);
      AtomicFile.write(dir.resolve(PICTURE), out -> out.write(png));
    } catch (ElboException e) {
      note.accept("There is no picture beside %s: %s".formatted(dir.resolve(CSV), e.getMessage()));
    }
  }

  private void writeTable(OutputStream out) throws IOException {
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
      csv.writeRecord(
          "run", "epoch", "beta", criterion.name(), criterion.name() + " standard error");
      writeLines(csv, ANNEALED, annealed);
      writeLines(csv, "capped", capped);
    }
  }

  private void writeLines(CsvWriter csv, String run, List<EpochResult> epochs) {
    for (EpochResult epoch : epochs) {
      Estimate value = epoch.validation().get(criterion.name());
      csv.writeRecord(
          run,
          Integer.toString(epoch.epoch()),
          Double.toString(epoch.beta()),
          Double.toString(value.mean()),
          value.standardError() == null ? "" : value.standardError().toString());
    }
  }

  private XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .theme(ChartTheme.XChart)
            .xAxisTitle("epoch")
            .yAxisTitle("validation " + criterion.name())
            .build();
    chart.setYAxisGroupTitle(1, "beta");
    chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    chart.getStyler().setYAxisMin(1, 0.0).setYAxisMax(1, 1.0);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    chart.getStyler().setXAxisMaxLabelCount(10);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisDecimalPattern("0.00");
    String to = "beta to %.2f";
    add(chart, criterion.name() + ", beta to 1", BLUE, 0, annealed, criterion::of);
    add(chart, "beta to 1", BLUE, 1, annealed, EpochResult::beta);
    add(chart, criterion.name() + ", " + to.formatted(cap), ORANGE, 0, capped, criterion::of);
    add(chart, to.formatted(cap) + " ", ORANGE, 1, capped, EpochResult::beta);
    return chart;
  }

  private static void add(
      XYChart chart,
      String name,
      Color colour,
      int axis,
      List<EpochResult> epochs,
      ToDoubleFunction<EpochResult> value) {
    XYSeries series =
        chart.addSeries(
            name,
            epochs.stream().mapToDouble(EpochResult::epoch).toArray(),
            epochs.stream().mapToDouble(value).toArray());
    series.setYAxisGroup(axis);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(axis == 0 ? LINE : DASHES);
  }
}
