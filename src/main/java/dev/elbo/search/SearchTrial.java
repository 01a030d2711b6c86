package dev.elbo.search;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.elbo.eval.Estimate;
import dev.elbo.io.AtomicFile;
import dev.elbo.train.Criterion;
import dev.elbo.train.RunOptions;
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
 * What came of one trial of a search.
 *
 * @param trial its number, from 1
 * @param run the options of its run
 * @param bestEpoch the epoch that was kept; 0 if the run failed
 * @param validation metrics of that epoch on the validation users, the one that chose it first;
 *     empty if the run failed
 * @param error why it failed; null if it did not
 */
public record SearchTrial(
    int trial,
    RunOptions run,
    int bestEpoch,
    SequencedMap<String, Estimate> validation,
    @JsonSetter(nulls = Nulls.SET) String error) {

  /** The best first, equal ones by number, and last those that failed. */
  static final Comparator<SearchTrial> BEST_FIRST =
      Comparator.comparingDouble(SearchTrial::badness).thenComparingInt(SearchTrial::trial);

  /** The value that chose the epoch, its sign turned if more of it is better. */
  private double badness() {
    if (error != null) {
      return Double.POSITIVE_INFINITY;
    }
    double value = validation.firstEntry().getValue().mean();
    return Criterion.parse(validation.firstEntry().getKey()).lowerIsBetter() ? value : -value;
  }

  /**
   * Writes a CSV file with a line for each trial: its number, every option, the epoch that was
   * kept, and every metric with its standard error; empty where there is none.
   *
   * @param file where to write
   * @param trials in the order of the lines. Not modified.
   */
  static void write(Path file, List<SearchTrial> trials) {
    AtomicFile.write(file, out -> write(out, trials));
  }

  private static void write(OutputStream out, List<SearchTrial> trials) throws IOException {
    SequencedSet<String> options = new TreeSet<>();
    SequencedSet<String> metrics = new LinkedHashSet<>();
    trials.stream()
        .sorted(Comparator.comparingInt(SearchTrial::trial))
        .forEach(
            trial -> {
              options.addAll(trial.run.byName().keySet());
              metrics.addAll(trial.validation.keySet());
            });
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
      var header = new ArrayList<>(List.of("trial"));
      header.addAll(options);
      header.add("bestEpoch");
      metrics.forEach(metric -> header.addAll(List.of(metric, metric + " standard error")));
      csv.writeRecord(header);
      for (SearchTrial trial : trials) {
        var line = new ArrayList<>(List.of(Integer.toString(trial.trial)));
        SequencedMap<String, String> values = trial.run.byName();
        options.forEach(option -> line.add(values.getOrDefault(option, "")));
        line.add(trial.error == null ? Integer.toString(trial.bestEpoch) : "");
        for (String metric : metrics) {
          Estimate estimate = trial.validation.get(metric);
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
