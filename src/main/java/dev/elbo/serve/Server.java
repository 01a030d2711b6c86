package dev.elbo.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elbo.ElboException;
import dev.elbo.Version;
import dev.elbo.io.Json;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The HTTP server: routes, who may ask, what is counted and logged. A thread of its own answers
 * each request.
 */
public final class Server implements AutoCloseable {

  /**
   * Where to listen, and to whom.
   *
   * @param address host and port; port 0 for any that is free
   * @param token what a client must show; empty to answer anybody, on this machine only
   * @param name what the model is called in the paths of the Open Inference Protocol
   * @param logsRequests whether each request is logged
   * @param limits what is bounded
   */
  public record Options(
      InetSocketAddress address,
      Optional<String> token,
      String name,
      boolean logsRequests,
      Limits limits) {

    /**
     * Checks the address.
     *
     * @throws IllegalArgumentException if there is no such host, or others than this machine may
     *     ask and need no token
     */
    public Options {
      if (address.isUnresolved()) {
        throw new IllegalArgumentException(
            "host: there is no '%s'".formatted(address.getHostString()));
      }
      if (!address.getAddress().isLoopbackAddress() && token.isEmpty()) {
        throw new IllegalArgumentException(
            "host: %s can be reached by others, who would need no token: give a file with one, or"
                    .formatted(address.getHostString())
                + " listen on 127.0.0.1");
      }
    }
  }

  private static final String BEARER = "Bearer ";
  private static final int MOST_WAITING_CONNECTIONS = 1024;
  private static final long SECONDS_TO_END = 10;

  /**
   * A path, and what it answers.
   *
   * @param method the HTTP method
   * @param isOpen whether it is answered without a token, too
   * @param answer what it answers
   */
  private record Route(String method, boolean isOpen, Function<HttpExchange, Reply> answer) {}

  private final Options options;
  private final Consumer<String> log;
  private final LiveModel live;
  private final MicroBatches batches;
  private final SingleFile singleFile;
  private final ServerMetrics metrics = new ServerMetrics();
  private final Map<String, Route> routes;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger running = new AtomicInteger();

  private Server(
      Options options,
      LiveModel live,
      Map<String, String> titles,
      Consumer<String> log,
      HttpServer http) {
    this.options = options;
    this.log = log;
    this.live = live;
    this.batches = new MicroBatches(live, options.limits(), metrics::batch);
    this.singleFile = new SingleFile(options.limits());
    this.routes = routes(new Api(live, batches, singleFile, titles, options.limits()));
    this.http = http;
  }

  /**
   * Starts a server; the model is loaded in the background.
   *
   * @param options where to listen, and to whom
   * @param directory the model directory
   * @param computed has a model computed by an engine: {@link RecommenderModel#of}
   * @param titles titles of items by id, as far as there are any
   * @param log takes lines: of models, and of requests if the options say so
   * @throws ElboException if it cannot listen there
   */
  public static Server start(
      Options options,
      Path directory,
      Function<SavedModel, RecommenderModel> computed,
      Map<String, String> titles,
      Consumer<String> log) {
    InetSocketAddress address = options.address();
    configure(options.limits());
    HttpServer http;
    try {
      http = HttpServer.create(address, MOST_WAITING_CONNECTIONS);
    } catch (IOException e) {
      throw new ElboException(
          "cannot listen on %s port %d: %s; choose another port"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()));
    }
    var live = new LiveModel(directory, computed, log);
    var server = new Server(options, live, titles, log, http);
    http.setExecutor(server.threads);
    http.createContext("/", server::handle);
    http.start();
    return server;
  }

  /** The JDK's server is told by system properties, before its first use. */
  private static void configure(Limits limits) {
    // Head and body of a reply are written apart: Nagle's algorithm would hold the second back.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("jdk.httpserver.maxConnections", Integer.toString(limits.connections()));
    System.setProperty("sun.net.httpserver.maxIdleConnections", "512");
    System.setProperty("sun.net.httpserver.idleInterval", "60");
    // Who sends a request more slowly than this, or reads a reply, is cut off.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
  }

  private Map<String, Route> routes(Api api) {
    String model = "/v2/models/" + options.name();
    return Map.ofEntries(
        Map.entry("/recommend", post(api::recommend)),
        Map.entry("/similar", post(api::similar)),
        Map.entry("/reasons", post(api::reasons)),
        Map.entry(
            "/items",
            get(exchange -> api.items(query(exchange, "q", ""), query(exchange, "limit", null)))),
        Map.entry("/model", get(_ -> api.model())),
        Map.entry("/metrics", get(_ -> metrics())),
        Map.entry("/v2", open(_ -> server())),
        Map.entry("/v2/health/live", open(_ -> Reply.json(Map.of("live", true)))),
        Map.entry("/v2/health/ready", open(_ -> ready())),
        Map.entry(model, get(_ -> api.metadata(options.name()))),
        Map.entry(model + "/ready", open(_ -> ready())),
        Map.entry("/openapi.json", open(_ -> StaticFile.reply("openapi.json"))),
        Map.entry("/", open(_ -> StaticFile.reply("index.html"))),
        Map.entry("/page.css", open(_ -> StaticFile.reply("page.css"))),
        Map.entry("/page.js", open(_ -> StaticFile.reply("page.js"))),
        Map.entry("/icon.svg", open(_ -> StaticFile.reply("icon.svg"))));
  }

  private Route post(Function<byte[], Reply> answer) {
    return new Route("POST", /* isOpen= */ false, exchange -> answer.apply(body(exchange)));
  }

  private static Route get(Function<HttpExchange, Reply> answer) {
    return new Route("GET", /* isOpen= */ false, answer);
  }

  private static Route open(Function<HttpExchange, Reply> answer) {
    return new Route("GET", /* isOpen= */ true, answer);
  }

  private Reply metrics() {
    return Reply.text(
        200, "text/plain; version=0.0.4; charset=utf-8", metrics.text(live, batches.waiting()));
  }

  private static Reply server() {
    return Reply.json(
        Json.object("name", "elbo", "version", Version.current(), "extensions", List.of()));
  }

  private Reply ready() {
    return Reply.json(live.isReady() ? 200 : Refusal.UNAVAILABLE, Map.of("ready", live.isReady()));
  }

  /** The port that it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  /**
   * Returns once the model is loaded.
   *
   * @throws ElboException if it cannot be read
   */
  public void awaitModel() {
    live.awaitFirst();
  }

  /** Every path that it answers. */
  Set<String> paths() {
    return routes.keySet();
  }

  private void handle(HttpExchange exchange) throws IOException {
    running.incrementAndGet();
    long start = System.nanoTime();
    String path = exchange.getRequestURI().getPath();
    Route route = routes.get(path);
    try (exchange) {
      Reply reply = answer(exchange, route);
      send(exchange, reply);
      double seconds = (System.nanoTime() - start) / 1e9;
      metrics.request(route == null ? "other" : path, reply.status(), seconds);
      if (options.logsRequests()) {
        log(exchange, reply, seconds);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private Reply answer(HttpExchange exchange, Route route) {
    try {
      requireOwnHost(exchange);
      if (route == null) {
        throw new Refusal(Refusal.NOT_FOUND, "there is nothing here; /openapi.json lists what is");
      }
      String method = exchange.getRequestMethod();
      if (!method.equals(route.method) && !(method.equals("HEAD") && route.method.equals("GET"))) {
        exchange.getResponseHeaders().set("Allow", route.method);
        throw new Refusal(Refusal.METHOD_NOT_ALLOWED, "expected %s".formatted(route.method));
      }
      if (!route.isOpen) {
        requireToken(exchange);
      }
      return route.answer.apply(exchange);
    } catch (Refusal refusal) {
      if (refusal.status() == Refusal.TOO_MANY || refusal.status() == Refusal.UNAVAILABLE) {
        exchange.getResponseHeaders().set("Retry-After", "1");
      }
      if (refusal.status() == Refusal.UNAUTHORIZED) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      }
      return Reply.error(refusal);
    } catch (RuntimeException | OutOfMemoryError e) {
      log.accept("Error: %s: %s".formatted(exchange.getRequestURI().getPath(), e));
      return Reply.error(new Refusal(Refusal.INTERNAL, "the server failed; its log says why"));
    }
  }

  /**
   * Without a token only pages of this machine may ask: a page from elsewhere, whose name was made
   * to stand for this machine's address, names itself as the host.
   */
  private void requireOwnHost(HttpExchange exchange) {
    if (options.token().isPresent()) {
      return;
    }
    if ("cross-site".equals(exchange.getRequestHeaders().getFirst("Sec-Fetch-Site"))) {
      throw new Refusal(
          Refusal.FORBIDDEN, "without a token this server does not answer pages of other sites");
    }
    String host = exchange.getRequestHeaders().getFirst("Host");
    String name = host == null ? "" : host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    if (!List.of("", "localhost", "127.0.0.1", "[::1]", options.address().getHostString())
        .contains(name)) {
      throw new Refusal(
          Refusal.FORBIDDEN,
          "without a token this server answers to localhost only, and not to that name");
    }
  }

  private void requireToken(HttpExchange exchange) {
    if (options.token().isEmpty()) {
      return;
    }
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    boolean isRight =
        shown != null
            && shown.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())
            && MessageDigest.isEqual(
                bytes(shown.substring(BEARER.length())), bytes(options.token().get()));
    if (!isRight) {
      throw new Refusal(
          Refusal.UNAUTHORIZED, "expected the header Authorization: Bearer and the token");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] body(HttpExchange exchange) {
    int most = options.limits().bodyBytes();
    try {
      InputStream in = exchange.getRequestBody();
      byte[] body = in.readNBytes(most + 1);
      if (body.length > most) {
        throw new Refusal(
            Refusal.TOO_LARGE, "the body: expected at most %,d bytes, found more".formatted(most));
      }
      return body;
    } catch (IOException e) {
      throw new Refusal(Refusal.BAD_REQUEST, "the body ended too early: " + e.getMessage());
    }
  }

  private static String query(HttpExchange exchange, String name, String usual) {
    URI uri = exchange.getRequestURI();
    if (uri.getRawQuery() == null) {
      return usual;
    }
    for (String pair : uri.getRawQuery().split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        try {
          return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
          throw new Refusal(Refusal.BAD_REQUEST, name + ": expected text in the form of a URL");
        }
      }
    }
    return usual;
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", reply.type());
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
    headers.set("Cache-Control", "no-store");
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (reply.status() == Refusal.TOO_LARGE) {
      headers.set("Connection", "close"); // The rest of the body is not read.
    }
    exchange.sendResponseHeaders(reply.status(), isHead ? -1 : reply.body().length);
    if (!isHead) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(reply.body());
      }
    }
  }

  private void log(HttpExchange exchange, Reply reply, double seconds) {
    InetAddress client = exchange.getRemoteAddress().getAddress();
    log.accept(
        String.format(
            Locale.ROOT,
            "%s %s %s %s %d %.1f ms",
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            client.getHostAddress(),
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            reply.status(),
            1e3 * seconds));
  }

  /** Takes no connection any more, answers what has been asked, and ends. */
  @Override
  public void close() {
    http.stop((int) (running.get() > 0 ? SECONDS_TO_END : 0));
    threads.shutdown();
    try {
      threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    batches.close();
    singleFile.close();
    live.close();
  }
}
