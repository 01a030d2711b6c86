package dev.elbo.eval;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.elbo.ElboException;
import dev.elbo.io.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * How good a scorer's recommendations are. The arrays are not copied.
 *
 * @param userIds external id of each user who has a held-out item, in the order of the data
 * @param heldOut number of each one's held-out items, {@code [users]}
 * @param usersWithoutHeldOut number of users who were left out because they have none
 * @param metrics each metric's value, in the order they were asked for
 * @param perUser each user's value of the metrics that have one, {@code [users]}, in that order
 */
public record Evaluation(
    List<String> userIds,
    int[] heldOut,
    int usersWithoutHeldOut,
    SequencedMap<Metric, Estimate> metrics,
    SequencedMap<UserMetric, double[]> perUser) {

  /** Number of users in the means. */
  public int users() {
    return userIds.size();
  }

  /** Each metric's value by its name, in the order they were asked for. */
  public SequencedMap<String, Estimate> byName() {
    var byName = new LinkedHashMap<String, Estimate>();
    metrics.forEach((metric, estimate) -> byName.put(metric.name(), estimate));
    return byName;
  }

  /**
   * Writes a CSV file with a line per user: id, number of held-out items, and the value of each
   * metric that has one per user, under the header {@code user,heldOut,ndcg@100,...}.
   *
   * @param file where to write
   * @throws ElboException if the file cannot be written
   */
  public void writePerUser(Path file) {
    AtomicFile.write(file, this::writePerUser);
  }

  private void writePerUser(OutputStream out) throws IOException {
    try (var csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out)) {
      var header = new ArrayList<>(List.of("user", "heldOut"));
      perUser.keySet().forEach(metric -> header.add(metric.name()));
      csv.writeRecord(header);
      for (int user = 0; user < users(); user++) {
        var line = new ArrayList<>(List.of(userIds.get(user), Integer.toString(heldOut[user])));
        for (double[] values : perUser.values()) {
          line.add(Double.toString(values[user]));
        }
        csv.writeRecord(line);
      }
    }
  }
}
