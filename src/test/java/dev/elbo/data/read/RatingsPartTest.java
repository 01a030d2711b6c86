package dev.elbo.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.IdType;
import dev.elbo.data.Interactions;
import dev.elbo.data.read.RatingsPart.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of files, put end to end, hold what reading the files as a whole gives. */
class RatingsPartTest {

  private static final ReadingOptions HOW = ReadingOptions.DEFAULT;

  @TempDir private Path dir;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  /** A log whose times become finer, so that the unit of an earlier part is not that of all. */
  private static String log() {
    var log = new StringBuilder("\uFEFFuser,item,rating,time\n\n");
    for (int n = 0; n < 60; n++) {
      String fraction = n < 40 ? "" : ".5";
      log.append("u%d,\"i%d\",%d,%d%s\r\n".formatted(n % 7, n % 11, n % 5, 1000 + n, fraction));
    }
    return log.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 20, 50, 333, 10_000})
  void partsHoldTheWhole(long bytes) throws IOException {
    List<Path> files = List.of(write("a.csv", log()), write("b.csv", log()));
    List<RatingsPart> parts = RatingsPart.of(files, HOW, bytes, Set.of());
    var joiner = new InteractionsJoiner();
    List<Found> found = new ArrayList<>();
    List<Interactions> events = new ArrayList<>();
    for (RatingsPart part : parts) {
      RatingsPart.Content content = part.read(HOW).orElseThrow();
      found.add(content.found());
      events.add(content.events());
    }
    assertEquals(Set.of(), RatingsPart.contradictory(parts, found));
    List<String> hashes =
        parts.stream().filter(part -> part.from() == 0).map(RatingsPart::sha256).toList();
    RatingsPart.Joined joined = RatingsPart.join(parts, found, hashes);
    for (int n = 0; n < parts.size(); n++) {
      long factor = joined.timeFactors()[n];
      Interactions all = events.get(n);
      joiner.add(
          new Interactions(
              all.userIds(),
              all.userIdType(),
              all.itemIds(),
              all.users(),
              all.items(),
              all.ratings(),
              Arrays.stream(all.times()).map(time -> time * factor).toArray()));
    }
    RatingsReader.Result expected = RatingsReader.read(files, HOW);
    Interactions whole = joiner.join(IdType.TEXT).withoutDuplicates();
    assertEquals(expected.provenance(), joined.provenance());
    assertEquals(expected.interactions().userIds(), whole.userIds());
    assertEquals(expected.interactions().itemIds(), whole.itemIds());
    assertArrayEquals(expected.interactions().users(), whole.users());
    assertArrayEquals(expected.interactions().items(), whole.items());
    assertArrayEquals(expected.interactions().ratings(), whole.ratings());
    assertArrayEquals(expected.interactions().times(), whole.times());
  }

  @Test
  void aPartThatIsNotAsExpectedIsReadWithItsFile() throws IOException {
    Path file = write("log.csv", log() + "u1,i1,five,1000\n");
    List<RatingsPart> parts = RatingsPart.of(List.of(file), HOW, 100, Set.of());
    assertTrue(parts.getFirst().read(HOW).isPresent());
    assertTrue(parts.getLast().read(HOW).isEmpty());
    RatingsPart whole = RatingsPart.of(List.of(file), HOW, 100, Set.of(file.toString())).getFirst();
    assertTrue(whole.isWhole());
    var error = assertThrows(ElboException.class, () -> whole.read(HOW));
    assertEquals(63, error.line().orElseThrow());
  }

  @Test
  void timesThatDoNotFitTogetherAreReadTogether() throws IOException {
    Path mixed = write("mixed.csv", "user,item,time\nu,i,2001-01-31\nu,j,1700000000\n");
    List<RatingsPart> two = RatingsPart.of(List.of(mixed), HOW, 30, Set.of());
    List<Found> both = two.stream().map(part -> part.read(HOW).orElseThrow().found()).toList();
    assertEquals(Set.of(mixed.toString()), RatingsPart.contradictory(two, both));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"user\": 1, \"item\": 2}, {\"user\": 1, \"item\": 3}]",
        "1:\n5,3,2005-09-06\n6,3,2005-09-06\n2:\n5,3,2005-09-06\n",
        "who what\na1 b1\na2 b2\n" // the first line may be names of columns: all others say
      })
  void whatCannotBeCutIsOnePart(String text) throws IOException {
    Path file = write("log", text);
    assertEquals(1, RatingsPart.of(List.of(file), HOW, 5, Set.of()).size());
  }

  @Test
  void standardInputHasNoParts() {
    assertThrows(
        ElboException.class, () -> RatingsPart.of(List.of(Path.of("-")), HOW, 5, Set.of()));
  }
}
