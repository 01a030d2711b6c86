package dev.elbo.report;

import dev.elbo.eval.Estimate;
import dev.elbo.report.Plot.Curve;
import dev.elbo.report.Plot.Look;
import dev.elbo.train.EpochResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What happened epoch by epoch. */
final class Training {

  private static final String TITLE = "Training";

  private Training() {}

  static Section section(ModelsOfData data) {
    if (data.trained().isEmpty()) {
      return Section.missing(
          TITLE,
          "No model here has recorded epochs: a baseline is fitted in one go, and a network’s are"
              + " in checkpoint.safetensors beside it.");
    }
    List<Html> parts = new ArrayList<>();
    parts.add(
        Section.paragraph(
            "Loss = NLL + beta × KL (+ weight decay), in nats per user; of AutoRec and MFAE, the"
                + " squared error (+ weight decay): means over the epoch’s users, each measured"
                + " with noise and before the update that it is in. Of a search, the best trial is"
                + " shown."));
    shown(data).forEach(model -> parts.add(curves(model)));
    return Section.of(TITLE, parts.toArray(Html[]::new));
  }

  /** Models that were given, and the best of each search. */
  private static List<ReportedModel> shown(ModelsOfData data) {
    Set<String> searches = new HashSet<>();
    return data.trained().stream()
        .filter(model -> model.search().isEmpty() || searches.add(model.search().get()))
        .toList();
  }

  private static Html curves(ReportedModel model) {
    Html heading = heading(model);
    if (model.epochs().size() == 1) {
      return Html.lines(heading, numbers(model)); // A curve of one point is not to be seen.
    }
    List<Html> figures = new ArrayList<>(List.of(loss(model).html(), divergence(model)));
    // The metric that the kept epoch was chosen by comes first; without validation there is none.
    model.epochs().getFirst().validation().keySet().stream()
        .findFirst()
        .ifPresent(metric -> figures.add(metric(model, metric).html()));
    if (model.epochs().stream().mapToDouble(EpochResult::learningRate).distinct().count() > 1) {
      figures.add(learningRate(model).html());
    }
    return Html.lines(
        heading,
        Html.lines(figures).in("div", "class", "figures"),
        Html.lines(Html.text("Every epoch in numbers").in("summary"), numbers(model))
            .in("details"));
  }

  private static Html heading(ReportedModel model) {
    Html name = Html.text(model.name()).in("h4");
    return model
        .startedFrom()
        .map(words -> Html.lines(name, Section.paragraph("Started from " + words + ".")))
        .orElse(name);
  }

  private static Plot loss(ReportedModel model) {
    return new Plot(
        model.hasSquaredError() ? "Loss and squared error" : "Loss and negative log-likelihood",
        alt("loss", model, EpochResult::loss),
        "epoch",
        model.hasSquaredError() ? "sum of squares per row" : "nats per user",
        null,
        false,
        List.of(
            curve("loss", Look.LINE, 0, model, EpochResult::loss),
            curve(dataTerm(model), Look.LINE, 1, model, EpochResult::nll)));
  }

  private static String dataTerm(ReportedModel model) {
    return model.hasSquaredError() ? "error" : "NLL";
  }

  private static Html divergence(ReportedModel model) {
    if (model.epochs().stream().allMatch(epoch -> epoch.kl() == 0)) {
      return Section.missing(
              "",
              "No KL and no beta: the latent layer of %s is not a distribution."
                  .formatted(model.kind()))
          .content();
    }
    return new Plot(
            "KL divergence and its weight beta",
            alt("KL", model, EpochResult::kl) + " " + alt("beta", model, EpochResult::beta),
            "epoch",
            "nats per user",
            "beta",
            false,
            List.of(
                curve("KL", Look.LINE, 2, model, EpochResult::kl),
                curve("beta (right)", Look.LINE_ON_THE_RIGHT, 3, model, EpochResult::beta)))
        .html();
  }

  private static Plot metric(ReportedModel model, String metric) {
    ToDoubleFunction<EpochResult> mean = epoch -> epoch.validation().get(metric).mean();
    Curve curve = curve("mean", Look.LINE, 0, model, mean);
    double[] errors =
        model.epochs().stream()
            .mapToDouble(epoch -> Values.error(epoch.validation().get(metric)))
            .toArray();
    List<Curve> curves = new ArrayList<>();
    if (model.epochs().size() > 1) {
      curves.add(new Curve("± standard error", Look.BAND, 0, curve.x(), curve.y(), errors));
    }
    curves.add(curve);
    model
        .kept()
        .ifPresent(
            kept ->
                curves.add(
                    new Curve(
                        "kept: epoch " + kept.epoch(),
                        Look.POINTS,
                        1,
                        new double[] {kept.epoch()},
                        new double[] {mean.applyAsDouble(kept)},
                        null)));
    return new Plot(
        "%s ± standard error, validation".formatted(metric),
        alt(metric, model, mean),
        "epoch",
        metric,
        null,
        false,
        curves);
  }

  private static Plot learningRate(ReportedModel model) {
    return new Plot(
        "Learning rate in the last update of each epoch",
        alt("learning rate", model, EpochResult::learningRate),
        "epoch",
        "learning rate",
        null,
        false,
        List.of(curve("learning rate", Look.LINE, 2, model, EpochResult::learningRate)));
  }

  private static Curve curve(
      String name,
      Look look,
      int colour,
      ReportedModel model,
      ToDoubleFunction<EpochResult> value) {
    return new Curve(
        name,
        look,
        colour,
        model.epochs().stream().mapToDouble(EpochResult::epoch).toArray(),
        model.epochs().stream().mapToDouble(value).toArray(),
        null);
  }

  private static String alt(String what, ReportedModel model, ToDoubleFunction<EpochResult> value) {
    EpochResult first = model.epochs().getFirst();
    EpochResult last = model.epochs().getLast();
    return "Line chart: %s of %s goes from %.4g after epoch %d to %.4g after epoch %d."
        .formatted(
            what,
            model.name(),
            value.applyAsDouble(first),
            first.epoch(),
            value.applyAsDouble(last),
            last.epoch());
  }

  private static Html numbers(ReportedModel model) {
    List<String> metrics = List.copyOf(model.epochs().getFirst().validation().keySet());
    List<Html> columns = new ArrayList<>();
    for (String name : List.of("epoch", "loss", dataTerm(model), "KL", "beta", "seconds")) {
      columns.add(Html.text(name));
    }
    metrics.forEach(metric -> columns.add(Html.text(metric)));
    Table table = new Table("Epochs of " + model.name(), columns);
    for (EpochResult epoch : model.epochs()) {
      List<Html> cells = new ArrayList<>();
      for (double value : new double[] {epoch.loss(), epoch.nll(), epoch.kl()}) {
        cells.add(Html.text("%.3f".formatted(value)));
      }
      cells.add(Html.text("%.4f".formatted(epoch.beta())));
      cells.add(Html.text("%.1f".formatted(epoch.seconds())));
      for (String metric : metrics) {
        Estimate estimate = epoch.validation().get(metric);
        cells.add(Html.text(estimate == null ? "–" : "%.4f".formatted(estimate.mean())));
      }
      table.add(Html.text(String.valueOf(epoch.epoch())), cells);
    }
    return table.html();
  }
}
