package dev.elbo.search;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * A CSV file with a line for each trial: its number, what its search says of it, every option, the
 * epoch that was kept, and every metric with its standard error; empty where there is none.
 *
 * @param columns names of what the search says of a trial
 * @param rows in the order of the lines
 */
record ResultsTable(List<String> columns, List<Row> rows) {

  /**
   * A line.
   *
   * @param trial what came of a trial
   * @param said what its search says of it, a text for each column
   */
  record Row(SearchTrial trial, List<String> said) {}

  /** The table of a search that says no more than what came of each trial. */
  static ResultsTable of(List<SearchTrial> trials) {
    return new ResultsTable(
        List.of(), trials.stream().map(trial -> new Row(trial, List.of())).toList());
  }

  /** Writes the file, whole or not at all. */
  void write(Path file) {
    AtomicFile.write(file, this::write);
  }

  private void write(OutputStream out) throws IOException {
    SequencedSet<String> options = new TreeSet<>();
    SequencedSet<String> metrics = new LinkedHashSet<>();
    rows.stream()
        .map(Row::trial)
        .sorted(Comparator.comparingInt(SearchTrial::trial))
        .forEach(
            trial -> {
              options.addAll(trial.run().byName().keySet());
              metrics.addAll(trial.validation().keySet());
            });
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
      var header = new ArrayList<>(List.of("trial"));
      header.addAll(columns);
      header.addAll(options);
      header.add("bestEpoch");
      metrics.forEach(metric -> header.addAll(List.of(metric, metric + " standard error")));
      csv.writeRecord(header);
      for (Row row : rows) {
        SearchTrial trial = row.trial;
        var line = new ArrayList<>(List.of(Integer.toString(trial.trial())));
        line.addAll(row.said);
        SequencedMap<String, String> values = trial.run().byName();
        options.forEach(option -> line.add(values.getOrDefault(option, "")));
        line.add(trial.error() == null ? Integer.toString(trial.bestEpoch()) : "");
        for (String metric : metrics) {
          Estimate estimate = trial.validation().get(metric);
          line.add(estimate == null ? "" : Double.toString(estimate.mean()));
          line.add(
              estimate == null || estimate.standardError() == null
                  ? ""
                  : estimate.standardError().toString());
        }
        csv.writeRecord(line);
      }
    }
  }
}
