package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.data.split.Partition;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ratings keep their values from the file to the batch. */
class ExplicitRatingsTest {

  private static final int USERS = 9;
  private static final int ITEMS = 7;

  @TempDir private Path folder;

  /** User u rates item i with 1 + (3 u + i) mod 5; item 6 is rated by user 8 alone. */
  private static Interactions interactions() {
    int[] cells =
        IntStream.range(0, USERS * ITEMS).filter(n -> n % ITEMS != 6 || n / ITEMS == 8).toArray();
    int[] users = IntStream.of(cells).map(n -> n / ITEMS).toArray();
    int[] items = IntStream.of(cells).map(n -> n % ITEMS).toArray();
    float[] ratings = new float[cells.length];
    for (int n = 0; n < ratings.length; n++) {
      ratings[n] = rating(users[n], items[n]);
    }
    return new Interactions(ids(USERS), ids(ITEMS), users, items, ratings, new long[0]);
  }

  private static float rating(int user, int item) {
    return 1 + (3 * user + item) % 5;
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toList();
  }

  private static PreparedData prepare(Split split, Interactions interactions) {
    var source =
        new DataDescription.Source(
            "r.csv", "", "", interactions.size(), 9, 7, 0, 0L, ReadingOptions.DEFAULT, null);
    return Partition.divide(
        new Filtered(new Filter(0, 0, 0, false), interactions, List.of()), split, source);
  }

  /** Every rating is in one part, with its value. */
  @Test
  void weakDividesTheRatings() {
    PreparedData data = prepare(new Split.Weak(0.2, 0.1, 4), interactions());
    int all = interactions().size();
    assertEquals((int) (0.2 * all), data.test().heldOut().size());
    assertEquals((int) (0.1 * all), data.validation().heldOut().size());
    var found = new TreeMap<String, Float>();
    for (CsrMatrix part :
        List.of(data.train(), data.validation().heldOut(), data.test().heldOut())) {
      for (int row = 0; row < part.rows(); row++) {
        for (int n = part.indptr()[row]; n < part.indptr()[row + 1]; n++) {
          String user = data.trainUserIds().get(row);
          String item = data.itemIds().get(part.indices()[n]);
          assertEquals(rating(Integer.parseInt(user), Integer.parseInt(item)), part.values()[n]);
          found.put(user + " " + item, part.values()[n]);
        }
      }
    }
    assertEquals(all, found.size());
  }

  /** An item without a training rating keeps its column, the last. */
  @Test
  void itemsThatNobodyRatedInTrainingStay() {
    for (long seed = 0; seed < 20; seed++) {
      PreparedData data = prepare(new Split.Weak(0.4, seed), interactions());
      assertEquals(ITEMS, data.itemIds().size());
      PreparedData ranked = prepare(new Split.Weak(0.4, seed), interactions().withoutRatings());
      assertFalse(ranked.hasRatings());
      assertEquals(ranked.itemIds(), data.itemIds().subList(0, ranked.itemIds().size()));
    }
  }

  @Test
  void valuesAreReadAsTheyWereWritten() {
    PreparedData data = prepare(new Split.Strong(new HeldOutUsers(2), 0.5, 1), interactions());
    data.write(folder.resolve("data"));
    PreparedData read = PreparedData.read(folder.resolve("data"));
    assertTrue(read.hasRatings());
    assertArrayEquals(data.train().values(), read.train().values());
    assertArrayEquals(data.test().foldIn().values(), read.test().foldIn().values());
    assertArrayEquals(data.test().heldOut().values(), read.test().heldOut().values());
    assertEquals(data.sha256(), read.sha256());
    assertEquals(List.of(1f, 2f, 3f, 4f, 5f), read.ratingScale().levels());
  }

  @Test
  void transposedHasItemsForUsers() {
    PreparedData data = prepare(new Split.Weak(0.2, 3), interactions());
    PreparedData transposed = data.transposed();
    assertEquals(data.itemIds(), transposed.trainUserIds());
    assertEquals(data.trainUserIds(), transposed.itemIds());
    assertArrayEquals(data.train().values(), transposed.transposed().train().values());
    assertArrayEquals(
        data.test().heldOut().values(), transposed.transposed().test().heldOut().values());
  }

  @Test
  void usersOfOnePartOnlyCannotTakeThePlaceOfItems() {
    PreparedData data = prepare(new Split.Strong(new HeldOutUsers(2), 0.5, 1), interactions());
    var error = assertThrows(ElboException.class, data::transposed);
    assertTrue(error.getMessage().contains("a weak split"), error.getMessage());
  }

  /** Of the levels 1, 3 and 4: 2 is as near to 1 as to 3, 5 is nearest to 4. */
  @Test
  void pairsAreColumnsOfTheirOwn() {
    CsrMatrix ratings =
        CsrMatrix.of(
            2, 3, new int[] {0, 0, 0, 1}, new int[] {0, 1, 2, 2}, new float[] {3, 2, 5, 1});
    CsrMatrix pairs = ratings.ratingPairs(List.of(1f, 3f, 4f));
    assertEquals(9, pairs.columns());
    assertArrayEquals(new int[] {1, 3, 8}, pairs.row(0));
    assertArrayEquals(new int[] {6}, pairs.row(1));
    assertFalse(pairs.hasValues());
  }

  @Test
  void theScaleOfRatings() {
    var halves = RatingScale.of(new float[] {4.5f, 0.5f, 3, 0.5f});
    assertEquals(List.of(0.5f, 3f, 4.5f), halves.levels());
    assertEquals(2.5, halves.middle());
    assertEquals(0.5, halves.clip(-3));
    assertEquals(4.5, halves.clip(7));
    assertThrows(ElboException.class, () -> RatingScale.of(new float[] {4, 4}));
  }

  @Test
  void refusesAShareOutOfRange() {
    assertThrows(ElboException.class, () -> new Split.Weak(0.1, 0.5, 1));
    assertThrows(ElboException.class, () -> new Split.Weak(0.1, 0.0, 1));
  }
}
