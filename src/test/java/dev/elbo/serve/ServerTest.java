package dev.elbo.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.io.Json;
import dev.elbo.recommend.Elbo;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.recommend.Recommendation;
import dev.elbo.recommend.RecommenderModel;
import dev.elbo.testing.SyntheticData;
import dev.elbo.testing.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server as its clients see it, over HTTP. */
@Timeout(300)
class ServerTest {

  private static final PreparedData DATA = SyntheticData.small();
  private static final List<String> ITEMS = DATA.itemIds();
  private static final String FIRST = ITEMS.get(0);
  private static final String SECOND = ITEMS.get(1);
  private static final Map<String, String> TITLES =
      Map.of(FIRST, "Amélie (2001)", SECOND, "Star Wars", ITEMS.get(2), "Lone Star");

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private RecommenderModel model;
  private Server server;

  @BeforeEach
  void start() {
    model = trained(/* seed= */ 1);
    model.save(folder);
    server = start(Optional.empty(), Limits.USUAL);
  }

  @AfterEach
  void end() {
    server.close();
    model.close();
  }

  private static RecommenderModel trained(long seed) {
    return Elbo.multVae().hidden(8).latent(4).epochs(2).seed(seed).engine("fast", 1).train(DATA);
  }

  private static Server.Options options(Optional<String> token, Limits limits) {
    return new Server.Options(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        token,
        "films",
        /* logsRequests= */ true,
        limits);
  }

  private Server start(Optional<String> token, Limits limits) {
    Server started =
        Server.start(
            options(token, limits),
            folder,
            saved -> RecommenderModel.of(saved, "fast", 1),
            TITLES,
            log::add);
    try {
      started.awaitModel();
    } catch (ElboException e) {
      started.close();
      throw e;
    }
    return started;
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.tree(response.body().getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> ids(JsonNode answer) {
    List<String> ids = new ArrayList<>();
    answer.get("items").forEach(item -> ids.add(item.get("item").asText()));
    return ids;
  }

  private static List<String> ids(List<Recommendation> items) {
    return items.stream().map(Recommendation::item).toList();
  }

  @Test
  void recommendsWhatTheModelRecommends() throws Exception {
    HttpResponse<String> response =
        post(
            "/recommend",
            "{\"items\": [\"%s\", \"%s\", \"unheard of\"], \"k\": 4}".formatted(FIRST, SECOND));
    assertEquals(200, response.statusCode());
    JsonNode answer = json(response);
    List<Recommendation> expected = model.recommend(List.of(FIRST, SECOND), 4);
    assertEquals(ids(expected), ids(answer));
    assertEquals((float) expected.getFirst().score(), answer.at("/items/0/score").floatValue());
    assertEquals("[\"unheard of\"]", answer.get("unknown").toString());
  }

  @Test
  void recommendsToSeveralUsersAtOnce() throws Exception {
    String body =
        "{\"users\": [{\"items\": [\"%s\"], \"k\": 2}, {\"items\": [\"%s\"], \"exclude\": [\"%s\"]}]}"
            .formatted(FIRST, SECOND, FIRST);
    JsonNode users = json(post("/recommend", body)).get("users");
    assertEquals(2, users.size());
    assertEquals(ids(model.recommend(List.of(FIRST), 2)), ids(users.get(0)));
    assertFalse(ids(users.get(1)).contains(FIRST));
  }

  @Test
  void recommendsOnlyWhatMayBe() throws Exception {
    String body =
        "{\"items\": [\"%s\"], \"only\": [\"%s\", \"%s\"]}".formatted(FIRST, SECOND, FIRST);
    assertEquals(List.of(SECOND), ids(json(post("/recommend", body))));
  }

  @Test
  void saysWhatIsLikeAnItemAndWhy() throws Exception {
    JsonNode similar = json(post("/similar", "{\"item\": \"%s\", \"k\": 3}".formatted(FIRST)));
    assertEquals(ids(model.similar(FIRST, 3)), ids(similar));
    JsonNode reasons =
        json(
            post(
                "/reasons",
                "{\"items\": [\"%s\", \"%s\"], \"item\": \"%s\"}"
                    .formatted(FIRST, SECOND, ITEMS.get(5))));
    assertEquals(2, reasons.get("reasons").size());
    assertTrue(reasons.at("/reasons/0/title").isTextual());
  }

  @ParameterizedTest
  @CsvSource({"star, 2", "STAR w, 1", "amelie, 1", "2001 ame, 1", "tar, 0"})
  void findsItemsByTheBeginningsOfWords(String words, int count) throws Exception {
    JsonNode found = json(send(to("/items?q=" + words.replace(' ', '+'))));
    assertEquals(count, found.get("items").size(), found::toString);
  }

  @Test
  void findsTheFirstItemsForNoWords() throws Exception {
    assertEquals(ITEMS.subList(0, 5), ids(json(send(to("/items?limit=5")))));
  }

  /** Each request, the status it gets, and a word of what it is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/recommend | {} | 400 | items",
        "/recommend | | 400 | JSON",
        "/recommend | [1] | 400 | JSON object",
        "/recommend | {\"items\": \"1\"} | 400 | array",
        "/recommend | {\"items\": [true]} | 400 | ids",
        "/recommend | {\"items\": [], \"k\": 0} | 400 | k:",
        "/recommend | {\"items\": [], \"k\": 1e99} | 400 | whole number",
        "/recommend | {\"items\": [], \"k\": 1001} | 400 | from 1 to 1000",
        "/recommend | {\"itens\": []} | 400 | did you mean items",
        "/recommend | {\"items\": [], \"items\": []} | 400 | Duplicate",
        "/recommend | {\"items\": [\"1\"], \"ratings\": [1, 2]} | 400 | ratings",
        "/recommend | {\"items\": [\"1\"], \"ratings\": [1]} | 400 | the model ranks",
        "/recommend | {\"items\": [\"1\", \"1\"]} | 400 | twice",
        "/recommend | {\"users\": [1]} | 400 | users",
        "/recommend | {\"users\": [], \"k\": 3} | 400 | unknown member",
        "/similar | {\"item\": \"unheard of\"} | 400 | does not know",
        "/reasons | {\"items\": [\"1\"], \"item\": \"unheard of\"} | 400 | does not know",
        "/nowhere | {} | 404 | openapi",
        "/items | {} | 405 | GET"
      })
  void aBadRequestIsToldWhatIsWrong(String path, String body, int status, String word)
      throws Exception {
    HttpResponse<String> response = post(path, body == null ? "" : body);
    assertEquals(status, response.statusCode(), response::body);
    String error = json(response).get("error").asText();
    assertTrue(error.contains(word), error);
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    Limits small =
        new Limits(
            /* bodyBytes= */ 200,
            /* users= */ 2,
            /* history= */ 3,
            /* filter= */ 3,
            /* k= */ 5,
            /* waitingUsers= */ 10,
            /* batch= */ 4,
            Limits.USUAL.patience(),
            Limits.USUAL.connections());
    server.close();
    server = start(Optional.empty(), small);
    assertEquals(413, post("/recommend", "{\"items\": [1, 2, 3, 4]}").statusCode());
    assertEquals(413, post("/recommend", " ".repeat(201)).statusCode());
    assertEquals(
        413,
        post("/recommend", "{\"users\": [{\"items\": []}, {\"items\": []}, {\"items\": []}]}")
            .statusCode());
    assertEquals(200, post("/recommend", "{\"items\": [1, 2, 3]}").statusCode());
  }

  /** To look for what was meant by it would take minutes. */
  @Test
  void aLongIdIsRefused() throws Exception {
    String id = "x".repeat(2_000_000);
    assertEquals(413, post("/similar", "{\"item\": \"%s\"}".formatted(id)).statusCode());
    assertEquals(413, post("/recommend", "{\"items\": [\"%s\"]}".formatted(id)).statusCode());
  }

  @Test
  void whoWantsAnAnswerShowsTheToken() throws Exception {
    server.close();
    server = start(Optional.of("s3cret"), Limits.USUAL);
    String body = "{\"items\": [\"%s\"]}".formatted(FIRST);
    assertEquals(401, post("/recommend", body).statusCode());
    assertEquals(401, send(to("/items")).statusCode());
    assertEquals(401, send(to("/metrics")).statusCode());
    assertEquals(200, send(to("/v2/health/ready")).statusCode());
    assertEquals(200, send(to("/")).statusCode());
    var request = to("/recommend").POST(BodyPublishers.ofString(body));
    assertEquals(401, send(request.copy().header("Authorization", "Bearer other")).statusCode());
    assertEquals(200, send(request.copy().header("Authorization", "Bearer s3cret")).statusCode());
  }

  @Test
  void withoutATokenItListensOnThisMachineOnly() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Server.Options(
                new InetSocketAddress(0), Optional.empty(), "m", false, Limits.USUAL));
  }

  @Test
  void aNewModelIsTakenOver() throws Exception {
    String body = "{\"items\": [\"%s\"], \"k\": 5}".formatted(FIRST);
    try (RecommenderModel other = trained(/* seed= */ 2)) {
      other.save(folder);
      List<String> expected = ids(other.recommend(List.of(FIRST), 5));
      long end = System.nanoTime() + 30_000_000_000L;
      List<String> found = ids(json(post("/recommend", body)));
      while (!found.equals(expected) && System.nanoTime() < end) {
        Thread.sleep(20);
        found = ids(json(post("/recommend", body)));
      }
      assertEquals(expected, found);
    }
  }

  @Test
  void aDamagedModelIsNotTakenOver() throws Exception {
    String body = "{\"items\": [\"%s\"], \"k\": 5}".formatted(FIRST);
    String before = post("/recommend", body).body();
    Files.writeString(folder.resolve("model.json"), "{}");
    long end = System.nanoTime() + 30_000_000_000L;
    while (log.stream().noneMatch(line -> line.startsWith("The model before is kept"))
        && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertEquals(before, post("/recommend", body).body());
    assertTrue(send(to("/metrics")).body().contains("elbo_model_failures_total 1"), log::toString);
  }

  @Test
  void withoutAModelItDoesNotStart() throws Exception {
    Files.writeString(folder.resolve("model.json"), "{}");
    assertThrows(ElboException.class, () -> start(Optional.empty(), Limits.USUAL));
  }

  @Test
  void manyClientsGetWhatOneWouldGet() throws Exception {
    List<List<String>> alone = new ArrayList<>();
    for (String item : ITEMS) {
      alone.add(ids(model.recommend(List.of(item), 5)));
    }
    Threads.together(
        thread -> {
          for (int n = 0; n < 20; n++) {
            int item = (thread + n) % ITEMS.size();
            String body = "{\"items\": [\"%s\"], \"k\": 5}".formatted(ITEMS.get(item));
            assertEquals(alone.get(item), ids(json(post("/recommend", body))));
          }
        });
    assertTrue(send(to("/metrics")).body().matches("(?s).*elbo_batch_users_count [1-9].*"));
  }

  @Test
  void theOpenInferenceProtocolNamesTheModel() throws Exception {
    assertEquals("films", json(send(to("/v2/models/films"))).get("name").asText());
    assertEquals(200, send(to("/v2/models/films/ready")).statusCode());
    assertEquals(404, send(to("/v2/models/other")).statusCode());
  }

  /** What is not in the document, nobody finds. */
  @Test
  void theOpenApiDocumentHasEveryPath() throws Exception {
    Set<String> documented = new TreeSet<>();
    json(send(to("/openapi.json")))
        .get("paths")
        .fieldNames()
        .forEachRemaining(path -> documented.add(path.replace("{name}", "films")));
    Set<String> served = new TreeSet<>(server.paths());
    served.removeAll(Set.of("/", "/page.css", "/page.js", "/icon.svg", "/openapi.json"));
    assertEquals(served, documented);
  }

  @Test
  void aPageFromElsewhereIsNotAnswered() throws Exception {
    var raw = new RawRequest(server.port());
    assertTrue(
        raw.send("GET /model HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            .startsWith("HTTP/1.1 403"));
    assertTrue(
        raw.send(
                "GET /model HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\nConnection: close\r\n\r\n"
                    .formatted("Sec-Fetch-Site", "cross-site"))
            .startsWith("HTTP/1.1 403"));
    assertTrue(
        raw.send("GET /model HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n")
            .startsWith("HTTP/1.1 200"));
  }

  @Test
  void whatHasBeenAskedIsAnsweredBeforeTheEnd() throws Exception {
    var asked = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    server.close();
    server =
        Server.start(
            options(Optional.empty(), Limits.USUAL),
            folder,
            saved -> {
              ModelScorer scorer = ModelScorer.of(saved, "fast", 1);
              return RecommenderModel.of(
                  saved,
                  (batch, sink) -> {
                    asked.countDown();
                    await(free);
                    scorer.scores(batch, sink);
                  });
            },
            TITLES,
            log::add);
    server.awaitModel();
    var answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return post("/recommend", "{\"items\": [\"%s\"]}".formatted(FIRST));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await(asked);
    var end = CompletableFuture.runAsync(server::close);
    free.countDown();
    assertEquals(200, answer.get().statusCode());
    end.get();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void eachRequestIsLogged() throws Exception {
    post("/recommend", "{}");
    server.close();
    assertTrue(log.stream().anyMatch(line -> line.contains("POST /recommend 400")), log::toString);
  }
}
