package dev.elbo.data.fetch;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on the loopback that remembers the headers of every request. */
final class FileServer implements AutoCloseable {
  final List<Headers> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpHandler handler;

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestHeaders());
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** From now on, answers with this. */
  void answer(HttpHandler answer) {
    handler = answer;
  }

  /** Answers with a status and no body. */
  static HttpHandler status(int status) {
    return exchange -> exchange.sendResponseHeaders(status, -1);
  }

  /** Answers with a file and knows nothing of ranges or versions. */
  static HttpHandler plain(byte[] file) {
    return exchange -> send(exchange, 200, file, file.length);
  }

  /** Answers with a file or, if its version is the one asked for, with the rest of it. */
  static HttpHandler ranges(byte[] file, String eTag) {
    return exchange -> {
      exchange.getResponseHeaders().add("ETag", eTag);
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (range == null || !eTag.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
        send(exchange, 200, file, file.length);
        return;
      }
      int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      if (from >= file.length) {
        exchange.getResponseHeaders().add("Content-Range", "bytes */" + file.length);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes %d-%d/%d".formatted(from, file.length - 1, file.length));
      byte[] rest = new byte[file.length - from];
      System.arraycopy(file, from, rest, 0, rest.length);
      send(exchange, 206, rest, rest.length);
    };
  }

  /** Promises a file, sends its first bytes and hangs up. */
  static HttpHandler breakingOff(byte[] file, int after, String header, String version) {
    return exchange -> {
      exchange.getResponseHeaders().add(header, version);
      byte[] first = new byte[after];
      System.arraycopy(file, 0, first, 0, after);
      send(exchange, 200, first, file.length);
    };
  }

  private static void send(HttpExchange exchange, int status, byte[] body, long promised)
      throws IOException {
    exchange.sendResponseHeaders(status, promised);
    exchange.getResponseBody().write(body);
    exchange.getResponseBody().flush();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
