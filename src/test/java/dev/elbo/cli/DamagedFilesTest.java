package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.PreparedData;
import dev.elbo.io.Json;
import dev.elbo.io.Npz;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Sha256;
import dev.elbo.io.Tensor;
import dev.elbo.io.TensorFile;
import dev.elbo.model.Parameters;
import dev.elbo.testing.Mutation;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.SavedModel;
import dev.elbo.verify.GoldenCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a file, the answer is that of the intact file, or one sentence that says what
 * is wrong. {@code mvn test -Dtest=DamagedFilesTest -Delbo.mutations=2000} tries more.
 */
class DamagedFilesTest {

  private static final int MUTATIONS = Integer.getInteger("elbo.mutations", 25);

  @TempDir private static Path shared;

  private static Path data;
  private static Path model;

  /**
   * A file and what reads it.
   *
   * @param file the file
   * @param protects whether it must be noticed that the content is another. Text cannot: another
   *     digit is another rating.
   * @param answer reads it, throws an ElboException if that cannot be
   */
  private record Format(Path file, boolean protects, Supplier<String> answer) {
    @Override
    public String toString() {
      return shared.relativize(file).toString();
    }
  }

  @BeforeAll
  static void make() throws IOException {
    Path ratings = Program.ratings(shared.resolve("ratings.csv"));
    data = Program.prepare(ratings, shared.resolve("data"));
    model = Program.train(data, shared.resolve("model"), "--epochs", 1);
    String csv = Files.readString(ratings);
    String events = csv.substring(csv.indexOf('\n') + 1);
    Program.write(shared.resolve("ratings.dat"), events.replace(",", "::"));
    Program.write(
        shared.resolve("ratings.json"),
        events.replaceAll(
            "(.*),(.*),(.*),(.*)",
            "{\"user\": \"$1\", \"item\": \"$2\", \"rating\": $3, \"timestamp\": $4}"));
    try (var gzip = new GZIPOutputStream(Files.newOutputStream(shared.resolve("ratings.csv.gz")))) {
      gzip.write(csv.getBytes(StandardCharsets.UTF_8));
    }
    var titles = new StringBuilder("movieId,title,genres\n");
    for (int item = 0; item < 40; item++) {
      titles.append("i%d,\"Film, the %dth\",Drama%n".formatted(item, item));
    }
    Program.write(shared.resolve("titles.csv"), titles.toString());
    for (String name : List.of("lists.csv", "lists.jsonl")) {
      Object[] all = {"--model-dir", model, "--users", "test", "--data", data, "-k", 3};
      Program.run("recommend", List.of(all), "--out", shared.resolve(name)).done();
    }
    Program.write(
        shared.resolve("lists.run"),
        Files.readString(shared.resolve("lists.csv"))
            .replaceFirst(".*\\R", "")
            .replaceAll("(.+),(.+),(.+),(.+)", "$1 Q0 $3 $2 $4 elbo"));
    int users = PreparedData.read(data).test().size();
    Npz.write(
        shared.resolve("lists.npz"),
        new LinkedHashMap<>(
            Map.of("positions", new Tensor.Int64(new int[] {users, 1}, new long[users]))));
    GoldenCase golden = GoldenCase.of("u-autorec-small");
    Npz.write(shared.resolve("golden.npz"), golden.tensors());
    Safetensors.write(shared.resolve("golden.safetensors"), golden.tensors(), Map.of());
  }

  private static Stream<Format> formats() {
    return Stream.of(
            Stream.of("model.json", "model.safetensors", "items.txt")
                .map(
                    name ->
                        new Format(
                            model.resolve(name),
                            true,
                            () -> recommended() + Json.text(SavedModel.describe(model)))),
            Stream.of("data.json", "data.safetensors", "items.txt", "train-users.txt")
                .map(name -> new Format(data.resolve(name), true, DamagedFilesTest::prepared)),
            Stream.of(
                new Format(data.resolve("validation-users.txt"), true, DamagedFilesTest::prepared),
                new Format(data.resolve("test-users.txt"), true, DamagedFilesTest::prepared),
                new Format(Checkpoint.file(model), true, DamagedFilesTest::checkpoint)),
            Stream.of("golden.npz", "golden.safetensors")
                .map(shared::resolve)
                .map(file -> new Format(file, file.endsWith("golden.npz"), () -> tensors(file))),
            Stream.of("ratings.csv", "ratings.dat", "ratings.json", "ratings.csv.gz")
                .map(shared::resolve)
                .map(
                    file ->
                        new Format(
                            file,
                            file.endsWith("ratings.csv.gz"),
                            () -> recommended("--histories", file))),
            Stream.of("lists.csv", "lists.jsonl", "lists.run", "lists.npz")
                .map(shared::resolve)
                .map(file -> new Format(file, file.endsWith("lists.npz"), () -> audited(file))),
            Stream.of("titles.csv")
                .map(shared::resolve)
                .map(
                    file ->
                        new Format(
                            file, false, () -> recommended("--items", "i1", "--titles", file))))
        .flatMap(formats -> formats);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void theAnswerIsTheSameOrThereIsNone(Format format, TestReporter reporter) throws IOException {
    byte[] intact = Files.readAllBytes(format.file);
    String expected = format.answer.get();
    var random = new Random(1);
    int refused = 0;
    int other = 0;
    for (int n = 0; n < MUTATIONS; n++) {
      byte[] damaged = Mutation.any(intact, random);
      Files.write(format.file, damaged);
      try {
        String answer = format.answer.get();
        other += answer.equals(expected) ? 0 : 1;
        assertTrue(
            answer.equals(expected) || !format.protects, () -> "mutation of seed 1: " + answer);
      } catch (ElboException e) {
        String sentence = e.getMessage().strip();
        assertTrue(sentence.chars().noneMatch(Character::isISOControl), sentence);
        assertTrue(sentence.length() < 1000, sentence);
        refused++;
      } finally {
        Files.write(format.file, intact);
      }
    }
    assertEquals(expected, format.answer.get());
    reporter.publishEntry(
        format.toString(),
        "%d mutations: %d refused, %d changed nothing, %d are other content"
            .formatted(MUTATIONS, refused, MUTATIONS - refused - other, other));
  }

  private static String recommended(Object... options) {
    return answer("recommend", "--model-dir", model, Stream.of(options).toList(), "--json");
  }

  private static String recommended() {
    return recommended("--items", "i1,i2,i3");
  }

  private static String prepared() {
    return answer("evaluate", "--model-dir", model, "--data", data, "--json")
        + Json.text(PreparedData.read(data).description());
  }

  private static String audited(Path lists) {
    return answer("audit", "--data", data, "--recommendations", lists, "--json");
  }

  private static String checkpoint() {
    Checkpoint read = Checkpoint.read(model);
    Parameters parameters = read.state().parameters();
    return Json.text(read.progress())
        + digest(parameters.tensors())
        + digest(read.state().firstMoments().tensors())
        + digest(read.state().secondMoments().tensors());
  }

  private static String tensors(Path file) {
    return digest(TensorFile.read(file, 1 << 20));
  }

  private static String digest(SequencedMap<String, Tensor> tensors) {
    return tensors.keySet() + Sha256.of(out -> Safetensors.write(out, tensors, Map.of()));
  }

  /** What a command gives; its error in words is thrown. */
  private static String answer(Object... command) {
    Program.Result result = Program.run(command);
    if (result.code() == 0) {
      return result.out();
    }
    throw new ElboException(result.fails(1, "elbo: ").err().lines().toList().getLast());
  }
}
