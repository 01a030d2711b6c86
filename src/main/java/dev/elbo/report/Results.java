package dev.elbo.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Metrics on the validation users, as tables with error bars. */
final class Results {

  private Results() {}

  /** All models of a data set. */
  static Section section(ModelsOfData data) {
    String order =
        data.metric()
            .map("The best by %s first."::formatted)
            .orElse("No metric was measured of every model, so they are in no order.");
    return Section.of(
        "Results",
        Section.paragraph(
            order
                + " Each is the mean over the validation users ± its standard error, at the epoch"
                + " that was kept; the bar is the 95 % interval, on the scale under the metric’s"
                + " name. The models are measured on the same users, so bars that overlap may"
                + " still be different: elbo compare tells."),
        table("Metrics on the validation users", data.models()));
  }

  private static Html table(String caption, List<ReportedModel> models) {
    List<Values> scales = scales(models);
    List<Html> columns = new ArrayList<>(List.of(Html.text("model"), Html.text("kind")));
    scales.forEach(scale -> columns.add(scale.header()));
    columns.add(Html.text("kept epoch"));
    Table table = new Table(caption, columns);
    for (ReportedModel model : models) {
      List<Html> cells = new ArrayList<>(List.of(Html.text(model.kind())));
      scales.forEach(scale -> cells.add(scale.cell(model.validation(scale.metric()))));
      cells.add(Html.text(keptEpoch(model)));
      table.add(Html.text(model.name()), cells);
    }
    return table.html();
  }

  private static List<Values> scales(List<ReportedModel> models) {
    return ReportedModel.metrics(models).stream()
        .map(
            metric ->
                Values.of(metric, models.stream().map(model -> model.validation(metric)).toList()))
        .toList();
  }

  private static String keptEpoch(ReportedModel model) {
    int kept = model.description().bestEpoch();
    if (kept == 0) {
      return "–";
    }
    return model.epochs().isEmpty()
        ? String.valueOf(kept)
        : "%d of %d".formatted(kept, model.epochs().size());
  }

  /** The best model of each kind of every data set. */
  static Html best(List<ModelsOfData> all, Map<String, String> names) {
    List<String> metrics =
        ReportedModel.metrics(all.stream().flatMap(data -> data.models().stream()).toList());
    List<Html> columns =
        new ArrayList<>(List.of(Html.text("data"), Html.text("kind"), Html.text("best model")));
    metrics.forEach(metric -> columns.add(Html.text(metric)));
    columns.add(Html.text("of"));
    Table table = new Table("The best model of each kind", columns);
    for (ModelsOfData data : all) {
      Map<String, Long> counts =
          data.models().stream()
              .collect(Collectors.groupingBy(ReportedModel::kind, Collectors.counting()));
      for (ReportedModel model : data.bestOfEachKind()) {
        List<Html> cells = new ArrayList<>();
        cells.add(Html.text(model.kind()));
        cells.add(Html.text(model.name()));
        metrics.forEach(metric -> cells.add(Values.number(model.validation(metric))));
        cells.add(Html.text("%,d".formatted(counts.get(model.kind()))));
        table.add(Html.text(names.get(data.sha256())), cells);
      }
    }
    return table.html();
  }
}
