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

class AuditCommandTest {
  @TempDir private static Path folder;
  private static Path data;
  private static Path model;
  private static Path top;

  @BeforeAll
  static void recommend() {
    Path ratings = Program.ratings(folder.resolve("r.csv"));
    data = Program.prepare(ratings, folder.resolve("data"), "--heldout-users", 20);
    model = folder.resolve("model");
    run("train", "--model", "ease", "--data", data, "--out", model).done();
    top = folder.resolve("top.csv");
    run(
            "recommend",
            "--model-dir",
            model,
            "--users",
            "test",
            "--data",
            data,
            "-k",
            10,
            "--out",
            top)
        .done();
  }

  private static Program.Result audit(Object... options) {
    return run("audit", "--data", data, "--recommendations", top, List.of(options));
  }

  /** What `recommend` writes has the figures that `evaluate` measures, to the last digit. */
  @Test
  void ourOwnRecommendationsHaveTheFiguresOfEvaluate() {
    JsonNode measured =
        run(
                "evaluate",
                "--model-dir",
                model,
                "--data",
                data,
                "--metrics",
                "ndcg@10,recall@10,map@10,mrr@10,coverage@10,novelty@10,gini@10",
                "--json")
            .done()
            .json()
            .get("metrics");
    for (JsonNode figure : audit("--json").done().json().get("figures")) {
      JsonNode same = measured.get(figure.get("name").asText());
      if (figure.get("evaluate").asBoolean() && same != null) {
        assertEquals(same.get("mean").asDouble(), figure.get("mean").asDouble());
        assertEquals(same.get("standardError").asDouble(), figure.get("standardError").asDouble());
      }
    }
  }

  @Test
  void aClaimThatNothingGivesFails() {
    audit("--claim", "ndcg@10=0.99999").fails(1, "");
    audit("--claim", "ndcg@10").fails(2, "ndcg@100=0.3979");
    double ndcg = audit("--json").done().json().at("/figures/0/mean").asDouble();
    assertTrue(
        audit("--claim", "NDCG@10=%.4f".formatted(ndcg))
            .done()
            .toString()
            .contains("readings give it"));
  }

  @Test
  void anotherSystemIsComparedAsModelsAre() {
    JsonNode json = audit("--against", top, "--json").done().json();
    assertEquals(1, json.at("/comparison/metrics/ndcg@10/test/pValue").asDouble());
    assertTrue(json.at("/sampled/0/confusion").isNull());
  }

  @Test
  void filesThatDoNotGoTogetherAreRefused() {
    run("audit", "--data", data).fails(2, "--recommendations");
    run("audit", "--definitions", "-k", 5).fails(2, "does nothing beside --definitions");
    Path other = Program.write(folder.resolve("other.csv"), "user,item\nnobody,1\n");
    run("audit", "--data", data, "--recommendations", other).fails(1, "nobody");
  }
}
