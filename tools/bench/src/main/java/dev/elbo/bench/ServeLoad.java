package dev.elbo.bench;

import dev.elbo.recommend.RecommenderModel;
import dev.elbo.serve.Limits;
import dev.elbo.serve.Server;
import dev.elbo.train.SavedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Requests per second of {@code elbo serve}, and how long they take. Server and clients are in this
 * process and share its cores.
 */
@Command(
    name = "serve-load",
    mixinStandardHelpOptions = true,
    description =
        "Times requests to a server, in micro-batches and one at a time, and with ONNX Runtime in"
            + " the place of the engine.")
final class ServeLoad implements Runnable {

  @Mixin private Console console;
  @Mixin private MultVae vae;

  @Option(
      names = "--connections",
      split = ",",
      description = "connections at a time (default: ${DEFAULT-VALUE})")
  private List<Integer> connections = List.of(1, 16, 64);

  @Option(names = "--rounds", description = "turns of each server (default: ${DEFAULT-VALUE})")
  private int rounds = 5;

  @Option(
      names = "--turn",
      paramLabel = "SECONDS",
      description = "length of a turn (default: ${DEFAULT-VALUE})")
  private double turn = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "the same before the first round (default: ${DEFAULT-VALUE})")
  private double warmUp = 10;

  @Option(
      names = "--users",
      description = "users whose histories are sent in turn (default: ${DEFAULT-VALUE})")
  private int users = 1_000;

  /**
   * What one server did over so many connections.
   *
   * @param server which one
   * @param connections at a time
   * @param perSecond requests per second in each turn, ascending
   * @param medianMillis latency that half of the requests of all turns did not exceed
   * @param highMillis latency that 99 of 100 did not exceed
   * @param failed requests that were not answered
   */
  record Row(
      String server,
      int connections,
      double[] perSecond,
      double medianMillis,
      double highMillis,
      int failed) {
    double median() {
      return perSecond[perSecond.length / 2];
    }
  }

  /**
   * What was measured.
   *
   * @param ratio throughput of micro-batches over one at a time, over the most connections
   */
  record Result(Machine machine, String shape, List<Row> rows, double ratio) {}

  /** A server and its name. */
  private record Running(String name, Server server) {}

  @Override
  public void run() {
    Path folder = ServedModel.folder();
    ServedModel.of(vae, 1).write(folder);
    Function<SavedModel, RecommenderModel> ours =
        saved -> RecommenderModel.of(saved, "fast", console.threads());
    List<Running> servers = new ArrayList<>();
    try (var onnx = new OnnxScorer(ServedModel.of(vae, 1), folder, console.threads())) {
      servers.add(start("Elbo, micro-batches", folder, ours, Limits.USUAL.batch()));
      servers.add(start("Elbo, one at a time", folder, ours, /* batch= */ 1));
      servers.add(
          start(
              "ONNX Runtime, micro-batches",
              folder,
              saved -> RecommenderModel.of(saved, onnx),
              Limits.USUAL.batch()));
      report(rows(servers));
    } finally {
      servers.forEach(running -> running.server.close());
      ServedModel.delete(folder);
    }
  }

  private Running start(
      String name, Path folder, Function<SavedModel, RecommenderModel> computed, int batch) {
    return new Running(name, ServedModel.serve(folder, computed, batch, console::progress));
  }

  private List<Row> rows(List<Running> servers) {
    List<String> bodies = ServedModel.requests(users, vae.items);
    List<Row> rows = new ArrayList<>();
    for (int many : connections) {
      Map<String, List<LoadClients.Seen>> seen = new LinkedHashMap<>();
      for (Running running : servers) {
        new LoadClients(running.server.port(), bodies).ask(many, warmUp);
      }
      for (int round = 1; round <= rounds; round++) {
        console.progress("%d connections, round %d of %d".formatted(many, round, rounds));
        for (Running running : servers) {
          seen.computeIfAbsent(running.name, _ -> new ArrayList<>())
              .add(new LoadClients(running.server.port(), bodies).ask(many, turn));
        }
      }
      seen.forEach((name, turns) -> rows.add(row(name, many, turns)));
    }
    return rows;
  }

  private static Row row(String name, int connections, List<LoadClients.Seen> turns) {
    double[] all =
        turns.stream().flatMapToDouble(one -> Arrays.stream(one.latencies())).sorted().toArray();
    var together = new LoadClients.Seen(1, all, new TreeMap<>());
    return new Row(
        name,
        connections,
        turns.stream().mapToDouble(LoadClients.Seen::perSecond).sorted().toArray(),
        together.millis(0.5),
        together.millis(0.99),
        turns.stream().mapToInt(LoadClients.Seen::failures).sum());
  }

  private void report(List<Row> rows) {
    List<Row> most = rows.stream().filter(row -> row.connections == connections.getLast()).toList();
    var result =
        new Result(
            Machine.here(console.threads()),
            vae.toString(),
            rows,
            most.get(0).median() / most.get(1).median());
    List<String> lines = new ArrayList<>();
    lines.add(result.machine().toString());
    lines.add(
        "one user a request, %s, %d turns of %.0f s each".formatted(result.shape(), rounds, turn));
    lines.add("| server | connections | requests/s | range | median, ms | 99 %, ms | failed |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|");
    for (Row row : rows) {
      lines.add(
          "| %s | %d | %.0f | %.0f to %.0f | %.1f | %.1f | %d |"
              .formatted(
                  row.server,
                  row.connections,
                  row.median(),
                  row.perSecond[0],
                  row.perSecond[row.perSecond.length - 1],
                  row.medianMillis,
                  row.highMillis,
                  row.failed));
    }
    lines.add("ratio %.2f".formatted(result.ratio()));
    console.report(result, lines);
  }
}
