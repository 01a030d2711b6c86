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

  /** The options of a model's run, by name. */
  private record Run(String model, Map<String, String> options) {
    Run(ReportedModel model) {
      this(model.name(), model.description().run().byName());
    }

    String value(String option) {
      return options.getOrDefault(option, "–");
    }
  }

  static Section section(ModelsOfData data) {
    Map<String, List<ReportedModel>> byKind =
        data.models().stream()
            .collect(
                Collectors.groupingBy(
                    ReportedModel::kind, LinkedHashMap::new, Collectors.toList()));
    List<Html> tables = new ArrayList<>();
    byKind.forEach(
        (kind, models) -> tables.add(tables(kind, models.stream().map(Run::new).toList())));
    return Section.of("Options", tables.toArray(Html[]::new));
  }

  private static Html tables(String kind, List<Run> runs) {
    SortedSet<String> all = new TreeSet<>();
    runs.forEach(run -> all.addAll(run.options().keySet()));
    List<String> differing = all.stream().filter(option -> differs(option, runs)).toList();
    Html heading = Html.text(kind).in("h4");
    if (differing.isEmpty()) {
      return Html.lines(heading, same(kind, runs, all).html());
    }
    all.removeAll(differing);
    List<Html> columns = new ArrayList<>(List.of(Html.text("model")));
    differing.forEach(option -> columns.add(Html.text(option)));
    Table table = new Table("Options of %s that differ".formatted(kind), columns);
    for (Run run : runs) {
      table.add(
          Html.text(run.model()),
          differing.stream().map(option -> Html.text(run.value(option))).toList());
    }
    return Html.lines(
        heading,
        table.html(),
        Html.lines(
                Html.text("The same for all %,d".formatted(runs.size())).in("summary"),
                same(kind, runs, all).html())
            .in("details"));
  }

  private static boolean differs(String option, List<Run> runs) {
    return runs.stream().map(run -> run.value(option)).distinct().count() > 1;
  }

  private static Table same(String kind, List<Run> runs, SortedSet<String> options) {
    String whose =
        runs.size() == 1 ? "Options of " + runs.getFirst().model() : "Options of every " + kind;
    Table table = new Table(whose, List.of(Html.text("option"), Html.text("value")));
    for (String option : options) {
      table.add(Html.text(option), List.of(Html.text(runs.getFirst().value(option))));
    }
    return table;
  }
}
