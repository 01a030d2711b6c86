package dev.elbo.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the server has done, in the text format of Prometheus (version 0.0.4). Any number of threads
 * may count.
 */
final class ServerMetrics {

  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };
  private static final double[] USERS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  /** Numbers that are counted by size. */
  private static final class Histogram {
    private final double[] bounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
      this.bounds = bounds;
      this.counts = new LongAdder[bounds.length + 1];
      for (int n = 0; n < counts.length; n++) {
        counts[n] = new LongAdder();
      }
    }

    void add(double value) {
      int bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]) {
        bucket++;
      }
      counts[bucket].increment();
      sum.add(value);
    }

    void write(String name, StringBuilder out) {
      long below = 0;
      for (int n = 0; n < bounds.length; n++) {
        below += counts[n].sum();
        line(out, "%s_bucket{le=\"%s\"} %d".formatted(name, bounds[n], below));
      }
      below += counts[bounds.length].sum();
      line(out, "%s_bucket{le=\"+Inf\"} %d".formatted(name, below));
      line(out, "%s_sum %s".formatted(name, sum.sum()));
      line(out, "%s_count %d".formatted(name, below));
    }
  }

  private record Request(String path, int status) implements Comparable<Request> {
    @Override
    public int compareTo(Request other) {
      int byPath = path.compareTo(other.path);
      return byPath != 0 ? byPath : Integer.compare(status, other.status);
    }
  }

  private final Map<Request, LongAdder> requests = new ConcurrentSkipListMap<>();
  private final Histogram latency = new Histogram(SECONDS);
  private final Histogram batches = new Histogram(USERS);

  /**
   * Counts a request.
   *
   * @param path of the routes, not what a client made up
   * @param seconds from its first line to the end of the answer
   */
  void request(String path, int status, double seconds) {
    requests.computeIfAbsent(new Request(path, status), _ -> new LongAdder()).increment();
    latency.add(seconds);
  }

  /** Counts a batch of so many users. */
  void batch(int users) {
    batches.add(users);
  }

  /**
   * All numbers.
   *
   * @param model when it was loaded, and how often
   * @param waiting users that wait
   */
  String text(LiveModel model, int waiting) {
    var out = new StringBuilder();
    head(out, "elbo_requests_total", "counter", "Requests by path and status.");
    requests.forEach(
        (request, count) ->
            line(
                out,
                "elbo_requests_total{path=\"%s\",status=\"%d\"} %d"
                    .formatted(request.path, request.status, count.sum())));
    head(out, "elbo_request_seconds", "histogram", "Time from a request to the end of its answer.");
    latency.write("elbo_request_seconds", out);
    head(out, "elbo_batch_users", "histogram", "Users that were scored together.");
    batches.write("elbo_batch_users", out);
    number(out, "elbo_waiting_users", "gauge", "Users that wait or are being scored.", waiting);
    number(out, "elbo_model_loads_total", "counter", "Models that were loaded.", model.loads());
    number(
        out,
        "elbo_model_failures_total",
        "counter",
        "Models that could not be read.",
        model.failures());
    number(
        out,
        "elbo_model_loaded_timestamp_seconds",
        "gauge",
        "When the current model was loaded.",
        model.loadedAt().getEpochSecond());
    Runtime runtime = Runtime.getRuntime();
    number(
        out,
        "elbo_heap_used_bytes",
        "gauge",
        "Java's heap in use.",
        runtime.totalMemory() - runtime.freeMemory());
    return out.toString();
  }

  private static void number(StringBuilder out, String name, String type, String help, long value) {
    head(out, name, type, help);
    line(out, "%s %d".formatted(name, value));
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    line(out, "# HELP %s %s".formatted(name, help));
    line(out, "# TYPE %s %s".formatted(name, type));
  }

  private static void line(StringBuilder out, String line) {
    out.append(line).append('\n');
  }
}
