package dev.elbo.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.elbo.cli.run.RunArguments;
import dev.elbo.data.Interactions;
import dev.elbo.data.SyntheticRatings;
import dev.elbo.testing.States;
import dev.elbo.train.Checkpoint;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.RunOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the program in this process, and makes it something to work on. */
final class Program {

  /** Options of a model that trains in no time. */
  static final List<String> SMALL =
      List.of("--hidden", "8", "--latent", "4", "--batch-size", "20", "--threads", "1");

  private Program() {}

  /**
   * What a run left.
   *
   * @param code exit code
   * @param out standard output
   * @param err standard error
   */
  record Result(int code, String out, String err) {

    /** Standard output, which must be one JSON document. */
    JsonNode json() {
      try {
        return JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readTree(out);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not one JSON document: " + out, e);
      }
    }

    /** The run was fine. */
    Result done() {
      assertEquals(0, code, err);
      return this;
    }

    /** The run ended with this code, said this, and showed no stack trace. */
    Result fails(int expected, String message) {
      assertEquals(expected, code, err);
      assertTrue(err.contains(message), err);
      assertTrue(!err.contains("\tat "), err);
      return this;
    }
  }

  /** Runs the program; lists among the arguments are laid out flat. */
  static Result run(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            Stream.of(args)
                .flatMap(arg -> arg instanceof List<?> list ? list.stream() : Stream.of(arg))
                .map(Object::toString)
                .toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  /** Ends like a killed program: in the middle of a word. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Ends the program at the given line of what it says, however far it is then. */
  static void killAt(int line, List<?> args) {
    PrintWriter err =
        new PrintWriter(new StringWriter()) {
          private int lines;

          @Override
          public void println(String text) {
            if (++lines == line) {
              throw new Killed();
            }
          }
        };
    String[] words = args.stream().map(Object::toString).toArray(String[]::new);
    assertThrows(Killed.class, () -> Main.run(new PrintWriter(Writer.nullWriter()), err, words));
  }

  /** Writes ratings of 80 users on 40 items; one of seven is below the usual threshold. */
  static Path ratings(Path file) {
    Interactions drawn = new SyntheticRatings(80, 40, 11).draw();
    var csv = new StringBuilder("userId,movieId,rating,timestamp\n");
    for (int event = 0; event < drawn.size(); event++) {
      csv.append(
          "u%s,i%s,%s,%d%n"
              .formatted(
                  drawn.userIds().get(drawn.users()[event]),
                  drawn.itemIds().get(drawn.items()[event]),
                  event % 7 == 0 ? "3.0" : "4.5",
                  event));
    }
    return write(file, csv.toString());
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prepares such ratings. */
  static Path prepare(Path ratings, Path data, Object... options) {
    run("prepare", "--ratings", ratings, "--out", data, List.of(options)).done();
    return data;
  }

  /** A checkpoint as if its run had been started with other options. */
  static Checkpoint plan(Checkpoint checkpoint, Map<String, String> options) {
    Progress progress = checkpoint.progress();
    var run = (RunOptions.OfNetwork) RunArguments.parse(options).over(progress.run());
    return new Checkpoint(
        checkpoint.state(),
        new Progress(
            run,
            progress.engine(),
            progress.dataSha256(),
            progress.updates(),
            progress.bestEpoch(),
            progress.epochs(),
            progress.startedFrom()));
  }

  /**
   * A run of three epochs that stops after the first and is resumed is the run that did not stop,
   * to the last bit.
   *
   * @param options of the run; those that depend on the number of epochs by default are given
   */
  static void assertContinuesBitForBit(Path data, Path folder, List<?> options) {
    Path whole = folder.resolve("whole");
    run("train", "--data", data, "--out", whole, options, "--epochs", 3).done();
    Path parts = folder.resolve("parts");
    run("train", "--data", data, "--out", parts, options, "--epochs", 1).done();
    Checkpoint first = Checkpoint.read(parts);
    plan(first, Map.of("--epochs", "3")).write(parts);
    run("train", "--data", data, "--out", parts, "--resume").done();

    Checkpoint expected = Checkpoint.read(whole);
    Checkpoint actual = Checkpoint.read(parts);
    assertEquals(1, first.progress().epochs().size());
    assertEquals(3, actual.progress().epochs().size());
    assertTrue(expected.progress().bestEpoch() > 1, "the model is one of the resumed run");
    States.assertSameBits(expected.state(), actual.state());
    for (String file : List.of("model.safetensors", "model.json")) {
      assertArrayEquals(bytes(whole.resolve(file)), bytes(parts.resolve(file)), file);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains a small model. */
  static Path train(Path data, Path model, Object... options) {
    run("train", "--data", data, "--out", model, SMALL, List.of(options)).done();
    return model;
  }

  /** Runs another program, its output in files of a folder. */
  static Result start(Path folder, List<String> command) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      return new Result(process.waitFor(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
