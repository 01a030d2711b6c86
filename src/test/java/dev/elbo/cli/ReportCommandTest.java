package dev.elbo.cli;

import static dev.elbo.cli.Program.SMALL;
import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.data.PreparedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

  @TempDir private static Path shared;
  private static Path data;
  private static Path otherData;
  private static Path search;
  private static Path ease;
  private static Path vae;
  private static Path titles;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    Path ratings = Program.ratings(shared.resolve("r.csv"));
    data = Program.prepare(ratings, shared.resolve("data"));
    otherData = Program.prepare(ratings, shared.resolve("other"), "--seed", 1);
    search = shared.resolve("search");
    run("search", "--data", data, "--out", search, SMALL, "--latent", "3,4", "--epochs", 2).done();
    ease = shared.resolve("ease");
    run("train", "--data", data, "--out", ease, "--model", "ease").done();
    vae = Program.train(otherData, shared.resolve("vae"), "--epochs", 2);
    var csv = new StringBuilder("movieId,title\n");
    for (int item = 1; item <= 40; item++) {
      csv.append("i%d,\"<script>alert(7)</script> & Co\"%n".formatted(item));
    }
    titles = Program.write(shared.resolve("titles.csv"), csv.toString());
  }

  private static Program.Result report(Path out, Object... options) {
    return run("report", "--out", out, List.of(options));
  }

  @Test
  void modelsSearchesAndBaselinesOfSeveralDataSets() throws IOException {
    Path out = folder.resolve("r.html");
    Program.Result result = report(out, search, ease, vae, "--data", data, "--json").done();
    JsonNode json = result.json();
    assertEquals(List.of("report", "data"), MainTest.names(json));
    assertEquals(2, json.get("data").size());
    JsonNode first = json.at("/data/0");
    assertEquals(List.of("dataSha256", "models", "missing"), MainTest.names(first));
    assertEquals(3, first.get("models").size());
    assertEquals(0, first.get("missing").size(), first.get("missing").toString());
    // The better of the two trials and the baseline are tested; the other trial is not.
    List<Boolean> tested =
        List.of(0, 1, 2).stream()
            .map(model -> !first.at("/models/%d/test".formatted(model)).isNull())
            .toList();
    assertEquals(2, tested.stream().filter(test -> test).count());
    assertEquals(
        List.of(
            "Metric against loss",
            "Metric against layer sizes",
            "Test users",
            "Popularity of what is recommended",
            "One user"),
        MainTest.names(json.at("/data/1/missing")));
    String html = Files.readString(out);
    assertTrue(html.contains("search/trial-1") && html.contains("search/trial-2"));
    assertEquals("Wrote %s%n".formatted(out), report(out, search).done().out());
  }

  /** Test metrics are those that evaluate measures. */
  @Test
  void theTestUsersAreThoseOfEvaluate() {
    JsonNode reported =
        report(folder.resolve("r.html"), ease, "--data", data, "--json")
            .done()
            .json()
            .at("/data/0/models/0/test");
    JsonNode evaluated =
        run("evaluate", "--model-dir", ease, "--data", data, "--json").done().json();
    evaluated
        .get("metrics")
        .properties()
        .forEach(metric -> assertEquals(metric.getValue(), reported.get(metric.getKey())));
  }

  @Test
  void titlesAreShownAndEscaped() throws IOException {
    Path out = folder.resolve("r.html");
    report(out, ease, "--data", data, "--titles", titles).done();
    String html = Files.readString(out);
    assertFalse(html.contains("<script"));
    assertTrue(html.contains("&lt;script&gt;alert(7)&lt;/script&gt; &amp; Co"));
    report(out, ease, "--data", data).done();
    assertTrue(Files.readString(out).contains("Items are shown by their ids"));
  }

  /**
   * A user's page has what recommend gives for the same history, and what was held out is marked.
   */
  @Test
  void theUserIsTheOneAskedFor() throws IOException {
    Path out = folder.resolve("r.html");
    PreparedData prepared = PreparedData.read(data);
    String user = prepared.test().userIds().getLast();
    report(out, ease, "--data", data, "--user", user, "-k", 3).done();
    String html = Files.readString(out);
    assertTrue(html.contains("Test user %s, with".formatted(user)));
    int row = prepared.test().size() - 1;
    List<String> history =
        Arrays.stream(prepared.test().foldIn().row(row)).mapToObj(prepared.itemIds()::get).toList();
    JsonNode recommended =
        run(
                "recommend",
                "--model-dir",
                ease,
                "--items",
                String.join(",", history),
                "-k",
                3,
                "--json")
            .done()
            .json()
            .at("/results/0/items");
    int from = html.indexOf("ease recommends");
    for (JsonNode item : recommended) {
      int at = html.indexOf("<li", from);
      String line = html.substring(at, html.indexOf("</li>", at));
      String id = item.get("item").asText();
      assertTrue(line.contains(">" + id), line);
      int index = prepared.itemIds().indexOf(id);
      boolean heldOut = Arrays.binarySearch(prepared.test().heldOut().row(row), index) >= 0;
      assertEquals(heldOut, line.contains("✓ held out"), line);
      from = at + 1;
    }
  }

  @Test
  void theSameReportIsTheSameToTheByte() throws IOException {
    Path one = folder.resolve("1.html");
    Path two = folder.resolve("2.html");
    report(one, search, ease, "--data", data, "--threads", 1).done();
    report(two, search, ease, "--data", data, "--threads", 2).done();
    assertEquals(Files.readString(one), Files.readString(two));
  }

  @Test
  void mistakesAreSentencesAndLeaveTheOldReport() throws IOException {
    Path out = Program.write(folder.resolve("r.html"), "the old report");
    report(out, shared).fails(1, "expected a model directory, found no model.json");
    report(out, vae, "--data", data).fails(1, "none of the models was trained on these data");
    report(out, ease, "--data", data, "--user", "nobody")
        .fails(1, "there is no test user 'nobody'");
    report(out, ease, "--data", data, "--titles", shared.resolve("none")).fails(1, "none");
    report(out, ease, "--titles", titles).fails(2, "add --data DATA");
    report(out, "--data", data).fails(2, "MODEL");
    report(folder.resolve("no/r.html"), ease).fails(1, "there is no folder");
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.copy(vae.resolve("model.json"), damaged.resolve("model.json"));
    Program.write(damaged.resolve("checkpoint.safetensors"), "not one");
    report(out, damaged).fails(1, "not a valid safetensors file");
    assertEquals("the old report", Files.readString(out));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(damaged, out), left.sorted().toList());
    }
  }

  @Test
  void aModelWithoutItsCheckpointHasNoCurves() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String file : List.of("model.json", "model.safetensors", "items.txt")) {
      Files.copy(vae.resolve(file), copy.resolve(file));
    }
    JsonNode json = report(folder.resolve("r.html"), copy, "--json").done().json();
    assertTrue(json.at("/data/0/missing/Training").asText().contains("checkpoint.safetensors"));
  }
}
