package dev.elbo.cli.numerics;

import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import dev.elbo.report.Png;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The picture of a gradient check: the error over the step, on logarithmic axes. */
final class StepPlot {

  /** An error of 0 has no place on a logarithmic axis; this is below any rounding of float64. */
  private static final double ZERO = 1e-17;

  private StepPlot() {}

  /**
   * Draws curves.
   *
   * @param file a PNG
   * @param layer what was checked
   * @param dtype precision of the function
   * @param steps the steps
   * @param curves name to error at each step
   * @throws ElboException if Java cannot draw here, or the file cannot be written
   */
  static void write(
      Path file,
      String layer,
      GradcheckCommand.Precision dtype,
      List<Double> steps,
      Map<String, List<Double>> curves) {
    byte[] png = Png.of(() -> chart(layer, dtype, steps, curves), 1);
    AtomicFile.write(file, out -> out.write(png));
  }

  private static XYChart chart(
      String layer,
      GradcheckCommand.Precision dtype,
      List<Double> steps,
      Map<String, List<Double>> curves) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(600)
            .theme(ChartTheme.Matlab)
            .title("Gradient check of %s, %s".formatted(layer, dtype))
            .xAxisTitle("step h")
            .yAxisTitle("relative error of the gradient")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    curves.forEach(
        (name, errors) ->
            chart.addSeries(
                name, steps, errors.stream().map(error -> Math.max(ZERO, error)).toList()));
    return chart;
  }
}
