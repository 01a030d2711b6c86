package dev.elbo.spark;

import static dev.elbo.spark.Jobs.csv;
import static dev.elbo.spark.Jobs.elbo;
import static dev.elbo.spark.Jobs.events;
import static dev.elbo.spark.Jobs.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users get the items, and these the scores, that the command gives them. */
class RecommendJobTest {

  private static SparkSession spark;

  @TempDir private static Path shared;

  @TempDir private Path dir;

  @BeforeAll
  static void start() {
    spark = Jobs.spark();
    Path log = csv(shared.resolve("log.csv"), events(300, 150, 1));
    elbo("prepare", "--ratings", log, "--out", shared.resolve("data")).done();
    elbo(
            "prepare",
            "--ratings",
            log,
            "--out",
            shared.resolve("rated"),
            "--explicit",
            "--split",
            "weak")
        .done();
    train("mult-vae", "data");
    train("u-autorec", "rated");
    train("ease", "data");
  }

  private static void train(String model, String data) {
    List<String> small =
        model.equals("ease")
            ? List.of()
            : List.of("--epochs", "2", "--latent", "8", "--batch-size", "40", "--threads", "1");
    elbo(
            "train",
            "--data",
            shared.resolve(data),
            "--out",
            shared.resolve(model),
            "--model",
            model,
            small)
        .done();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mult-vae", "u-autorec", "ease"})
  void scoresAreTheCommands(String model) throws IOException {
    // Other users than were trained on, among them some with nothing that counts.
    Path file = csv(dir.resolve("log.csv"), events(700, 170, 2));
    List<Object> words =
        List.of("recommend", "--model-dir", shared.resolve(model), "--histories", file, "-k", 7);
    Path expected = dir.resolve("expected.csv");
    elbo(words, "--out", expected).done();
    Path found = dir.resolve("found");
    job(words, "--out", found, "--part-kib", 16, "--partitions", 3, "--exclude-file", none())
        .done();
    TreeSet<String> rows = new TreeSet<>();
    spark
        .read()
        .parquet(found.toString())
        .collectAsList()
        .forEach(
            row ->
                rows.add(
                    "%s,%d,%s,%s"
                        .formatted(
                            row.getString(0), row.getInt(1), row.getString(2), row.getDouble(3))));
    List<String> lines = Files.readAllLines(expected);
    assertEquals(new TreeSet<>(lines.subList(1, lines.size())), rows);
  }

  private Path none() {
    return Jobs.write(dir.resolve("none"), List.of());
  }

  @Test
  void mistakes() {
    Path model = shared.resolve("mult-vae");
    Path log = shared.resolve("log.csv");
    Path out = dir.resolve("out");
    job("recommend", "--model-dir", dir, "--histories", log, "--out", out)
        .fails(1, "expected a model directory, found no model.json");
    job("recommend", "--model-dir", model, "--histories", dir.resolve("no"), "--out", out)
        .fails(1, "expected a file, found none");
    job("recommend", "--model-dir", model, "--histories", log, "--out", dir)
        .fails(1, "expected no such folder yet, found one; choose another --out");
    job("recommend", "--model-dir", model, "--histories", log, "--out", out, "--item-column", "x")
        .fails(1, "expected a column");
    Path others = Jobs.write(dir.resolve("others.csv"), List.of("user,item,rating", "1,none,5"));
    job("recommend", "--model-dir", model, "--histories", others, "--out", out)
        .fails(1, "no user has a liked item that the model knows");
    Path beyond = Jobs.write(dir.resolve("beyond.csv"), List.of("user,item,rating", "1,2,500"));
    job(
            "recommend",
            "--model-dir",
            shared.resolve("u-autorec"),
            "--histories",
            beyond,
            "--out",
            out)
        .fails(1, "expected ratings from 1 to 5");
    assertFalse(Files.exists(out));
  }
}
