package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.elbo.data.PreparedData;
import dev.elbo.io.Tensor;
import dev.elbo.train.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate}, {@code recommend} and {@code similar}: what is done with a trained model. */
class ScoringCommandsTest {

  @TempDir private static Path folder;
  private static Path ratings;
  private static Path data;
  private static Path model;

  @BeforeAll
  static void train() {
    ratings = Program.ratings(folder.resolve("r.csv"));
    data = Program.prepare(ratings, folder.resolve("data"));
    model = Program.train(data, folder.resolve("model"), "--epochs", 2);
  }

  private static Program.Result evaluate(Object... options) {
    return run("evaluate", "--model-dir", model, "--data", data, List.of(options));
  }

  private static Program.Result recommend(Object... options) {
    return run("recommend", "--model-dir", model, List.of(options));
  }

  private static Program.Result similar(Object... options) {
    return run("similar", "--model-dir", model, List.of(options));
  }

  private static List<String> items(JsonNode result) {
    return StreamSupport.stream(result.get("items").spliterator(), false)
        .map(item -> item.get("item").asText())
        .toList();
  }

  private static List<Double> scores(JsonNode result) {
    return StreamSupport.stream(result.get("items").spliterator(), false)
        .map(item -> item.get("score").asDouble())
        .toList();
  }

  /** Weights are finite, and what they give is not. */
  @Test
  void scoresThatOverflowAreRefused() throws IOException {
    SavedModel saved = SavedModel.read(model);
    for (String name : List.of("p_layers.0.bias", "p_layers.1.weight")) { // tanh gives 1
      Tensor tensor = saved.parameters().tensors().get(name);
      Arrays.fill(saved.parameters().float32(name, tensor.shape()), 3e38f);
    }
    Path huge = Files.createDirectory(folder.resolve("huge"));
    saved.write(huge);
    String message = "the score of item number";
    run("recommend", "--model-dir", huge, "--items", "i1,i2").fails(1, message);
    run("evaluate", "--model-dir", huge, "--data", data).fails(1, message);
    run("compare", model, huge, "--data", data).fails(1, message);
    run("report", huge, "--data", data, "--out", folder.resolve("huge.html")).fails(1, message);
    assertFalse(Files.exists(folder.resolve("huge.html")));
  }

  @Test
  void whatCouldSteerATerminalIsEscaped() throws IOException {
    SavedModel saved = SavedModel.read(model);
    String steering = "\u001B[2J\u202E\u009B";
    List<String> ids = saved.itemIds().stream().map(id -> steering + id).toList();
    Path other = Files.createDirectory(folder.resolve("steering"));
    new SavedModel(saved.description(), saved.parameters(), ids).write(other);
    List<?> command = List.of("recommend", "--model-dir", other, "--items", ids.getFirst());
    String shown = run(command).done().out();
    assertTrue(shown.contains(" \\u001B[2J\\u202E\\u009Bi"), shown);
    Program.Result json = run(command, "--json").done();
    for (String text : List.of(shown, json.out())) {
      assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7F)), text);
    }
    assertTrue(ids.containsAll(items(json.json().at("/results/0"))));
    run("similar", "--model-dir", other, "--item", steering).fails(1, "\\u001B[2J");
  }

  @Test
  void evaluateGivesMeansWithErrors() throws IOException {
    Program.Result result = evaluate("--json").done();
    JsonNode json = result.json();
    assertEquals(List.of("on", "users", "usersWithoutHeldOut", "metrics"), MainTest.names(json));
    PreparedData prepared = PreparedData.read(data);
    assertEquals("test", json.get("on").asText());
    assertEquals(
        prepared.test().size(),
        json.get("users").asInt() + json.get("usersWithoutHeldOut").asInt());
    assertEquals(
        List.of("ndcg@100", "recall@20", "recall@50"), MainTest.names(json.get("metrics")));
    JsonNode ndcg = json.at("/metrics/ndcg@100");
    assertEquals(List.of("mean", "standardError"), MainTest.names(ndcg));
    assertTrue(ndcg.get("mean").asDouble() > 0 && ndcg.get("mean").asDouble() < 1);

    assertEquals(result.err(), evaluate("--threads", 2).done().out());
  }

  @Test
  void evaluateOnValidationIsWhatTrainingMeasured() throws IOException {
    JsonNode json = evaluate("--on", "validation", "--metrics", "ndcg@100", "--json").done().json();
    JsonNode saved = new ObjectMapper().readTree(Files.readAllBytes(model.resolve("model.json")));
    assertEquals(saved.at("/validation/ndcg@100"), json.at("/metrics/ndcg@100"));
  }

  @Test
  void evaluateWritesEachUser() throws IOException {
    Path csv = folder.resolve("users.csv");
    JsonNode json = evaluate("--per-user", csv, "--metrics", "recall@5", "--json").done().json();
    List<String> lines = Files.readAllLines(csv);
    assertEquals("user,heldOut,recall@5", lines.getFirst());
    double sum = 0;
    for (String line : lines.subList(1, lines.size())) {
      sum += Double.parseDouble(line.split(",", -1)[2]);
    }
    assertEquals(json.at("/metrics/recall@5/mean").asDouble(), sum / (lines.size() - 1), 1e-12);
  }

  /** Told before the work is done: the model and the data are not even looked for. */
  @Test
  void evaluateNeedsAFolderForTheUsers() {
    Path missing = folder.resolve("missing");
    Path csv = missing.resolve("users.csv");
    run("evaluate", "--model-dir", "nowhere", "--data", "nowhere", "--per-user", csv)
        .fails(1, csv + ": cannot be written: there is no folder " + missing);
  }

  @Test
  void evaluateOnForeignDataIsRefused() {
    Path foreign = Program.prepare(ratings, folder.resolve("foreign"), "--min-item-users", "25");
    run("evaluate", "--model-dir", model, "--data", foreign, "--json")
        .fails(1, "these are not the")
        .json();
  }

  @Test
  void recommendRanksWhatTheUserDoesNotHave() {
    JsonNode json = recommend("--items", "i3,i7", "--json").done().json();
    JsonNode result = json.at("/results/0");
    assertEquals(List.of("results"), MainTest.names(json));
    assertEquals(List.of("query", "items"), MainTest.names(result));
    assertEquals("i3,i7", result.get("query").asText());
    assertEquals(List.of("item", "score"), MainTest.names(result.at("/items/0")));
    assertEquals(10, result.get("items").size());
    assertEquals(
        scores(result), scores(result).stream().sorted((a, b) -> Double.compare(b, a)).toList());

    List<String> all =
        items(recommend("--items", "i3,i7", "-k", 99, "--json").json().at("/results/0"));
    assertEquals(all.subList(0, 10), items(result));
    Set<String> expected = Set.copyOf(PreparedData.read(data).itemIds());
    assertEquals(expected.size() - 2, all.size());
    assertTrue(!all.contains("i3") && !all.contains("i7"));
  }

  @Test
  void recommendSkipsAndReportsUnknownItems() {
    Program.Result known = recommend("--items", "i3", "--json").done();
    Program.Result mixed = recommend("--items", "i3,zzz,i3", "--json").done();
    assertTrue(mixed.err().contains("Skipped 1 item(s) that the model does not know: zzz"));
    assertEquals(items(known.json().at("/results/0")), items(mixed.json().at("/results/0")));
    assertEquals(scores(known.json().at("/results/0")), scores(mixed.json().at("/results/0")));
    recommend("--items", "yyy,zzz", "--json")
        .fails(1, "the model knows none of the items (yyy, zzz)")
        .json();
  }

  @Test
  void recommendToTheUsersOfAFile() {
    Path file =
        Program.write(
            folder.resolve("histories.csv"),
            """
            userId,movieId,rating
            anne,i3,5
            bert,i3,5
            anne,i7,4
            anne,i9,1
            carl,zzz,5
            bert,i7,4.5
            """);
    JsonNode results =
        recommend("--histories", file, "-k", 4, "--json").done().json().get("results");
    assertEquals(3, results.size());
    assertEquals("anne", results.at("/0/query").asText());
    // Whoever the user is; and a rating below the threshold of the model's data is not read.
    JsonNode typed = recommend("--items", "i7,i3", "-k", 4, "--json").json().at("/results/0");
    assertEquals(items(typed), items(results.get(1)));
    assertEquals(scores(typed), scores(results.get(1)));

    String words = recommend("--histories", file, "-k", 4).done().out();
    assertTrue(words.startsWith("User anne:"), words);
  }

  @Test
  void whatAUserDislikedIsNotReadButDoesNotComeBack() {
    List<String> best =
        items(recommend("--items", "i3", "-k", 3, "--json").done().json().at("/results/0"));
    Path file =
        Program.write(
            folder.resolve("disliked.csv"),
            "userId,movieId,rating\nanne,i3,5\nanne,%s,1\nbert,i3,5\n".formatted(best.getFirst()));
    JsonNode results =
        recommend("--histories", file, "-k", 2, "--json").done().json().at("/results");
    assertEquals(best.subList(1, 3), items(results.get(0)));
    assertEquals(best.subList(0, 2), items(results.get(1)));
  }

  @Test
  void usersWithoutAUsableItemAreNamedAndGetNothing() {
    Path file =
        Program.write(
            folder.resolve("unusable.csv"),
            "userId,movieId,rating\nanne,zzz,5\nbert,i3,5\ncarl,i3,1\nanne,yyy,5\n");
    Program.Result result = recommend("--histories", file, "-k", 2, "--json").done();
    assertTrue(
        result.err().contains("to 2 user(s) without a liked item that the model knows: anne, carl"),
        result.err());
    JsonNode results = result.json().get("results");
    assertEquals(
        "{\"query\":\"anne\",\"items\":[],\"unknown\":[\"zzz\",\"yyy\"]}",
        results.get(0).toString());
    assertEquals(2, results.at("/1/items").size());
    assertEquals("{\"query\":\"carl\",\"items\":[],\"unknown\":[]}", results.get(2).toString());
    assertTrue(result.err().contains("User carl: no liked item that the model knows"));
  }

  /** Four users in three batches' worth of ways: with items, with none that is known, with all. */
  private static Path someUsers(String name) {
    String everything =
        PreparedData.read(data).itemIds().stream()
            .map("dora,%s,5%n"::formatted)
            .collect(Collectors.joining());
    String others = "anne,i3,5\nbert,zzz,5\n\"c,\"\"x\"\"\",i7,4\nanne,i7,5\nanne,i9,1\n";
    return Program.write(folder.resolve(name), "userId,movieId,rating\n" + others + everything);
  }

  @Test
  void aFileOfJsonLinesHoldsTheDocumentsOfJson() throws IOException {
    Path histories = someUsers("for-lines.csv");
    for (String name : List.of("top.jsonl", "top.ndjson")) {
      Path out = folder.resolve(name);
      Program.Result result = recommend("--histories", histories, "-k", 3, "--out", out).done();
      assertTrue(result.out().endsWith(name + ": recommendations to 3 user(s)\n"), result.out());
      List<JsonNode> expected = new ArrayList<>();
      recommend("--histories", histories, "-k", 3, "--json")
          .done()
          .json()
          .get("results")
          .forEach(expected::add);
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(out)) {
        lines.add(new ObjectMapper().readTree(line));
      }
      assertEquals(expected, lines);
    }
  }

  @Test
  void aFileOfCsvHoldsTheSameItemsAndScores() throws IOException {
    Path histories = someUsers("for-csv.csv");
    Path titles = Program.write(folder.resolve("five.csv"), "movieId,title\ni5,\"Seven, 5\"\n");
    JsonNode results =
        recommend("--histories", histories, "-k", 30, "--json").done().json().get("results");
    var plain = new StringBuilder("user,rank,item,score\n");
    var titled = new StringBuilder("user,rank,item,score,title\n");
    for (JsonNode user : results) {
      String name = user.get("query").asText().equals("c,\"x\"") ? "\"c,\"\"x\"\"\"" : "anne";
      for (int rank = 0; rank < user.get("items").size(); rank++) {
        String id = items(user).get(rank);
        String line = "%s,%d,%s,%s".formatted(name, rank + 1, id, scores(user).get(rank));
        plain.append(line).append('\n');
        titled.append(line).append(id.equals("i5") ? ",\"Seven, 5\"\n" : ",\n");
      }
    }
    Path out = folder.resolve("top.csv");
    recommend("--histories", histories, "-k", 30, "--out", out).done();
    assertEquals(plain.toString(), Files.readString(out));
    recommend("--histories", histories, "-k", 30, "--out", out, "--titles", titles).done();
    assertEquals(titled.toString(), Files.readString(out));
  }

  @Test
  void aFileThatCannotBeFinishedIsNotBegun() throws IOException {
    Path histories = someUsers("for-nothing.csv");
    Path out = Files.createDirectory(folder.resolve("nothing")).resolve("top.csv");
    SavedModel saved = SavedModel.read(model);
    Tensor bias = saved.parameters().tensors().get("p_layers.1.bias");
    Arrays.fill(saved.parameters().float32("p_layers.1.bias", bias.shape()), 3.4e38f);
    Tensor weight = saved.parameters().tensors().get("p_layers.1.weight");
    Arrays.fill(saved.parameters().float32("p_layers.1.weight", weight.shape()), 3.4e38f);
    Path broken = Files.createDirectory(folder.resolve("broken"));
    saved.write(broken);
    run("recommend", "--model-dir", broken, "--histories", histories, "--out", out)
        .fails(1, "the score of item number");
    assertEquals(List.of(), files(out.getParent()));

    // Told before the work is done: the model is not even looked for.
    Path missing = folder.resolve("missing");
    run("recommend", "--model-dir", "nowhere", "--items=i3", "--out", missing.resolve("top.csv"))
        .fails(1, "cannot be written: there is no folder " + missing);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void historiesWithoutALikedItemAreAnError() {
    Path file = Program.write(folder.resolve("low.csv"), "userId,movieId,rating\n1,i3,1\n");
    recommend("--histories", file).fails(1, "no rating reaches 4.0");
  }

  @Test
  void titlesAreShown() {
    Path titles =
        Program.write(folder.resolve("movies.csv"), "movieId,title\ni1,\"Heat, 1995\"\ni2,Alien\n");
    JsonNode result =
        recommend("--items", "i3", "-k", 99, "--titles", titles, "--json").done().json();
    for (JsonNode item : result.at("/results/0/items")) {
      switch (item.get("item").asText()) {
        case "i1" -> assertEquals("Heat, 1995", item.get("title").asText());
        case "i2" -> assertEquals("Alien", item.get("title").asText());
        default -> assertTrue(!item.has("title"));
      }
    }
    assertTrue(recommend("--items", "i3", "-k", 99, "--titles", titles).out().contains("Alien"));
    assertTrue(similar("--item", "i1", "-k", 99, "--titles", titles).out().contains("Alien"));
  }

  @Test
  void titlesMayStandInColumnsOfAnyName() {
    Path titles = Program.write(folder.resolve("t.csv"), "sku,title,label\ni1,Mr,Alien\n");
    List<Object> columns =
        List.of("--title-id-column", "sku", "--title-column", "label", "--titles", titles);
    for (List<String> query :
        List.of(List.of("recommend", "--items"), List.of("similar", "--item"))) {
      Program.Result result = run(query, "i3", "-k", 99, "--model-dir", model, columns);
      assertTrue(result.done().out().contains("Alien"), result.out());
    }
    recommend("--items", "i3", "--title-column", "label").fails(2, "--titles");
  }

  @Test
  void similarItems() {
    JsonNode json = similar("--item", "i3", "-k", 99, "--json").done().json();
    JsonNode result = json.at("/results/0");
    assertEquals(1, json.get("results").size());
    assertEquals("i3", result.get("query").asText());
    assertEquals(PreparedData.read(data).itemIds().size() - 1, items(result).size());
    assertTrue(!items(result).contains("i3"));
    assertTrue(scores(result).stream().allMatch(cosine -> Math.abs(cosine) <= 1));

    String nearest = items(result).getFirst();
    JsonNode back = similar("--item", nearest, "-k", 99, "--json").json().at("/results/0");
    assertEquals(scores(result).getFirst(), scores(back).get(items(back).indexOf("i3")));
    similar("--item", "zzz").fails(1, "the model does not know item 'zzz'");
  }

  @Test
  void wordsAreForPeople() {
    String out = recommend("--items", "i3", "-k", 2).done().out();
    List<String> lines = out.lines().toList();
    assertEquals(2, lines.size(), out);
    assertEquals(
        List.of("1", "2"),
        lines.stream().map(line -> line.strip().split(" ", 2)[0]).collect(Collectors.toList()));
    assertTrue(Arrays.stream(lines.getFirst().split(" +")).anyMatch(word -> word.startsWith("i")));
  }
}
