package dev.elbo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Chromium without a window, driven by its <a
 * href="https://chromedevtools.github.io/devtools-protocol/">DevTools protocol</a>: JSON over a
 * WebSocket. Nothing here sleeps; what takes longer than a minute fails.
 */
public final class Chromium implements AutoCloseable {

  /** The program, if it is installed. */
  public static final Optional<Path> PROGRAM =
      Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
          .flatMap(folder -> Stream.of("chromium", "google-chrome").map(Path.of(folder)::resolve))
          .filter(Files::isExecutable)
          .findFirst();

  private static final JsonMapper JSON = new JsonMapper();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();

  /**
   * Starts it.
   *
   * @param profile a folder for what it keeps
   */
  public Chromium(Path profile) throws IOException {
    process =
        new ProcessBuilder(
                PROGRAM.orElseThrow().toString(),
                "--headless",
                "--no-sandbox", // Containers have none.
                "--disable-gpu",
                "--disable-dev-shm-usage", // Containers have little.
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile)
            .start();
    var address = new CompletableFuture<URI>();
    Thread.ofVirtual()
        .start(() -> process.errorReader().lines().forEach(line -> heard(line, address)));
    socket = get(client.newWebSocketBuilder().buildAsync(get(address), new Listener()));
  }

  private static void heard(String line, CompletableFuture<URI> address) {
    if (line.startsWith("DevTools listening on ")) {
      address.complete(URI.create(line.substring(line.indexOf("ws:"))));
    }
  }

  /** A new tab that shares no cookies or storage with any other. */
  public Tab tab() {
    String context =
        call("", "Target.createBrowserContext", Map.of()).get("browserContextId").asText();
    var blank = Map.of("url", "about:blank", "browserContextId", context);
    String target = call("", "Target.createTarget", blank).get("targetId").asText();
    var attach = Map.of("targetId", target, "flatten", true);
    return new Tab(this, call("", "Target.attachToTarget", attach).get("sessionId").asText());
  }

  /** Calls a method of the protocol, for a session or, with none, for the browser. */
  JsonNode call(String session, String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    var call = JSON.createObjectNode().put("id", id).put("method", method);
    call.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      call.put("sessionId", session);
    }
    get(socket.sendText(call.toString(), true));
    JsonNode answered = get(answer);
    if (answered.has("error")) {
      throw new AssertionError(method + ": " + answered.get("error"));
    }
    return answered.get("result");
  }

  /** What a session has been told of, in order. */
  Stream<JsonNode> events(String session, String method) {
    return events.stream()
        .filter(event -> event.path("sessionId").asText().equals(session))
        .filter(event -> event.get("method").asText().equals(method))
        .map(event -> event.get("params"));
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(1, TimeUnit.MINUTES);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("Chromium does not answer", e);
    }
  }

  /** Ends it, and waits until it writes no more. */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    call("", "Browser.close", Map.of());
    all.forEach(each -> get(each.onExit()));
    client.shutdownNow();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          JsonNode message = JSON.readTree(text.toString());
          if (message.has("id")) {
            answers.remove(message.get("id").asInt()).complete(message);
          } else {
            events.add(message);
          }
        } catch (IOException e) {
          throw new AssertionError(e);
        } finally {
          text.setLength(0);
        }
      }
      from.request(1);
      return null;
    }
  }
}
