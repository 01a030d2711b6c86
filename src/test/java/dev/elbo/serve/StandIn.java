package dev.elbo.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * What the page asks of a server, answered by a model one can do in the head: item {@code n} speaks
 * for item {@code m} by {@code 1 / |n - m|}, against it if both are odd, and a score is their sum.
 */
final class StandIn implements AutoCloseable {

  /** A title that would do something if it were markup. */
  static final String HOSTILE = "<img src=x onerror=alert(1)>";

  private static final List<String> TITLES =
      List.of(
          "Amber Road",
          "Blue Hour",
          "Cedar & Salt",
          HOSTILE,
          "Ember Song",
          "Fox in the Orchard",
          "A Title of Great Length That Needs More Than One Line on Any Phone That There Is (1964)",
          "Harbour Lights",
          "Ember Winter",
          "Juniper",
          "Kite Season",
          "Lantern Street",
          "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
          "Nightjar");

  private static final Map<String, String> FILES =
      Map.of(
          "/", "text/html",
          "/page.css", "text/css",
          "/page.js", "text/javascript",
          "/icon.svg", "image/svg+xml");

  private static final JsonMapper JSON = new JsonMapper();

  /** Whether items have titles. */
  boolean titles = true;

  /** The levels of ratings that the model reads; none if it reads none. */
  List<Integer> ratings = List.of();

  /** Whether the order of the items counts. */
  boolean sequence;

  /** The token without which nothing is answered, if any. */
  String token;

  /** Statuses of the next recommendations, which fail. */
  final Queue<Integer> failures = new ArrayDeque<>();

  /** What the recommendations for one item only wait for. */
  CountDownLatch slow = new CountDownLatch(0);

  /** The bodies of all recommendations that were asked for. */
  final List<JsonNode> asked = new CopyOnWriteArrayList<>();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  StandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** The page, for a user who has some items. */
  URI page(String items) {
    return URI.create("http://127.0.0.1:%d/#%s".formatted(server.getAddress().getPort(), items));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (FILES.containsKey(path)) {
        String name = path.equals("/") ? "index.html" : path.substring(1);
        try (InputStream file = StandIn.class.getResourceAsStream("/dev/elbo/serve/" + name)) {
          send(exchange, 200, FILES.get(path), file.readAllBytes());
        }
        return;
      }
      JsonNode body = JSON.readTree(exchange.getRequestBody());
      boolean refused =
          token != null
              && !("Bearer " + token)
                  .equals(exchange.getRequestHeaders().getFirst("Authorization"));
      int status =
          refused
              ? 401
              : path.equals("/recommend") && !failures.isEmpty() ? failures.remove() : 200;
      Map<String, ?> answer =
          status == 200
              ? answer(path, exchange.getRequestURI().getRawQuery(), body)
              : Map.of(
                  "error", refused ? "expected the server's token" : "the test said " + status);
      send(exchange, status, "application/json", JSON.writeValueAsBytes(answer));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, ?> answer(String path, String query, JsonNode body)
      throws InterruptedException {
    return switch (path) {
      case "/model" ->
          Map.of(
              "name",
              "stand-in",
              "items",
              TITLES.size(),
              "readsRatings",
              !ratings.isEmpty(),
              "ratings",
              ratings,
              "titles",
              titles,
              "sequence",
              sequence);
      case "/items" -> Map.of("items", find(query));
      case "/similar" ->
          Map.of("items", List.of(entry(body.get("item").asInt() % TITLES.size() + 1)));
      case "/reasons" -> Map.of("reasons", reasons(history(body), body.get("item").asInt()));
      case "/recommend" -> recommend(body);
      default -> throw new AssertionError(path);
    };
  }

  private Map<String, ?> recommend(JsonNode body) throws InterruptedException {
    asked.add(body);
    List<Integer> history = history(body);
    if (history.size() == 1) {
      slow.await();
    }
    List<Map<String, Object>> items =
        IntStream.rangeClosed(1, TITLES.size())
            .filter(item -> !history.isEmpty() && !history.contains(item))
            .mapToObj(
                item ->
                    entry(
                        item,
                        "score",
                        history.stream().mapToDouble(had -> speaks(had, item)).sum()))
            .sorted(Comparator.comparingDouble(entry -> -(double) entry.get("score")))
            .limit(body.get("k").asInt())
            .toList();
    return Map.of(
        "items",
        items,
        "unknown",
        body.get("items").valueStream().filter(item -> item.asInt() == 0).toList());
  }

  private List<Map<String, Object>> reasons(List<Integer> history, int item) {
    return history.stream()
        .map(had -> entry(had, "difference", speaks(had, item)))
        .sorted(Comparator.comparingDouble(entry -> -(double) entry.get("difference")))
        .toList();
  }

  private List<Map<String, Object>> find(String query) {
    String words = query.replaceAll(".*\\bq=([^&]*).*", "$1");
    String start = URLDecoder.decode(words, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    return IntStream.rangeClosed(1, TITLES.size())
        .filter(
            item ->
                text(item).toLowerCase(Locale.ROOT).matches("(?s)(.*\\W)?\\Q" + start + "\\E.*"))
        .mapToObj(this::entry)
        .toList();
  }

  private String text(int item) {
    return titles ? TITLES.get(item - 1) : "" + item;
  }

  private static double speaks(int had, int item) {
    return (had % 2 == 1 && item % 2 == 1 ? -1.0 : 1.0) / Math.abs(had - item);
  }

  private static List<Integer> history(JsonNode body) {
    return body.get("items").valueStream().map(JsonNode::asInt).filter(item -> item > 0).toList();
  }

  private Map<String, Object> entry(int item, Object... more) {
    Map<String, Object> entry = new TreeMap<>(Map.of("item", "" + item));
    if (titles) {
      entry.put("title", TITLES.get(item - 1));
    }
    if (more.length > 0) {
      entry.put((String) more[0], more[1]);
    }
    return entry;
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
