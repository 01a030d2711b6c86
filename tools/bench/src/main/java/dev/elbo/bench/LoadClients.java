package dev.elbo.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
   * @param failed requests that were not answered with status 200
   */
  record Seen(double seconds, double[] latencies, int failed) {

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
    List<double[]> all = new ArrayList<>();
    int failed = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Double>>> clients = new ArrayList<>();
      for (int client = 0; client < connections; client++) {
        int first = client;
        clients.add(threads.submit(() -> client(first, connections, end)));
      }
      for (Future<List<Double>> client : clients) {
        List<Double> latencies = client.get();
        failed += (int) latencies.stream().filter(latency -> latency.isNaN()).count();
        all.add(latencies.stream().filter(l -> !l.isNaN()).mapToDouble(l -> l).toArray());
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    double[] latencies = all.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return new Seen((System.nanoTime() - start) / 1e9, latencies, failed);
  }

  /** The latency of each request; NaN for one that failed. */
  private List<Double> client(int first, int step, long end) throws IOException {
    List<Double> latencies = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int n = first; System.nanoTime() < end; n += step) {
        long start = System.nanoTime();
        socket.getOutputStream().write(request(bodies.get(n % bodies.size())));
        boolean ok = status(in) == 200;
        latencies.add(ok ? (System.nanoTime() - start) / 1e9 : Double.NaN);
      }
    }
    return latencies;
  }

  private byte[] request(String body) {
    return "POST /recommend HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(port, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads an answer, and returns its status. */
  private static int status(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).split(" ", -1)[1]);
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring("content-length:".length()).strip());
      }
    }
    if (in.readNBytes(length).length < length) {
      throw new IOException("the answer was cut off");
    }
    return status;
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

  /** One request whose answer is returned as text. */
  static String get(int port, String path) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(path)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
