package dev.elbo.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Runs jobs and commands in this process, on ratings that are made up. */
final class Jobs {

  private Jobs() {}

  /** Starts Spark with two cores, for all that follows. */
  static SparkSession spark() {
    return SparkSession.builder()
        .config(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "2"))
        .getOrCreate();
  }

  /**
   * What a run left.
   *
   * @param code exit code
   * @param out standard output
   * @param err standard error
   */
  record Result(int code, String out, String err) {

    /** The run was fine. */
    Result done() {
      assertEquals(0, code, err);
      return this;
    }

    /** The run ended with this code, said this in a sentence, and showed no stack trace. */
    void fails(int expected, String message) {
      assertEquals(expected, code, err);
      assertTrue(err.contains(message), err);
      assertFalse(err.contains("\tat "), err);
    }
  }

  /** Runs a command of the program. */
  static Result elbo(Object... args) {
    return run(dev.elbo.cli.Main::run, args);
  }

  /** Runs a job. */
  static Result job(Object... args) {
    return run(Main::run, args);
  }

  private interface Program {
    int run(PrintWriter out, PrintWriter err, String... args);
  }

  private static Result run(Program program, Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        program.run(
            new PrintWriter(out),
            new PrintWriter(err),
            Stream.of(args)
                .flatMap(arg -> arg instanceof List<?> list ? list.stream() : Stream.of(arg))
                .map(Object::toString)
                .toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  /** An event of a log. */
  record Event(String user, String item, double rating, long time) {
    String csv() {
      return "%s,%s,%s,%d".formatted(user, item, rating, time);
    }
  }

  /** Events of a log: popular items and rare ones, repeated events, times that are equal. */
  static List<Event> events(int users, int items, int seed) {
    var random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int n = 0; n < 14 * users; n++) {
      double popular = random.nextDouble();
      events.add(
          new Event(
              "u" + random.nextInt(users),
              Integer.toString((int) (items * popular * popular)),
              1 + random.nextInt(9) / 2.0,
              978300000 + random.nextInt(5000)));
    }
    return events;
  }

  /** Writes events as CSV with a header. */
  static Path csv(Path file, List<Event> events) {
    List<String> lines = new ArrayList<>(List.of("userId,movieId,rating,timestamp"));
    events.forEach(event -> lines.add(event.csv()));
    return write(file, lines);
  }

  static Path write(Path file, List<String> lines) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a folder and what is in them. */
  static SortedMap<String, String> contents(Path folder) {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(),
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }
}
