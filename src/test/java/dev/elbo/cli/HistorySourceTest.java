package dev.elbo.cli;

import static dev.elbo.cli.Program.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elbo.data.PreparedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to say what {@code recommend} goes by. */
class HistorySourceTest {

  private static final List<String> ODD = List.of("x,\"y\" <b>", "7\" vinyl", "\"", "a,b");

  @TempDir private static Path folder;
  private static Path data;
  private static Path model;

  /** 40 users on 14 items, four of which have ids that CSV quotes. */
  @BeforeAll
  static void train() {
    var csv = new StringBuilder("user,item\n");
    for (int n = 0; n < 40 * 7; n++) {
      int item = (n % 7 * (1 + n / 7 % 3) + n / 7) % 14;
      String id = item < ODD.size() ? ODD.get(item) : "i" + item;
      csv.append("user%d,\"%s\"%n".formatted(n / 7, id.replace("\"", "\"\"")));
    }
    Path ratings = Program.write(folder.resolve("r.csv"), csv.toString());
    data = Program.prepare(ratings, folder.resolve("data"));
    model = folder.resolve("model");
    run("train", "--data", data, "--out", model, "--model", "ease", "--l2", 5).done();
  }

  private static Program.Result recommend(Object... options) {
    return run("recommend", "--model-dir", model, "-k", 99, List.of(options));
  }

  private static JsonNode first(String option, Object value) {
    return recommend(option, value, "--json").done().json().at("/results/0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x,\"\"y\"\" <b>\",i5,\"a,b\"",
        " \"x,\"\"y\"\" <b>\" , i5,  \"a,b\" ",
        "\"x,\"\"y\"\" <b>\",\" i5 \",\"a,b\"",
        "\"x,\"\"y\"\" <b>\"\ni5\n\"a,b\"\n"
      })
  void itemsAreQuotedAsInCsv(String items) {
    JsonNode result = first("--items", items);
    Path file = Program.write(folder.resolve("same.txt"), "x,\"y\" <b>\ni5\na,b\n");
    assertEquals(first("--items-file", file).get("items"), result.get("items"));
    assertEquals(items, result.get("query").asText());
    assertEquals(11, result.get("items").size());
  }

  @Test
  void aQuoteWithinAnItemNeedsNone() {
    assertEquals(
        first("--items", "\"7\"\" vinyl\",i5").get("items"),
        first("--items", "7\" vinyl,i5").get("items"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "i5,", "i5,,i6", "x,\"y\" <b>", "\"i5"})
  void itemsThatAreNoListAreWrongUsage(String items) {
    recommend("--items", items).fails(2, "--items: expected ids separated by commas, found");
  }

  @Test
  void aFileOfItemsMayComeFromAnywhere() {
    Path plain = Program.write(folder.resolve("plain.txt"), "i5\ni6\n7\" vinyl\n");
    Path other = Program.write(folder.resolve("o.txt"), "\uFEFFi5\r\n\r\n i6 \r\n7\" vinyl\r\ni5");
    JsonNode result = first("--items-file", plain);
    assertEquals(result.get("items"), first("--items-file", other).get("items"));
    assertEquals(plain.toString(), result.get("query").asText());
    Path empty = Program.write(folder.resolve("empty.txt"), "\n");
    recommend("--items-file", empty).fails(1, empty + ": expected ids, one a line, found none");
    recommend("--items-file", folder.resolve("no.txt")).fails(1, "no.txt: cannot be read");
  }

  @Test
  void whoHasEverythingIsToldSo() {
    String words = "othing is left to recommend, for every item of the model is in the history";
    Path everything = model.resolve("items.txt");
    assertEquals(
        "N" + words + "." + System.lineSeparator(),
        recommend("--items-file", everything).done().out());
    JsonNode result = first("--items-file", everything);
    assertEquals(0, result.get("items").size());
    assertTrue(result.get("nothingLeft").asBoolean());

    String all =
        PreparedData.read(data).itemIds().stream()
            .map(id -> "full,\"" + id.replace("\"", "\"\"") + "\"\n")
            .collect(Collectors.joining());
    Path histories = Program.write(folder.resolve("h.csv"), "user,item\n" + all + "low,i5\n");
    Program.Result both = recommend("--histories", histories).done();
    assertTrue(both.out().startsWith("User full: n" + words), both.out());
    JsonNode results = recommend("--histories", histories, "--json").done().json().get("results");
    assertTrue(results.at("/0/nothingLeft").asBoolean());
    assertEquals(13, results.at("/1/items").size());
    assertTrue(results.at("/1/nothingLeft").isMissingNode());
  }

  /** Fields that are called differently, a bad line, and ratings of which the low ones say less. */
  @Test
  void aFileIsReadAsThatOfTheDataWas() {
    var csv = new StringBuilder("who,what,stars,when\nu0,i1,many,7\n");
    for (int n = 0; n < 40 * 7; n++) {
      int item = (n % 7 * (1 + n / 7 % 3) + n / 7) % 14;
      csv.append("u%d,i%d,%d,%d%n".formatted(n / 7, item, n % 9 == 0 ? 2 : 5, n));
    }
    Path log = Program.write(folder.resolve("log.csv"), csv.toString());
    Object[] columns = {
      "--user-column=who", "--item-column=what", "--rating-column=stars", "--time-column=when"
    };
    Path own = folder.resolve("own");
    Path ofOwn = folder.resolve("of-own");
    Program.prepare(log, own, columns[0], columns[1], columns[2], columns[3], "--skip-bad-lines");
    run("train", "--data", own, "--out", ofOwn, "--model", "ease").done();
    Object[] recommend = {"recommend", "--model-dir", ofOwn, "--json"};
    Program.Result same = run(List.of(recommend), "--histories", log).done();
    assertTrue(same.err().contains("Bad lines left out: 1; the first is " + log), same.err());
    assertEquals(40, same.json().get("results").size());

    Path usual =
        Program.write(
            folder.resolve("usual.csv"),
            csv.toString().replace("who,what,stars,when\nu0,i1,many,7", "user,what,rating,when"));
    run(List.of(recommend), "--histories", usual)
        .fails(1, "expected a column \"who\", found \"user, what, rating, when\"; say which it is")
        .fails(1, "with --user-column");
    Object[] others = {"--user-column", "user", "--rating-column", "rating"};
    assertEquals(
        same.json(), run(List.of(recommend), "--histories", usual, List.of(others)).done().json());
    run(List.of(recommend), "--histories", log, "--skip-bad-lines=false")
        .fails(1, "log.csv, line 2: expected a rating");
  }

  @Test
  void aFileIsReadInTheFormatOfTheDataUnlessAnotherIsGiven() {
    var lines = new StringBuilder();
    var events = new StringBuilder("user,item\n");
    for (int user = 0; user < 40; user++) {
      lines.append("u").append(user);
      for (int n = 0; n < 7; n++) {
        int item = (n * (1 + user % 3) + user) % 14;
        lines.append(" i").append(item);
        events.append("u%d,i%d%n".formatted(user, item));
      }
      lines.append('\n');
    }
    Path ofUsers = Program.write(folder.resolve("users.txt"), lines.toString());
    Path ofEvents = Program.write(folder.resolve("events.csv"), events.toString());
    Path prepared = Program.prepare(ofUsers, folder.resolve("lines"), "--format", "user-items");
    Path ofLines = folder.resolve("of-lines");
    run("train", "--data", prepared, "--out", ofLines, "--model", "ease").done();
    Object[] recommend = {"recommend", "--model-dir", ofLines, "--json", "--histories"};
    assertEquals(
        run(List.of(recommend), ofUsers).done().json(),
        run(List.of(recommend), ofEvents, "--format", "events").done().json());
  }

  @Test
  void waysToReadAFileNeedOne() {
    recommend("--items", "i5", "--user-column", "who").fails(2, "--histories");
  }

  /** A held-out user by the fold-in items, so that what is held out can be recommended. */
  @Test
  void aUserOfTheDataGoesByTheirItems() {
    PreparedData prepared = PreparedData.read(data);
    assertGoesBy(prepared.trainUserIds().getFirst(), prepared.train().row(0), prepared);
    assertGoesBy(
        prepared.validation().userIds().getLast(),
        prepared.validation().foldIn().row(prepared.validation().size() - 1),
        prepared);
    assertGoesBy(prepared.test().userIds().getFirst(), prepared.test().foldIn().row(0), prepared);
  }

  private static void assertGoesBy(String user, int[] items, PreparedData prepared) {
    String ids =
        Arrays.stream(items)
            .mapToObj(item -> "\"" + prepared.itemIds().get(item).replace("\"", "\"\"") + "\"")
            .collect(Collectors.joining(","));
    JsonNode result =
        recommend("--user", user, "--data", data, "--json").done().json().at("/results/0");
    assertEquals(user, result.get("query").asText());
    assertEquals(first("--items", ids).get("items"), result.get("items"));
  }

  @Test
  void allUsersOfAPartAreEachByTheirItems() {
    PreparedData prepared = PreparedData.read(data);
    List<String> everybody = new ArrayList<>(prepared.trainUserIds());
    everybody.addAll(prepared.validation().userIds());
    everybody.addAll(prepared.test().userIds());
    assertEquals(everybody, usersOf("all", data));
    assertEquals(prepared.trainUserIds(), usersOf("train", data));
    assertEquals(prepared.validation().userIds(), usersOf("validation", data));
    assertEquals(prepared.test().userIds(), usersOf("test", data));
    JsonNode all = recommend("--users=all", "--data", data, "--json").done().json().get("results");
    for (int n = 0; n < everybody.size(); n += 13) {
      Program.Result one = recommend("--user", everybody.get(n), "--data", data, "--json").done();
      assertEquals(one.json().at("/results/0"), all.get(n));
    }
  }

  /** In a weak split the same users are trained on and judged on: each comes once. */
  @Test
  void whoIsInSeveralPartsComesOnce() {
    Path weak = folder.resolve("weak");
    Program.prepare(folder.resolve("r.csv"), weak, "--split", "weak");
    assertEquals(PreparedData.read(weak).trainUserIds(), usersOf("all", weak));
    assertEquals(PreparedData.read(weak).test().userIds(), usersOf("test", weak));
  }

  @Test
  void aPartWithoutUsersIsAnError() {
    Path production = folder.resolve("production");
    Program.prepare(folder.resolve("r.csv"), production, "--split", "none");
    recommend("--users", "test", "--data", production)
        .fails(1, production + ": there is nobody with an item to go by in this part of the data");
    recommend("--users", "some", "--data", data).fails(2, "--users");
    recommend("--users", "all", "--user", "user1", "--data", data).fails(2, "--user");
  }

  private static List<String> usersOf(String part, Path prepared) {
    List<String> users = new ArrayList<>();
    recommend("--users", part, "--data", prepared, "--json")
        .done()
        .json()
        .get("results")
        .forEach(result -> users.add(result.get("query").asText()));
    return users;
  }

  @Test
  void aUserThatTheDataLacksIsAnErrorWithTheOneThatMayBeMeant() {
    recommend("--user", "User17", "--data", data)
        .fails(1, data + ": the data has no user 'User17' (did you mean user17?); its 40");
    recommend("--user", "zoe", "--data", data)
        .fails(1, "the data has no user 'zoe'; its 40 users are in train-users.txt");
  }

  @ParameterizedTest
  @CsvSource({"--user, user1, --data", "--data, DATA, --user"})
  void aUserNeedsTheDataAndTheDataAUser(String option, String value, String missing) {
    recommend(option, value).fails(2, missing);
  }

  /** The order of a temporal split is the one that SVAE reads. */
  @Test
  void svaeReadsAUsersItemsInTheOrderOfTime() {
    Path ratings = Program.ratings(folder.resolve("timed.csv"));
    Path timed = Program.prepare(ratings, folder.resolve("timed"), "--split", "temporal");
    Path svae = folder.resolve("svae");
    run(
            "train",
            "--data",
            timed,
            "--out",
            svae,
            "--model=svae",
            "--hidden=5,6",
            "--latent=4",
            "--epochs=1")
        .done();
    PreparedData prepared = PreparedData.read(timed);
    String user = prepared.test().userIds().getFirst();
    String inOrder =
        Arrays.stream(prepared.test().foldIn().select(0).sequence())
            .mapToObj(prepared.itemIds()::get)
            .collect(Collectors.joining(","));
    JsonNode expected =
        run("recommend", "--model-dir", svae, "--items", inOrder, "--json").done().json();
    JsonNode actual =
        run("recommend", "--model-dir", svae, "--user", user, "--data", timed, "--json")
            .done()
            .json();
    assertEquals(expected.at("/results/0/items"), actual.at("/results/0/items"));
    run("recommend", "--model-dir", svae, "--user", "user1", "--data", data)
        .fails(1, "svae reads items in the order of time");
  }

  @Test
  void aModelOfRatingsReadsThoseOfTheData() {
    Path ratings = Program.ratings(folder.resolve("explicit.csv"));
    Path explicit =
        Program.prepare(
            ratings, folder.resolve("explicit"), "--explicit", "--split", "weak", "--seed", 3);
    Path autoRec = folder.resolve("u-autorec");
    run(
            "train",
            "--data",
            explicit,
            "--out",
            autoRec,
            "--model=u-autorec",
            "--latent=4",
            "--epochs=1")
        .done();
    PreparedData prepared = PreparedData.read(explicit);
    String user = prepared.trainUserIds().getFirst();
    int[] items = prepared.train().row(0);
    var csv = new StringBuilder("userId,movieId,rating\n");
    for (int n = 0; n < items.length; n++) {
      String id = prepared.itemIds().get(items[n]);
      csv.append("me,%s,%s%n".formatted(id, prepared.train().values()[n]));
    }
    Path histories = Program.write(folder.resolve("me.csv"), csv.toString());
    JsonNode expected =
        run("recommend", "--model-dir", autoRec, "--histories", histories, "--json").done().json();
    JsonNode actual =
        run("recommend", "--model-dir", autoRec, "--user", user, "--data", explicit, "--json")
            .done()
            .json();
    assertEquals(expected.at("/results/0/items"), actual.at("/results/0/items"));
    run("recommend", "--model-dir", autoRec, "--user", "user1", "--data", data)
        .fails(1, "prepare it with --explicit");
  }
}
