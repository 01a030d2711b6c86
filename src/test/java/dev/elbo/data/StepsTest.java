package dev.elbo.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.elbo.ElboException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepsTest {

  /** Users with the items 3 1 4 0 2, with none, with 5, and with 2 0. */
  private static final CsrMatrix HISTORIES =
      new CsrMatrix(
          6,
          new int[] {0, 5, 5, 6, 8},
          new int[] {0, 1, 2, 3, 4, 5, 0, 2},
          new int[] {3, 1, 4, 0, 2, 5, 2, 0});

  /** The last item is only predicted; who has no two items has no step. */
  @Test
  void eachStepPredictsTheNextItems() {
    Steps steps = Steps.toPredict(HISTORIES, 2, 0);
    assertArrayEquals(new int[] {0, 4, 5}, steps.start());
    assertArrayEquals(new int[] {0, 3}, steps.users());
    assertArrayEquals(new int[] {0, 0}, steps.first());
    assertArrayEquals(new int[] {3, 1, 4, 0, 2}, steps.items());
    int[][] next = {{1, 4}, {0, 4}, {0, 2}, {2}, {0}};
    for (int row = 0; row < next.length; row++) {
      assertArrayEquals(next[row], steps.next().row(row));
    }
    assertArrayEquals(new int[] {0, 0, 0, 0, 1}, steps.sequenceOfRows());
  }

  /** The last window is full; what is predicted does not end with a window. */
  @Test
  void longHistoriesAreCutFromTheirEnd() {
    Steps steps = Steps.toPredict(HISTORIES, 2, 3);
    assertArrayEquals(new int[] {0, 1, 4, 5}, steps.start());
    assertArrayEquals(new int[] {0, 0, 3}, steps.users());
    assertArrayEquals(new int[] {0, 1, 0}, steps.first());
    assertArrayEquals(new int[] {1, 4}, steps.next().row(0));
    assertEquals(Steps.toPredict(HISTORIES, 2, 0).next().size(), steps.next().size());
  }

  @Test
  void forScoringAllItemsAreRead() {
    Steps steps = Steps.toRead(HISTORIES, 0);
    assertArrayEquals(new int[] {0, 5, 5, 6, 8}, steps.start());
    assertArrayEquals(new int[] {3, 1, 4, 0, 2, 5, 2, 0}, steps.items());
    assertArrayEquals(new int[] {0, 1, 2, 3}, steps.sequenceOfRows());
    Steps last = Steps.toRead(HISTORIES, 2);
    assertArrayEquals(new int[] {0, 2, 5, 2, 0}, last.items());
    assertArrayEquals(new int[] {3, 0, 0, 0}, last.first());
  }

  @Test
  void needsAnOrder() {
    var without = new CsrMatrix(6, HISTORIES.indptr(), HISTORIES.indices());
    assertThrows(ElboException.class, () -> Steps.toPredict(without, 1, 0));
    assertThrows(ElboException.class, () -> Steps.toRead(without, 0));
  }

  @Test
  void aBatchOfTooManyStepsIsRefused() {
    int[] items = IntStream.rangeClosed(0, 1 << 19).toArray();
    var histories = new CsrMatrix(items.length, new int[] {0, items.length}, items, items);
    var error = assertThrows(ElboException.class, () -> Steps.toPredict(histories, 1, 0));
    assertTrue(error.getMessage().contains("use smaller batches"), error::getMessage);
  }

  @Test
  void anOrderGoesWithItsRowsAndHasTheirItems() {
    CsrMatrix selected = HISTORIES.select(3, 0);
    assertArrayEquals(new int[] {2, 0, 3, 1, 4, 0, 2}, selected.sequence());
    CsrMatrix without = HISTORIES.withoutLast();
    assertArrayEquals(new int[] {3, 1, 4, 0, 2}, without.sequence());
    assertArrayEquals(new int[] {0, 4, 4, 4, 5}, without.indptr());
    int[] others = {3, 1, 4, 0, 1, 5, 2, 0};
    assertThrows(
        IllegalArgumentException.class,
        () -> new CsrMatrix(6, HISTORIES.indptr(), HISTORIES.indices(), others));
  }
}
