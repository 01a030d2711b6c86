package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsrMatrixTest {

  /** Rows {0, 2}, {}, {1}. */
  private static final CsrMatrix MATRIX =
      new CsrMatrix(3, new int[] {0, 2, 2, 3}, new int[] {0, 2, 1});

  @Test
  void rowsAndCounts() {
    assertEquals(3, MATRIX.rows());
    assertEquals(3, MATRIX.size());
    assertEquals(List.of(2, 0, 1), IntStream.range(0, 3).map(MATRIX::size).boxed().toList());
    assertArrayEquals(new int[] {0, 2}, MATRIX.row(0));
    assertArrayEquals(new int[] {1, 1, 1}, MATRIX.columnCounts());
    assertArrayEquals(new int[] {2, 0, 1}, CsrMatrix.counts(new int[] {2, 0, 0}, 3));
    assertArrayEquals(new int[] {0, 2, 2, 3}, CsrMatrix.boundaries(new int[] {2, 0, 1}));
    assertEquals(List.of(), MATRIX.emptyColumns());
    assertEquals(List.of(0, 2), MATRIX.select(2).emptyColumns());
    MATRIX.row(0)[0] = 7; // a copy
    assertArrayEquals(new int[] {0, 2}, MATRIX.row(0));
  }

  /** Boundaries and columns of a matrix of three columns, separated by spaces. */
  @ParameterizedTest
  @CsvSource({
    "'', ''", // no boundary at all
    "1 1, 0", // does not begin at 0
    "0 1, 0 1", // does not end at N
    "0 2 1, 0", // descends
    "0 9 1, 0", // beyond N in between
    "0 2, 1 1", // a column twice
    "0 2, 2 1", // columns descend
    "0 1, 3", // no such column
    "0 1, -1"
  })
  void brokenStructureIsRefused(String indptr, String indices) {
    assertThrows(
        IllegalArgumentException.class, () -> new CsrMatrix(3, numbers(indptr), numbers(indices)));
  }

  private static int[] numbers(String text) {
    return text.isEmpty()
        ? new int[0]
        : Stream.of(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  @Property(tries = 200, seed = "41")
  void ofPairsIsTheSetOfPairs(
      @ForAll @Size(max = 40) List<@IntRange(max = 19) Integer> pairs,
      @ForAll @IntRange(min = 4, max = 6) int rows) {
    List<TreeSet<Integer>> expected = new ArrayList<>();
    IntStream.range(0, rows).forEach(_ -> expected.add(new TreeSet<>()));
    pairs.forEach(pair -> expected.get(pair / 5).add(pair % 5));

    CsrMatrix matrix =
        CsrMatrix.of(
            rows,
            5,
            pairs.stream().mapToInt(pair -> pair / 5).toArray(),
            pairs.stream().mapToInt(pair -> pair % 5).toArray());
    assertEquals(rows, matrix.rows());
    for (int row = 0; row < rows; row++) {
      assertArrayEquals(
          expected.get(row).stream().mapToInt(Integer::intValue).toArray(), matrix.row(row));
    }
  }

  @Test
  void selectTakesRowsInTheGivenOrderAlsoTwice() {
    CsrMatrix selected = MATRIX.select(2, 0, 1, 2);
    assertArrayEquals(new int[] {0, 1, 3, 3, 4}, selected.indptr());
    assertArrayEquals(new int[] {1, 0, 2, 1}, selected.indices());
    assertEquals(0, MATRIX.select().rows());
  }

  @Test
  void theTransposeHasTheUsersOfEachItem() {
    assertEquals(3, MATRIX.transposed().columns());
    assertArrayEquals(new int[] {0, 1, 2, 3}, MATRIX.transposed().indptr());
    assertArrayEquals(new int[] {0, 2, 0}, MATRIX.transposed().indices());
  }

  @Test
  void aBatchKnowsWhichRowsItHas() {
    Batch batch = Batch.range(MATRIX, 1, 3);
    assertEquals(2, batch.size());
    assertArrayEquals(new int[] {1, 2}, batch.users());
    assertArrayEquals(new int[] {1}, batch.items().row(1));
    assertArrayEquals(new int[] {2, 0}, Batch.of(MATRIX, 2, 0).users());
    assertThrows(IllegalArgumentException.class, () -> new Batch(new int[] {1}, MATRIX));
  }
}
