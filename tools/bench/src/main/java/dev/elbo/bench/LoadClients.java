package dev.elbo.bench;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients of a server on this machine, each on a connection of its own, that ask again as soon as
 * they are answered.
 *
 * @param port of the server
 * @param bodies what they post to {@code /recommend}, in turn
 */
record LoadClients(int port, List<String> bodies) {

  /**
   * What they saw.
   *
   * @param seconds how long they asked
   * @param latencies seconds from each request to the end of its answer, ascending
   * @param failed what was said instead to the others, and to how many
   */
  record Seen(double seconds, double[] latencies, SortedMap<String, Integer> failed) {

    int failures() {
      return failed.values().stream().mapToInt(count -> count).sum();
    }

    double perSecond() {
      return latencies.length / seconds;
    }

    /** The latency that a share of the requests did not exceed, in milliseconds. */
    double millis(double share) {
      return latencies.length == 0
          ? Double.NaN
          : 1e3 * latencies[(int) Math.min(share * latencies.length, latencies.length - 1)];
    }
  }

  /** Asks for some time over so many connections. */
  Seen ask(int connections, double seconds) {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    var failed = new ConcurrentSkipListMap<String, Integer>();
    List<double[]> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<double[]>> clients = new ArrayList<>();
      for (int client = 0; client < connections; client++) {
        int first = client;
        clients.add(threads.submit(() -> client(first, connections, end, failed)));
      }
      for (Future<double[]> client : clients) {
        all.add(client.get());
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    double[] latencies = all.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return new Seen((System.nanoTime() - start) / 1e9, latencies, failed);
  }

  /** The latency of each request that was answered with status 200; the others are counted. */
  private double[] client(int first, int step, long end, Map<String, Integer> failed)
      throws IOException {
    var latencies = new DoubleArrayList();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int n = first; System.nanoTime() < end; n += step) {
        long start = System.nanoTime();
        socket.getOutputStream().write(request(bodies.get(n % bodies.size())));
        Answer answer = answer(in);
        if (answer.status == 200) {
          latencies.add((System.nanoTime() - start) / 1e9);
        } else {
          failed.merge(answer.status + " " + answer.body.strip(), 1, Integer::sum);
        }
      }
    }
    return latencies.toDoubleArray();
  }

  private byte[] request(String body) {
    return "POST /recommend HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(port, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private record Answer(int status, String body) {}

  private static Answer answer(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).split(" ", -1)[1]);
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("the answer was cut off");
    }
    return new Answer(status, new String(body, StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
