package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.cli.Program.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tools/MultVae.java}, run from its source as its reader does. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OneFileIT {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Path GOLDEN = Path.of("..", "reference-results", "golden");
  private static final List<String> GROUPS =
      List.of(
          "scores, NDCG",
          "activations",
          "loss",
          "gradients",
          "weights after 1 update",
          "weights after 10 updates");

  private static final Pattern NDCG =
      Pattern.compile("NDCG@100 on the test users: (.+) by popularity, (.+) by Mult-VAE");

  @TempDir private static Path folder;

  private static Result run(Object... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA.toString(), "../tools/MultVae.java"));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    return Program.start(folder, command);
  }

  private static Path golden(String name) {
    return GOLDEN.resolve(name + ".safetensors");
  }

  /** The groups of tensors in the order in which they were compared. */
  private static List<String> groups(Result result) {
    return result.out().lines().map(line -> line.split(" +off by ", -1)[0]).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mult-vae-small", "mult-vae-empty-and-full", "mult-vae-large-logits"})
  void computesGoldenCases(String name) throws Exception {
    assertEquals(GROUPS, groups(run("--verify", golden(name)).done()));
  }

  @Test
  void saysWhichNumbersAreWrong() throws Exception {
    byte[] changed = Files.readAllBytes(golden("mult-vae-small"));
    ByteBuffer.wrap(changed).putDouble(changed.length - Double.BYTES, 0.0); // ndcg@5, the last
    Result result = run("--verify", Files.write(folder.resolve("changed"), changed));
    assertEquals(1, result.code(), result.err());
    assertEquals(GROUPS, groups(result));
    List<String> wrong = result.out().lines().filter(line -> line.endsWith(": WRONG")).toList();
    assertEquals(1, wrong.size(), result.out());
    assertTrue(wrong.getFirst().startsWith("scores, NDCG"), result.out());
  }

  @Test
  void learnsMadeUpTastes() throws Exception {
    String out = run().done().out();
    Matcher ndcg = NDCG.matcher(out);
    assertTrue(ndcg.find(), out);
    double popularity = Double.parseDouble(ndcg.group(1));
    assertTrue(popularity + 0.2 < Double.parseDouble(ndcg.group(2)), ndcg.group());
    assertEndsWithRecommendations(out);
  }

  @Test
  void readsRatings() throws Exception {
    Path csv = Program.ratings(folder.resolve("ratings.csv"));
    assertEndsWithRecommendations(run(csv, 8, 4, 2).done().out());
  }

  private static void assertEndsWithRecommendations(String out) {
    String last = out.lines().toList().getLast();
    assertTrue(last.matches("Ten recommendations: +(\\S+ ){9}\\S+"), last);
  }

  @Test
  void saysWhatIsWrongInASentence() throws Exception {
    run("--verify", golden("mult-dae-small")).fails(2, "is no golden case of Mult-VAE");
    run("nowhere.csv").fails(2, "there is no file nowhere.csv");
    run("ratings.csv", "many").fails(2, "expected FILE [HIDDEN LATENT EPOCHS]");
    Path words = Program.write(folder.resolve("words.csv"), "1,2,good\n");
    run(words).fails(2, "expected user, item, rating");
  }
}
