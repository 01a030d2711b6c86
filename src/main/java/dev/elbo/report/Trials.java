package dev.elbo.report;

import dev.elbo.report.Plot.Curve;
import dev.elbo.report.Plot.Look;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a metric depends on, over many models of the same data. */
final class Trials {

  private static final String AGAINST_LOSS = "Metric against loss";
  private static final String AGAINST_SIZES = "Metric against layer sizes";

  /** Error bars at the same place stand beside each other, by this share of the axis. */
  private static final double APART = 0.012;

  private Trials() {}

  /** The metric of each network over the loss of its kept epoch. */
  static Section againstLoss(ModelsOfData data) {
    List<ReportedModel> models =
        data.models().stream().filter(model -> model.kept().isPresent()).toList();
    if (data.metric().isEmpty()) {
      return Section.missing(AGAINST_LOSS, "No metric was measured of every model.");
    }
    if (models.size() < 2) {
      return Section.missing(
          AGAINST_LOSS,
          "It takes two models or more with recorded epochs; there %s here."
              .formatted(models.isEmpty() ? "is none" : "is one"));
    }
    String metric = data.metric().get();
    Map<String, List<ReportedModel>> byKind =
        models.stream()
            .collect(Collectors.groupingBy(ReportedModel::kind, TreeMap::new, Collectors.toList()));
    List<Curve> curves = new ArrayList<>();
    byKind.forEach(
        (kind, some) ->
            curves.add(
                new Curve(
                    kind,
                    Look.POINTS,
                    curves.size(),
                    some.stream().mapToDouble(model -> model.kept().get().loss()).toArray(),
                    some.stream().mapToDouble(model -> model.validation(metric).mean()).toArray(),
                    errors(some, metric))));
    ReportedModel least =
        models.stream().min(Comparator.comparingDouble(model -> model.kept().get().loss())).get();
    Plot plot =
        new Plot(
            "%s ± standard error against loss, %,d models".formatted(metric, models.size()),
            "Scatter chart: the best %s is %.4f, of %s with a loss of %.2f; the least loss is %.2f, of %s with %.4f."
                .formatted(
                    metric,
                    models.getFirst().validation(metric).mean(),
                    models.getFirst().name(),
                    models.getFirst().kept().get().loss(),
                    least.kept().get().loss(),
                    least.name(),
                    least.validation(metric).mean()),
            "training loss of the kept epoch",
            metric,
            null,
            false,
            curves);
    return Section.of(
        AGAINST_LOSS,
        Section.paragraph(
            "A lower loss need not rank better: it counts every item alike, and contains beta × KL"
                + " and weight decay."),
        plot.html().in("div", "class", "figures"));
  }

  /** How large a network's layers are. */
  private record Sizes(List<Integer> hidden, int latent) {

    /** A network's; of a model without such options, nothing. */
    static Optional<Sizes> of(ReportedModel model) {
      String hidden = model.option("hidden").orElse("");
      String latent = model.option("latent").orElse("");
      if (!hidden.matches("none|[0-9]{1,9}(,[0-9]{1,9})*") || !latent.matches("[0-9]{1,9}")) {
        return Optional.empty();
      }
      return Optional.of(
          new Sizes(
              hidden.equals("none")
                  ? List.of()
                  : Stream.of(hidden.split(",", -1)).map(Integer::valueOf).toList(),
              Integer.parseInt(latent)));
    }

    int units() {
      return hidden.stream().mapToInt(Integer::intValue).sum();
    }

    String layers() {
      return hidden.isEmpty()
          ? "no hidden layer"
          : hidden.stream().map(String::valueOf).collect(Collectors.joining("–")) + " hidden";
    }

    String latentUnits() {
      return latent + " latent";
    }
  }

  /** The best metric for each size of the layers. */
  static Section againstSizes(ModelsOfData data) {
    if (data.metric().isEmpty()) {
      return Section.missing(AGAINST_SIZES, "No metric was measured of every model.");
    }
    String metric = data.metric().get();
    // Models are ranked, so the first of a size is the best.
    Map<Sizes, ReportedModel> best = new LinkedHashMap<>();
    for (ReportedModel model : data.models()) {
      Sizes.of(model).ifPresent(sizes -> best.putIfAbsent(sizes, model));
    }
    if (best.size() < 2) {
      return Section.missing(
          AGAINST_SIZES,
          best.isEmpty()
              ? "No model here has layers."
              : "All networks here have layers of the same sizes; elbo search --latent 100,200"
                  + " makes others.");
    }
    boolean latent = best.keySet().stream().mapToInt(Sizes::latent).distinct().count() > 1;
    Plot plot = sizes(metric, best, latent);
    return Section.of(
        AGAINST_SIZES,
        Section.paragraph(
            "The best model of each size, whatever its other options; error bars are ± the standard"
                + " error. Points are set a little apart where they would cover each other."),
        plot.html().in("div", "class", "figures"));
  }

  private static Plot sizes(String metric, Map<Sizes, ReportedModel> best, boolean latent) {
    Map<String, List<Sizes>> series =
        best.keySet().stream()
            .sorted(Comparator.comparingInt(Sizes::units).thenComparingInt(Sizes::latent))
            .collect(
                Collectors.groupingBy(
                    latent ? Sizes::layers : Sizes::latentUnits,
                    LinkedHashMap::new,
                    Collectors.toList()));
    var range = best.keySet().stream().mapToInt(size -> along(size, latent)).summaryStatistics();
    double apart = APART * (range.getMax() - range.getMin());
    List<Curve> curves = new ArrayList<>();
    series.forEach(
        (name, some) -> {
          double shift = apart * (curves.size() - (series.size() - 1) / 2.0);
          List<ReportedModel> models = some.stream().map(best::get).toList();
          curves.add(
              new Curve(
                  name,
                  Look.POINTS_AND_LINE,
                  curves.size(),
                  some.stream().mapToDouble(size -> along(size, latent) + shift).toArray(),
                  models.stream().mapToDouble(model -> model.validation(metric).mean()).toArray(),
                  errors(models, metric)));
        });
    Map.Entry<Sizes, ReportedModel> top = best.entrySet().iterator().next();
    return new Plot(
        "%s against the layer sizes".formatted(metric),
        "Line chart with error bars: the best %s of %d sizes is %.4f, with %s and %s units."
            .formatted(
                metric,
                best.size(),
                top.getValue().validation(metric).mean(),
                top.getKey().layers(),
                top.getKey().latentUnits()),
        latent ? "latent units" : "hidden units of the encoder",
        metric,
        null,
        false,
        curves);
  }

  private static int along(Sizes sizes, boolean latent) {
    return latent ? sizes.latent() : sizes.units();
  }

  private static double[] errors(List<ReportedModel> models, String metric) {
    return models.stream()
        .map(model -> model.validation(metric))
        .mapToDouble(Values::error)
        .toArray();
  }
}
