package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

  @TempDir private static Path folder;
  private static Path ratings;
  private static Path data;
  private static Path a;
  private static Path b;

  @BeforeAll
  static void train() {
    ratings = Program.ratings(folder.resolve("r.csv"));
    data = Program.prepare(ratings, folder.resolve("data"), "--heldout-users", 20);
    a = Program.train(data, folder.resolve("a"), "--epochs", 1);
    b = Program.train(data, folder.resolve("b"), "--epochs", 30, "--learning-rate", 0.03);
  }

  private static Program.Result compare(Path one, Path other, Object... options) {
    return run("compare", one, other, "--data", data, "--resamples", 999, List.of(options));
  }

  @Test
  void theDocumentHasEachModelAsEvaluateMeasuresIt() {
    Program.Result result = compare(a, b, "--metrics", "ndcg@10,gini@5", "--json").done();
    JsonNode json = result.json();
    assertEquals(
        List.of(
            "a",
            "b",
            "on",
            "users",
            "usersWithoutHeldOut",
            "tooFewUsers",
            "confidence",
            "resamples",
            "seed",
            "metrics"),
        MainTest.names(json));
    JsonNode ndcg = json.at("/metrics/ndcg@10");
    assertEquals(List.of("a", "b", "difference", "test"), MainTest.names(ndcg));
    assertEquals(
        List.of("interval", "pValue", "adjustedPValue", "moreThanNoise"),
        MainTest.names(ndcg.get("test")));
    assertTrue(json.at("/metrics/gini@5/test").isNull());
    JsonNode evaluated =
        run("evaluate", "--model-dir", b, "--data", data, "--metrics", "ndcg@10,gini@5", "--json")
            .done()
            .json();
    assertEquals(evaluated.get("users"), json.get("users"));
    assertEquals(evaluated.at("/metrics/ndcg@10/mean"), ndcg.get("b"));
    assertEquals(evaluated.at("/metrics/gini@5/mean"), json.at("/metrics/gini@5/b"));
    assertTrue(result.err().contains("gini@5: one value for all users together, not tested."));
  }

  @Test
  void theVerdictIsInWords() {
    String better = compare(a, b, "--on", "validation", "--metrics", "ndcg@100").done().out();
    assertTrue(better.contains("ndcg@100: B is higher, by more than noise."), better);
    String turned = compare(b, a, "--on", "validation", "--metrics", "ndcg@100").done().out();
    assertTrue(turned.contains("ndcg@100: A is higher, by more than noise."), turned);
    String same = compare(a, a, "--metrics", "recall@10").done().out();
    assertTrue(same.contains("recall@10: may be noise; which is higher cannot be told."), same);
  }

  /** 80 users, all of whom a weak split judges on, or 20. */
  @Test
  void fewerThan30UsersAreTooFewForAnInterval() {
    String warning = "With fewer than 30 users the intervals are too short to trust";
    Program.Result few = compare(a, b, "--metrics", "ndcg@10", "--json").done();
    assertTrue(few.err().contains(warning), few.err());
    assertTrue(few.json().get("users").asInt() < 30);
    assertTrue(few.json().get("tooFewUsers").asBoolean());

    Path weak = Program.prepare(ratings, folder.resolve("weak"), "--split", "weak");
    Path one = Program.train(weak, folder.resolve("one"), "--epochs", 1);
    Program.Result many =
        run("compare", one, one, "--data", weak, "--resamples", 100, "--json").done();
    assertTrue(!many.err().contains(warning), many.err());
    assertTrue(many.json().get("users").asInt() >= 30);
    assertTrue(!many.json().get("tooFewUsers").asBoolean());
  }

  @Test
  void theSameCommandGivesTheSameDocument() {
    Program.Result one = compare(a, b, "--on", "validation", "--json", "--threads", 1).done();
    Program.Result two = compare(a, b, "--on", "validation", "--json", "--threads", 2).done();
    assertEquals(one.json(), two.json());
  }

  @Test
  void modelsOfOtherDataAreRefused() {
    Path otherData = Program.prepare(ratings, folder.resolve("other"), "--seed", 1);
    Path other = Program.train(otherData, folder.resolve("c"), "--epochs", 1);
    compare(a, other, "--json").fails(1, other + ": the model was trained on other data").json();
    run("compare", a, b, "--data", otherData).fails(1, a + ": the model was trained on other data");
  }

  @Test
  void whatIsMissingIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    compare(a, nowhere).fails(1, nowhere + ": expected a model directory");
    run("compare", a, b, "--data", nowhere).fails(1, nowhere.toString());
    run("compare", a, "--data", data).fails(2, "B");
    compare(a, b, "--resamples", 99).fails(2, "expected 100 resamples or more, found '99'");
  }
}
