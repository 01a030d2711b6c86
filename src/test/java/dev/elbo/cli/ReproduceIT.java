package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.cli.Program.Result;
import dev.elbo.data.PreparedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tools/reproduce}, on a table of made-up ratings. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReproduceIT {

  private static final String HEADER =
      "name,system,data,protocol,metric,value,deviation,seeds,page,events,prepare,train,evaluate";

  private static final String ENGINE = "--engine=reference";

  @TempDir private Path folder;
  private Path ratings;
  private String events;
  private String ndcg;

  @BeforeEach
  void measure() {
    ratings = Program.ratings(folder.resolve("ratings.csv"));
    Path data = folder.resolve("data");
    Program.prepare(ratings, data);
    events = PreparedData.read(data).description().filteredSha256();
    double sum = 0;
    for (int seed : List.of(3, 4)) {
      Path model = folder.resolve("model-" + seed);
      Program.train(data, model, "--epochs", 2, ENGINE, "--seed", seed);
      JsonNode found =
          Program.run("evaluate", "--model-dir", model, "--data", data, ENGINE, "--json")
              .done()
              .json();
      sum += found.at("/metrics/ndcg@100/mean").asDouble();
    }
    ndcg = String.format(Locale.ROOT, "%.4f", sum / 2);
  }

  private Result reproduce(String value, Object... args) throws Exception {
    Path measured =
        Program.write(
            folder.resolve("measured.csv"),
            "%s%nvae,VAE,made up,strong,ndcg@100,%s,,3 4,page.md,%s,,%s --epochs 2 %s --seed SEED,%s%n"
                .formatted(HEADER, value, events, String.join(" ", Program.SMALL), ENGINE, ENGINE));
    List<String> command =
        new ArrayList<>(
            List.of("../tools/reproduce", "--ratings", ratings.toString(), "--measured"));
    command.add(measured.toString());
    command.addAll(List.of("--work", folder.resolve("reproduced").toString()));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    return Program.start(folder, command);
  }

  @Test
  void whatIsTheSameIsSaidAndWhatIsNotIsAnError() throws Exception {
    String line = reproduce(ndcg).done().out().lines().toList().getLast();
    assertEquals(List.of("vae", "ndcg@100", ndcg, ndcg, "same"), List.of(line.split(" +")));
    Result other = reproduce("0.9999", "vae");
    assertEquals(1, other.code(), other.err());
    assertTrue(other.out().endsWith("0.9999    %s  DIFFERENT%n".formatted(ndcg)), other.out());
  }

  /** The same ratings in another order are other data. */
  @Test
  void otherDataIsNotCompared() throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(ratings));
    lines.add(1, lines.removeLast());
    Files.write(ratings, lines);
    Result result = reproduce(ndcg);
    assertEquals(1, result.code(), result.err());
    assertTrue(result.out().strip().endsWith("OTHER DATA"), result.out());
    assertTrue(result.err().contains("and those that were measured " + events), result.err());
  }

  @Test
  void saysWhatIsWrongInASentence() throws Exception {
    reproduce(ndcg, "ease").fails(2, "found 'ease'; there are vae");
    Program.start(folder, List.of("../tools/reproduce", "--ratings", "nowhere"))
        .fails(2, "there is no file nowhere");
  }
}
