package dev.elbo.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The options of the runs, kind by kind: those that differ, and those that are the same for all.
 */
final class OptionTables {

  private OptionTables() {}

  static Section section(ModelsOfData data) {
    Map<String, List<ReportedModel>> byKind =
        data.models().stream()
            .collect(
                Collectors.groupingBy(
                    ReportedModel::kind, LinkedHashMap::new, Collectors.toList()));
    List<Html> tables = new ArrayList<>();
    byKind.forEach((kind, models) -> tables.add(tables(kind, models)));
    return Section.of("Options", tables.toArray(Html[]::new));
  }

  private static Html tables(String kind, List<ReportedModel> models) {
    SortedSet<String> all = new TreeSet<>();
    models.forEach(model -> all.addAll(model.description().run().byName().keySet()));
    List<String> differing = all.stream().filter(option -> differs(option, models)).toList();
    Html heading = Html.text(kind).in("h4");
    if (differing.isEmpty()) {
      return Html.lines(heading, same(kind, models, all).html());
    }
    all.removeAll(differing);
    List<Html> columns = new ArrayList<>(List.of(Html.text("model")));
    differing.forEach(option -> columns.add(Html.text(option)));
    Table table = new Table("Options of %s that differ".formatted(kind), columns);
    for (ReportedModel model : models) {
      table.add(
          Html.text(model.name()),
          differing.stream().map(option -> Html.text(value(model, option))).toList());
    }
    return Html.lines(
        heading,
        table.html(),
        Html.lines(
                Html.text("The same for all %,d".formatted(models.size())).in("summary"),
                same(kind, models, all).html())
            .in("details"));
  }

  private static boolean differs(String option, List<ReportedModel> models) {
    return models.stream().map(model -> value(model, option)).distinct().count() > 1;
  }

  private static String value(ReportedModel model, String option) {
    return model.option(option).orElse("–");
  }

  private static Table same(String kind, List<ReportedModel> models, SortedSet<String> options) {
    String whose =
        models.size() == 1 ? "Options of " + models.getFirst().name() : "Options of every " + kind;
    Table table = new Table(whose, List.of(Html.text("option"), Html.text("value")));
    for (String option : options) {
      table.add(Html.text(option), List.of(Html.text(value(models.getFirst(), option))));
    }
    return table;
  }
}
