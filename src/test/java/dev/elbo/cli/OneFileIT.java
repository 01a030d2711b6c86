package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elbo.cli.Program.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

  /** What is compared, in order. */
  private static final List<String> TENSORS =
      Stream.of(
              Stream.of("scores", "ndcg@5", "loss"),
              parameters().map(p -> "gradient." + p),
              parameters().map(p -> "updated.tensorflow.1." + p),
              parameters().map(p -> "updated.tensorflow.10." + p))
          .flatMap(names -> names)
          .toList();

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

  private static Stream<String> parameters() {
    return Stream.of("q_layers.0", "q_layers.1", "p_layers.0", "p_layers.1")
        .flatMap(layer -> Stream.of(layer + ".weight", layer + ".bias"));
  }

  /** The tensors in the order in which they were compared. */
  private static List<String> tensors(Result result) {
    return result.out().lines().map(line -> line.split(" +off by ", -1)[0]).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "beta0", "beta1", "one-user", "large-logits"})
  void computesGoldenCases(String name) throws Exception {
    assertEquals(TENSORS, tensors(run("--verify", golden("mult-vae-" + name)).done()));
  }

  @Test
  void saysWhichNumbersAreWrong() throws Exception {
    byte[] changed = Files.readAllBytes(golden("mult-vae-small"));
    ByteBuffer.wrap(changed).putDouble(changed.length - Double.BYTES, 0.0); // ndcg@5, the last
    Result result = run("--verify", Files.write(folder.resolve("changed"), changed));
    assertEquals(1, result.code(), result.err());
    assertEquals(TENSORS, tensors(result));
    List<String> wrong = result.out().lines().filter(line -> line.endsWith(": WRONG")).toList();
    assertEquals(1, wrong.size(), result.out());
    assertTrue(wrong.getFirst().startsWith("ndcg@5"), result.out());
  }

  /** {@code tools/mult_vae.py}, where there is a Python with NumPy. */
  @ParameterizedTest
  @ValueSource(strings = {"small", "large-logits"})
  void computesTheSameInNumPy(String name) throws Exception {
    assumeTrue(hasNumPy(), "needs python3 with NumPy");
    Path file = golden("mult-vae-" + name);
    Result result =
        Program.start(
            folder, List.of("python3", "../tools/mult_vae.py", "--verify", file.toString()));
    Set<String> expected = new TreeSet<>(TENSORS);
    expected.remove("ndcg@5");
    assertEquals(expected, new TreeSet<>(tensors(result.done())));
  }

  private static boolean hasNumPy() throws InterruptedException {
    try {
      return Program.start(folder, List.of("python3", "-c", "import numpy")).code() == 0;
    } catch (IOException e) {
      return false;
    }
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
    assertEndsWithRecommendations(run("--ratings", csv).done().out());
  }

  private static void assertEndsWithRecommendations(String out) {
    String last = out.lines().toList().getLast();
    assertTrue(last.matches("Ten recommendations: +(\\S+ ){9}\\S+"), last);
  }

  @Test
  void saysWhatIsWrongInASentence() throws Exception {
    run("--verify", golden("mult-dae-small")).fails(2, "is no golden case of Mult-VAE");
    run("--verify", golden("mult-vae-decay")).fails(2, "is no golden case of Mult-VAE");
    run("--ratings", "nowhere.csv").fails(2, "there is no file nowhere.csv");
    run("ratings.csv").fails(2, "expected nothing, --ratings FILE or --verify FILE");
    Path words = Program.write(folder.resolve("words.csv"), "1,2,good\n");
    run("--ratings", words).fails(2, "expected user, item, rating");
    Path one = Program.write(folder.resolve("one.csv"), "1,2,5\n");
    run("--ratings", one).fails(2, "expected 10 users with 5 items or more, found 0");
  }
}
