package dev.elbo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers out of range are refused where they are given, by name. */
class BaselineOptionsTest {

  private static void assertRefused(String message, Executable... made) {
    for (Executable one : made) {
      assertEquals(message, assertThrows(IllegalArgumentException.class, one).getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void lambdaIsPositive(double l2) {
    assertRefused(
        "l2: expected a finite number above 0, found " + l2,
        () -> new BaselineOptions.Ease(l2),
        () -> new BaselineOptions.Edlae(l2, 0.4),
        () -> new BaselineOptions.Dlae(l2, 0.4),
        () -> new BaselineOptions.Rdlae(l2, 0.4, 0.4),
        () -> new BaselineOptions.SparseRdlae(l2, 0.4, 0.4, 5),
        () -> new BaselineOptions.Ials(8, 0.1, l2, 1, 2, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void dropoutLeavesSomething(double dropout) {
    assertRefused(
        "dropout: expected a number from 0 to below 1, found " + dropout,
        () -> new BaselineOptions.Edlae(1, dropout),
        () -> new BaselineOptions.Dlae(1, dropout),
        () -> new BaselineOptions.Rdlae(1, dropout, 0.4),
        () -> new BaselineOptions.SparseRdlae(1, dropout, 0.4, 5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void xiIsBetweenEdlaeAndDlae(double xi) {
    assertRefused(
        "xi: expected a number from 0 to 1, found " + xi,
        () -> new BaselineOptions.Rdlae(1, 0.4, xi),
        () -> new BaselineOptions.SparseRdlae(1, 0.4, xi, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void anItemHasNeighbours(int neighbours) {
    assertRefused(
        "neighbours: expected a whole number from 1, found " + neighbours,
        () -> new BaselineOptions.ItemKnn(neighbours, 0),
        () -> new BaselineOptions.SparseRdlae(1, 0.4, 0.4, neighbours));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void shrinkageDoesNotLengthen(double shrink) {
    assertRefused(
        "shrink: expected a finite number from 0 on, found " + shrink,
        () -> new BaselineOptions.ItemKnn(20, shrink));
  }
}
