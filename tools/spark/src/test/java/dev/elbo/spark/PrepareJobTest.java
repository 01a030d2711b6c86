package dev.elbo.spark;

import static dev.elbo.spark.Jobs.contents;
import static dev.elbo.spark.Jobs.csv;
import static dev.elbo.spark.Jobs.elbo;
import static dev.elbo.spark.Jobs.events;
import static dev.elbo.spark.Jobs.job;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.elbo.spark.Jobs.Event;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The job writes what the command writes, byte for byte: whatever the files are, wherever they are
 * cut, and whatever is kept. Parts are of 4 KiB here, so that there are many.
 */
class PrepareJobTest {

  private static SparkSession spark;

  @TempDir private Path dir;

  @BeforeAll
  static void start() {
    spark = Jobs.spark();
  }

  /** Prepares files in both ways, and compares what both wrote and said. */
  private void assertSame(List<Path> ratings, String... options) {
    Path expected = dir.resolve("expected");
    Path found = dir.resolve("found");
    List<Object> words = new ArrayList<>(List.of("prepare", "--ratings"));
    words.addAll(ratings);
    words.addAll(List.of(options));
    Jobs.Result command = elbo(words, "--out", expected).done();
    Jobs.Result job = job(words, "--out", found, "--part-kib", 4, "--partitions", 3).done();
    assertEquals(contents(expected), contents(found));
    assertEquals(command.out().replace(expected.toString(), found.toString()), job.out());
    assertEquals(command.err(), job.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--min-rating 2.5 --min-item-users 6 --min-user-items 4",
        "--min-item-users 8 --min-user-items 6 --k-core --min-rating 1",
        "--split temporal --heldout-users 20 --seed 7",
        "--split weak --holdout 0.1",
        "--split none --explicit",
        "--explicit --split weak",
        "--shuffle-lines 5",
        "--rating-column none --time-column none --min-user-items 1",
        "--weight-column rating",
      })
  void options(String options) {
    Path file = csv(dir.resolve("log.csv"), events(300, 150, 1));
    assertSame(List.of(file), options.isEmpty() ? new String[0] : options.split(" "));
  }

  @Test
  void a_folder_of_parts() {
    List<Event> events = events(300, 150, 2);
    csv(dir.resolve("log/part-2.csv"), events.subList(0, 2000));
    csv(dir.resolve("log/part-10.csv"), events.subList(2000, events.size()));
    assertSame(List.of(dir.resolve("log")));
  }

  @Test
  void Parquet_in_row_groups_of_any_columns() {
    Path file = csv(dir.resolve("log.csv"), events(300, 150, 3));
    spark
        .read()
        .option("header", true)
        .option("inferSchema", true)
        .csv(file.toString())
        .coalesce(1)
        .write()
        .option("parquet.block.size", 4096)
        .option("parquet.page.size", 1024)
        .parquet(dir.resolve("log.parquet").toString());
    assertSame(List.of(dir.resolve("log.parquet")), "--split", "temporal");
  }

  @Test
  void gzip_and_lines_without_header_and_JSON() throws IOException {
    StringBuilder lines = new StringBuilder();
    StringBuilder json = new StringBuilder();
    for (Event event : events(300, 150, 4)) {
      lines.append(event.csv().replace(",", "::")).append("\r\n");
      json.append(
          "{\"user\": \"%s\", \"item\": \"%s\", \"rating\": %s, \"time\": %d}%n"
              .formatted(event.user(), event.item(), event.rating(), event.time()));
    }
    Path gzip = dir.resolve("log.dat.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
    Path plain = Files.writeString(dir.resolve("log.dat"), lines);
    Path jsonLines = Files.writeString(dir.resolve("log.json"), json);
    assertSame(List.of(gzip, plain, jsonLines));
  }

  @Test
  void quoted_fields_go_over_the_ends_of_lines_and_parts() {
    List<String> lines = new ArrayList<>(List.of("\uFEFFuser,item,rating"));
    for (Event event : events(300, 150, 5)) {
      lines.add(
          "\"%s\",\"the%nitem, %s\",%s".formatted(event.user(), event.item(), event.rating()));
    }
    // Ids have no line ends; a column that is not read may have some.
    lines.replaceAll(line -> line.replace("the" + System.lineSeparator() + "item, ", "item, "));
    lines.set(0, "\uFEFFuser,item,rating,remark");
    for (int n = 1; n < lines.size(); n++) {
      lines.set(n, lines.get(n) + ",\"no %s\n%s\"".formatted(",\n".repeat(n % 5), "5,6,7"));
    }
    assertSame(List.of(Jobs.write(dir.resolve("log.csv"), lines)));
  }

  @Test
  void lines_that_are_left_out() {
    List<String> lines = new ArrayList<>(List.of("user,item,rating"));
    for (Event event : events(300, 150, 6)) {
      lines.add("%s,%s,%s".formatted(event.user(), event.item(), event.rating()));
    }
    for (int n = 100; n < lines.size(); n += 70) {
      lines.set(n, n % 3 == 0 ? "only one" : "u1,,5");
    }
    assertSame(List.of(Jobs.write(dir.resolve("log.csv"), lines)), "--skip-bad-lines");
  }

  @Test
  void numbers_as_ids_and_decimals_in_times() {
    List<String> lines = new ArrayList<>(List.of("user\titem\ttime"));
    for (Event event : events(300, 150, 7)) {
      int user = Integer.parseInt(event.user().substring(1));
      String id = user % 50 == 0 ? user + ".0" : Integer.toString(user);
      String time = user % 7 == 0 ? event.time() + ".25" : Long.toString(event.time());
      lines.add("%s\t%s\t%s".formatted(id, event.item(), time));
    }
    lines.add("7\t7\t1"); // once as 7, and as 007: two users of one number
    lines.add("007\t7\t1");
    assertSame(List.of(Jobs.write(dir.resolve("log.tsv"), lines)), "--split", "none", "--k-core");
  }

  /** What is wrong is said in the words of the command, with the line, and nothing is written. */
  @Test
  void mistakes() {
    List<Event> events = events(300, 150, 8);
    Path good = csv(dir.resolve("good.csv"), events);
    List<String> lines = new ArrayList<>(List.of("user,item,rating"));
    events.forEach(event -> lines.add("%s,%s,1".formatted(event.user(), event.item())));
    lines.set(2000, "u1,i1,five");
    Path bad = Jobs.write(dir.resolve("bad.csv"), lines);
    Path untimed = Jobs.write(dir.resolve("untimed.csv"), lines.subList(0, 100));
    for (List<Object> ratings :
        List.of(
            List.<Object>of(dir.resolve("absent.csv")),
            List.<Object>of(bad),
            List.<Object>of(good, untimed),
            List.<Object>of(good, "--user-column", "usrId"),
            List.<Object>of(good, "--min-rating", 6),
            List.<Object>of(good, "--split", "weak", "--heldout-users", 5),
            List.<Object>of(untimed, "--split", "temporal", "--min-rating", 0),
            List.<Object>of(good, "--seed", -1))) {
      Jobs.Result expected = elbo("prepare", "--ratings", ratings, "--out", dir.resolve("out"));
      Jobs.Result found =
          job("prepare", "--ratings", ratings, "--out", dir.resolve("out"), "--part-kib", 4);
      found.fails(expected.code(), "");
      assertEquals(
          expected.err().replace("'elbo prepare", "'elbo-spark prepare"),
          found.err().replace("elbo-spark: ", "elbo: "));
      assertFalse(Files.exists(dir.resolve("out")));
    }
  }
}
