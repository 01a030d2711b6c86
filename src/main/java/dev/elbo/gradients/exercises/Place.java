package dev.elbo.gradients.exercises;

import dev.elbo.own.Layout;

/**
 * What a reader calls a value of a gradient.
 *
 * @param format of the row, the position in it, and the item there
 * @param ofSecondHalf the same for the second half of each row; null if a row is one thing
 */
public record Place(String format, String ofSecondHalf) {

  static Place of(String format) {
    return new Place(format, null);
  }

  /** Of rows whose halves are two things. */
  static Place ofHalves(String first, String second) {
    return new Place(first, second);
  }

  /** Of an output: a number, or a tensor's values. */
  static Place ofOutput(String name, Layout layout, int size) {
    boolean isNumber = layout.equals(new Layout.Dense(1)) && size == 1;
    return of(isNumber ? name : name + "[%d][%d]");
  }

  /** The array's name: what stands before the first bracket. */
  String array(Layout layout, int n) {
    String place = of(layout, n);
    int bracket = place.indexOf('[');
    return bracket < 0 ? place : place.substring(0, bracket);
  }

  /**
   * The name of one value.
   *
   * @param layout where the tensor's values stand
   * @param n which of them
   */
  String of(Layout layout, int n) {
    return switch (layout) {
      case Layout.Dense(int columns) -> {
        int column = n % columns;
        boolean isSecond = ofSecondHalf != null && column >= columns / 2;
        yield isSecond
            ? ofSecondHalf.formatted(n / columns, column - columns / 2, column)
            : format.formatted(n / columns, column, column);
      }
      case Layout.Sparse(var pattern) -> {
        int row = 0;
        while (pattern.indptr()[row + 1] <= n) {
          row++;
        }
        yield format.formatted(row, n - pattern.indptr()[row], pattern.indices()[n]);
      }
    };
  }
}
