package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.data.DataDescription;
import dev.elbo.data.Filter;
import dev.elbo.data.PreparedData;
import dev.elbo.data.Split;
import dev.elbo.io.FolderLock;
import dev.elbo.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrepareCommandTest {

  @TempDir private Path folder;
  private Path ratings;
  private Path out;

  @BeforeEach
  void setUp() {
    ratings = Program.ratings(folder.resolve("ratings.csv"));
    out = folder.resolve("new").resolve("data");
  }

  @Test
  void theDocumentIsTheDescriptionOfTheData() {
    Program.Result result = run("prepare", "--ratings", ratings, "--out", out, "--json").done();
    JsonNode json = result.json();
    PreparedData data = PreparedData.read(out);
    assertEquals(
        List.of(
            "source",
            "filter",
            "split",
            "droppedByFilter",
            "filtered",
            "filteredSha256",
            "droppedBySplit",
            "train",
            "validation",
            "test"),
        MainTest.names(json));
    assertEquals(80, json.at("/source/users").asInt());
    assertEquals(data.train().rows(), json.at("/train/users").asInt());
    assertEquals(data.train().size(), json.at("/train/events").asInt());
    assertEquals(data.test().heldOut().size(), json.at("/test/heldOut").asInt());
    assertEquals(
        json.at("/filtered/users").asInt(),
        data.train().rows() + data.validation().size() + data.test().size());
    assertTrue(result.err().contains("Wrote " + out), "the words go to standard error");
  }

  @Test
  void withoutJsonTheWordsAreTheOutput() {
    Program.Result result = run("prepare", "--ratings", ratings, "--out", out).done();
    assertTrue(result.out().contains("Read ") && result.out().contains("held out"), result.out());
    assertEquals("Reading %s ...%n".formatted(ratings), result.err());
  }

  /** Two exports in one file, say; pandas would read one user and one item less. */
  @Test
  void idsThatAreTheSameNumberAreNamed() throws IOException {
    var csv = new StringBuilder("user,item\n");
    for (String user : List.of("1", "2", "7", "7.0")) {
      for (String item : List.of("10", "010", "11", "12", "13")) {
        csv.append(user).append(',').append(item).append('\n');
      }
    }
    Files.writeString(ratings, csv);
    Program.Result result = run("prepare", "--ratings", ratings, "--out", out, "--split", "weak");
    String note =
        "These are different %s here, since ids are text; pandas would read them as one number";
    assertTrue(result.done().err().contains(note.formatted("users") + ": 7, 7.0"), result.err());
    assertTrue(result.err().contains(note.formatted("items") + ": 10, 010"), result.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"strong", "weak", "temporal"})
  void everySplitCanBeAskedFor(String kind) {
    JsonNode json =
        run(
                "prepare",
                "--ratings",
                ratings,
                "--out",
                out,
                "--split",
                kind,
                "--holdout",
                0.3,
                "--seed",
                5,
                "--json")
            .done()
            .json();
    assertEquals(kind, json.at("/split/kind").asText());
    switch (PreparedData.read(out).description().split()) {
      case Split.Strong split -> assertEquals(0.3, split.holdout());
      case Split.Weak split -> assertEquals(5, split.seed());
      case Split.Temporal split -> assertEquals(0.1, split.heldOutUsers().amount());
      case Split.None _ -> throw new AssertionError("was not asked for");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--holdout=0.3", "--seed=5", "--heldout-users=3", "--validation=0.1"})
  void whereNothingIsHeldOutThereIsNothingToSayOfIt(String option) {
    run("prepare", "--ratings", ratings, "--out", out, "--split=none", option)
        .fails(2, "--split none holds out nothing; leave the option out");
  }

  /** So that two people see at once whether they have the same file. */
  @Test
  void whatWasReadIsNamedByItsHash() {
    Program.Result result = run("prepare", "--ratings", ratings, "--out", out).done();
    String ofFile = "SHA-256 of ratings.csv: " + Sha256.of(ratings);
    assertTrue(result.out().contains(ofFile), result.out());
    DataDescription data = PreparedData.read(out).description();
    String ofEvents = "SHA-256 of the events after the filter, in order: " + data.filteredSha256();
    assertTrue(result.out().contains(ofEvents), result.out());
  }

  @Test
  void theLinesCanBePutInARandomOrder() {
    Program.prepare(ratings, out);
    DataDescription inOrder = PreparedData.read(out).description();
    Program.prepare(ratings, out, "--shuffle-lines", 3);
    DataDescription shuffled = PreparedData.read(out).description();
    assertEquals(3, shuffled.source().shuffleSeed());
    assertEquals(inOrder.source().sha256(), shuffled.source().sha256());
    assertNotEquals(inOrder.filteredSha256(), shuffled.filteredSha256());
    run("prepare", "--ratings", ratings, "--out", out, "--shuffle-lines", -1)
        .fails(2, "--shuffle-lines: expected a number from 0 to 4294967295, found '-1'");
  }

  @Test
  void theFilterIsTheOneAskedFor() {
    Program.prepare(
        ratings, out, "--min-rating", 2, "--min-user-items", 11, "--min-item-users", 3, "--k-core");
    assertEquals(new Filter(2, 3, 11, true), PreparedData.read(out).description().filter());
  }

  @Test
  void columnsOfAnyNameCanBeNamed() {
    var text = new StringBuilder("who;what;stars\n");
    for (int n = 0; n < 200; n++) {
      text.append("%d;%d;%d%n".formatted(n / 10, n * 7 % 23, 5));
    }
    Path odd = Program.write(folder.resolve("odd.csv"), text.toString());
    Object[] named = {"--user-column", "who", "--item-column", "what", "--rating-column", "stars"};
    Program.prepare(odd, out, named);
    assertEquals(23, PreparedData.read(out).itemIds().size());
  }

  /** 20 users, each with 10 of 20 items, some of them bad, again, rated low, rare or untrained. */
  @Test
  void whatIsReadIsKeptOrDroppedForAReason() {
    var text = new StringBuilder("user,item,rating\n,i0,5\nu0,i0,x\n");
    for (int user = 0; user < 20; user++) {
      for (int n = 0; n < 10; n++) {
        text.append("u%d,i%d,%d%n".formatted(user, (user + n) % 20, n == 9 ? 3 : 4));
      }
    }
    text.append("u0,i0,5\nu3,i3,4\nu4,i4,4\nfew,i0,5\nfew,i1,5\nu0,rare,5\n");
    Path file = Program.write(folder.resolve("r.csv"), text.toString());
    Object[] options = {"--skip-bad-lines", "--min-item-users", 2};
    String said = run("prepare", "--ratings", file, "--out", out, List.of(options)).done().out();
    assertTrue(said.contains("Read 208 events of 21 users on 21 items"), said);
    assertEquals(
        List.of(
            "read 21 21 208",
            "dropped 0 0 2 by --skip-bad-lines",
            "dropped 0 0 3 by a later event on the same user and item",
            "dropped 0 0 20 by --min-rating 4.0",
            "dropped 0 1 1 by --min-item-users 2",
            "dropped 1 0 2 by --min-user-items 5",
            "filtered 20 20 180 55.00%"),
        said.lines()
            .map(line -> line.strip().replaceAll(" +", " "))
            .filter(line -> line.matches("(read|dropped|filtered) .*"))
            .toList());
    JsonNode json =
        run("prepare", "--ratings", file, "--out", out, "--json", List.of(options)).done().json();
    assertEquals(2, json.at("/source/badLinesDropped").asInt());
    assertEquals("--min-user-items 5", json.at("/droppedByFilter/2/by").asText());
    assertEquals(2, json.at("/droppedByFilter/2/events").asInt());
  }

  /** Eight users like items of their own, too: no training user has those of the held-out. */
  @Test
  void whatTheSplitDropsIsSaid() {
    var text = new StringBuilder("user,item,rating\n");
    for (int user = 0; user < 20; user++) {
      text.append("u%d,own%d,5%n".formatted(user, user));
      for (int n = 0; n < 10; n++) {
        text.append("u%d,i%d,5%n".formatted(user, n));
      }
    }
    Path file = Program.write(folder.resolve("r.csv"), text.toString());
    String said =
        run("prepare", "--ratings", file, "--out", out, "--heldout-users", 4).done().out();
    assertTrue(
        said.lines()
            .anyMatch(
                line ->
                    line.matches(
                        "dropped +0 +8 +8 +by the split: no training event is on the item")),
        said);
    DataDescription data = PreparedData.read(out).description();
    assertEquals(
        20 * 11 - 8, data.train().events() + events(data.validation()) + events(data.test()));
  }

  private static long events(DataDescription.EvaluationCounts counts) {
    return (long) counts.foldIn() + counts.heldOut();
  }

  @Test
  void whereNothingIsDroppedNothingIsSaidOfIt() {
    String said = run("prepare", "--ratings", plays(), "--out", out).done().out();
    assertTrue(!said.contains("dropped"), said);
    assertTrue(said.contains("No ratings were read: --min-rating 4.0 has no effect."), said);
    assertTrue(said.contains("Columns not used: plays, note."), said);
  }

  /** 20 users have played 8 of 20 pieces: once, once, twice, ... */
  private Path plays() {
    var text = new StringBuilder("user,item,plays,note\n");
    for (int n = 0; n < 160; n++) {
      int plays = List.of(1, 1, 1, 2, 2, 3, 7, 40).get(n % 8);
      text.append("u%d,i%d,%d,x%n".formatted(n / 8, (n + n / 8) % 20, plays));
    }
    return Program.write(folder.resolve("plays.csv"), text.toString());
  }

  @Test
  void countsThatAreTakenForRatingsAreNamed() {
    String named = "look like counts (or times): if they are, keep all events with --min-rating 0";
    Object[] asRatings = {"--rating-column", "plays", "--min-user-items", 0, "--split", "weak"};
    String said =
        run("prepare", "--ratings", plays(), "--out", out, List.of(asRatings)).done().out();
    assertTrue(said.contains(named), said);
    assertEquals(40, PreparedData.read(out).description().filtered().events());
    said =
        run("prepare", "--ratings", plays(), "--out", out, List.of(asRatings), "--min-rating=0")
            .done()
            .out();
    assertTrue(!said.contains("look like counts"), said);
    assertEquals(160, PreparedData.read(out).description().filtered().events());
  }

  @Test
  void aWeightColumnHoldsCounts() {
    Object[] weights = {"--weight-column", "plays", "--min-user-items", 0, "--split", "weak"};
    String said = run("prepare", "--ratings", plays(), "--out", out, List.of(weights)).done().out();
    assertTrue(!said.contains("look like counts") && !said.contains("no effect"), said);
    assertEquals(160, PreparedData.read(out).description().filtered().events());
    run("prepare", "--ratings", plays(), "--out", out, List.of(weights), "--min-rating=3").done();
    assertEquals(60, PreparedData.read(out).description().filtered().events());
    run("prepare", "--ratings", plays(), "--out", out, List.of(weights), "--explicit")
        .fails(2, "--weight-column holds counts");
    run("prepare", "--ratings", plays(), "--out", out, List.of(weights), "--rating-column=note")
        .fails(2, "leave --rating-column out");
  }

  @Test
  void saysWhatTheFilesWereTakenFor() {
    var text = new StringBuilder();
    for (int n = 0; n < 300; n++) {
      text.append("u%d\ti%d\t4\t%d%n".formatted(n / 10, n * 7 % 23, 978300760 + n));
    }
    Path first = Program.write(folder.resolve("a.tsv"), text.toString());
    Path second = Program.write(folder.resolve("b.tsv"), "u99\ti1\t5\t978300761\nu98\ti1\t\t5\n");
    run("prepare", "--ratings", first, "--ratings", second, "--out", out)
        .fails(1, "b.tsv, line 2: expected a rating");
    String said =
        run("prepare", "--ratings", first, second, "--out", out, "--skip-bad-lines").done().out();
    assertTrue(said.contains("Read 302 events of 31 users"), said);
    assertTrue(said.contains("The first line was taken for an event: \"u0\\ti0"), said);
    assertTrue(said.contains("Times: seconds since 1970, from 2000-12-31 to"), said);
    assertTrue(said.contains("Bad lines left out: 1; the first is"), said);
    DataDescription.Source source = PreparedData.read(out).description().source();
    assertEquals("a.tsv, b.tsv", source.file());
    assertEquals(Sha256.of(first) + ", " + Sha256.of(second), source.sha256());
  }

  @Test
  void whatCannotBePreparedLeavesTheOldData() {
    Program.prepare(ratings, out);
    String before = PreparedData.read(out).sha256();
    run("prepare", "--ratings", ratings, "--out", out, "--min-rating", 5)
        .fails(1, "--min-rating 5.0 dropped the last");
    run("prepare", "--ratings", ratings, "--out", out, "--heldout-users", 40)
        .fails(1, "some users left to train on");
    assertEquals(before, PreparedData.read(out).sha256());
    assertTrue(Files.exists(out.resolve("data.json")));
  }

  @Test
  void oneRunAtATimePreparesAFolder() {
    try (FolderLock _ = FolderLock.of(out, "the first")) {
      run("prepare", "--ratings", ratings, "--out", out)
          .fails(1, out + ": another run is writing here (process ");
    }
    Program.prepare(ratings, out);
    Program.prepare(ratings, out);
    assertTrue(Files.notExists(out.resolve(FolderLock.FILE)));
  }
}
