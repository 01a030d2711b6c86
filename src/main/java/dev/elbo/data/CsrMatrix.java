package dev.elbo.data;

import dev.elbo.ElboException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sparse matrix in compressed rows: which items each user has, and what they rated them where
 * that counts. Row {@code u} holds the columns {@code indices[indptr[u]] ... indices[indptr[u + 1]
 * - 1]}, strictly ascending. Where the order of time counts, the columns stand there once more, in
 * that order. The arrays are not copied and must not be modified.
 *
 * @param columns number of columns, {@code I}
 * @param indptr row boundaries, {@code [rows + 1]}, from 0 to {@code N}
 * @param indices column of each stored value, {@code [N]}
 * @param values the stored values, {@code [N]}; empty if all of them are 1
 * @param sequence the columns of each row in the order of time, {@code [N]}; empty if there is none
 */
public record CsrMatrix(int columns, int[] indptr, int[] indices, float[] values, int[] sequence)
    implements Serializable {

  private static final float[] ONES = {};
  private static final int[] NO_ORDER = {};

  /**
   * Checks the structure.
   *
   * @throws IllegalArgumentException if the boundaries do not ascend from 0 to {@code N}, a row's
   *     columns do not strictly ascend within {@code [0, columns)}, there is not one value for each
   *     of them, or its sequence has others
   */
  public CsrMatrix {
    if (indptr.length == 0 || indptr[0] != 0 || indptr[indptr.length - 1] != indices.length) {
      throw new IllegalArgumentException("indptr must run from 0 to " + indices.length);
    }
    if (values.length != 0 && values.length != indices.length) {
      throw new IllegalArgumentException(
          "%d values for %d places".formatted(values.length, indices.length));
    }
    for (int row = 0; row + 1 < indptr.length; row++) {
      if (indptr[row] > indptr[row + 1] || indptr[row + 1] > indices.length) {
        throw new IllegalArgumentException("indptr must not descend, but does after row " + row);
      }
      for (int n = indptr[row], previous = -1; n < indptr[row + 1]; previous = indices[n++]) {
        if (indices[n] <= previous || indices[n] >= columns) {
          throw new IllegalArgumentException(
              "row %d: column %d after %d, of %d; columns must strictly ascend"
                  .formatted(row, indices[n], previous, columns));
        }
      }
    }
    if (sequence.length > 0) {
      requirePermutation(indptr, indices, sequence);
    }
  }

  private static void requirePermutation(int[] indptr, int[] indices, int[] sequence) {
    int[] ascending = sequence.clone();
    for (int row = 0; row + 1 < indptr.length && sequence.length == indices.length; row++) {
      Arrays.sort(ascending, indptr[row], indptr[row + 1]);
    }
    if (!Arrays.equals(ascending, indices)) {
      throw new IllegalArgumentException("a row's sequence must hold the row's columns");
    }
  }

  /** A matrix without an order of time. */
  public CsrMatrix(int columns, int[] indptr, int[] indices, float[] values) {
    this(columns, indptr, indices, values, NO_ORDER);
  }

  /** A binary matrix with an order of time. */
  public CsrMatrix(int columns, int[] indptr, int[] indices, int[] sequence) {
    this(columns, indptr, indices, ONES, sequence);
  }

  /** A binary matrix without an order of time: every stored value is 1. */
  public CsrMatrix(int columns, int[] indptr, int[] indices) {
    this(columns, indptr, indices, ONES, NO_ORDER);
  }

  /**
   * Builds a binary matrix from unordered pairs; a pair given twice is stored once.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param row row of each pair, {@code [N]}. Not modified.
   * @param column column of each pair, {@code [N]}. Not modified.
   */
  public static CsrMatrix of(int rows, int columns, int[] row, int[] column) {
    int[] indptr = boundaries(counts(row, rows));
    int[] indices = new int[column.length];
    int[] next = indptr.clone();
    for (int n = 0; n < column.length; n++) {
      indices[next[row[n]]++] = column[n];
    }
    int stored = 0;
    for (int r = 0; r < rows; r++) {
      int from = indptr[r];
      indptr[r] = stored;
      Arrays.sort(indices, from, next[r]);
      for (int n = from; n < next[r]; n++) {
        if (n == from || indices[n] != indices[n - 1]) {
          indices[stored++] = indices[n];
        }
      }
    }
    indptr[rows] = stored;
    return new CsrMatrix(columns, indptr, Arrays.copyOf(indices, stored));
  }

  /**
   * Builds the matrix from unordered pairs with values; of a pair given twice the last value
   * counts.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param row row of each pair, {@code [N]}. Not modified.
   * @param column column of each pair, {@code [N]}. Not modified.
   * @param value value of each pair, {@code [N]}; empty for a binary matrix. Not modified.
   */
  public static CsrMatrix of(int rows, int columns, int[] row, int[] column, float[] value) {
    CsrMatrix places = of(rows, columns, row, column);
    if (value.length == 0) {
      return places;
    }
    float[] values = new float[places.size()];
    for (int n = 0; n < value.length; n++) {
      int from = places.indptr[row[n]];
      int to = places.indptr[row[n] + 1];
      values[Arrays.binarySearch(places.indices, from, to, column[n])] = value[n];
    }
    return new CsrMatrix(columns, places.indptr, places.indices, values);
  }

  /** Whether the stored values may be other than 1. */
  public boolean hasValues() {
    return values.length > 0;
  }

  /**
   * The same matrix with an order of time.
   *
   * @param row row of each pair, {@code [N]}. Not modified.
   * @param column column of each pair, {@code [N]}: in each row in the order of time. Not modified.
   * @throws IllegalArgumentException if these are not the pairs that are stored
   */
  public CsrMatrix inOrder(int[] row, int[] column) {
    int[] next = indptr.clone();
    int[] sequence = new int[column.length];
    for (int n = 0; n < column.length; n++) {
      sequence[next[row[n]]++] = column[n];
    }
    return new CsrMatrix(columns, indptr, indices, values, sequence);
  }

  /** Whether the order of time is known; an empty matrix needs none. */
  public boolean hasOrder() {
    return sequence.length == indices.length;
  }

  /** Number of rows. */
  public int rows() {
    return indptr.length - 1;
  }

  /** Number of stored values, {@code N}. */
  public int size() {
    return indices.length;
  }

  /** Number of stored values in a row. */
  public int size(int row) {
    return indptr[row + 1] - indptr[row];
  }

  /** The columns of a row, ascending, as a copy. */
  public int[] row(int row) {
    return Arrays.copyOfRange(indices, indptr[row], indptr[row + 1]);
  }

  /**
   * The given rows, in the given order.
   *
   * @param rows which rows; one may be given more than once
   */
  public CsrMatrix select(int... rows) {
    int[] selected = boundaries(Arrays.stream(rows).map(this::size).toArray());
    return new CsrMatrix(
        columns,
        selected,
        select(indices, rows, selected),
        hasValues() ? select(values, rows, selected) : ONES,
        hasOrder() ? select(sequence, rows, selected) : NO_ORDER);
  }

  /**
   * The same rows without each one's last column in the order of time.
   *
   * @throws ElboException if there is no order
   */
  public CsrMatrix withoutLast() {
    requireOrder();
    int[] row = new int[size()];
    int[] column = new int[size()];
    int kept = 0;
    for (int r = 0; r < rows(); r++) {
      for (int n = indptr[r]; n < indptr[r + 1] - 1; n++) {
        row[kept] = r;
        column[kept++] = sequence[n];
      }
    }
    int[] rowOfKept = Arrays.copyOf(row, kept);
    int[] columnOfKept = Arrays.copyOf(column, kept);
    return of(rows(), columns, rowOfKept, columnOfKept).inOrder(rowOfKept, columnOfKept);
  }

  /**
   * Checks that the order of time is known.
   *
   * @throws ElboException if it is not
   */
  void requireOrder() {
    if (!hasOrder()) {
      throw new ElboException(
          "expected users' items in the order of time, found them without one; prepare the data"
              + " with a temporal split");
    }
  }

  private int[] select(int[] from, int[] rows, int[] selected) {
    int[] ofRows = new int[selected[rows.length]];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(from, indptr[rows[r]], ofRows, selected[r], size(rows[r]));
    }
    return ofRows;
  }

  private float[] select(float[] from, int[] rows, int[] selected) {
    float[] ofRows = new float[selected[rows.length]];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(from, indptr[rows[r]], ofRows, selected[r], size(rows[r]));
    }
    return ofRows;
  }

  /**
   * What either of two matrices of the same shape stores; where both do, the value of the other.
   *
   * @param other has values if this one has, and none if not
   */
  public CsrMatrix union(CsrMatrix other) {
    int[] row = concatenate(rowOfEach(), other.rowOfEach());
    float[] both = Arrays.copyOf(values, values.length + other.values.length);
    System.arraycopy(other.values, 0, both, values.length, other.values.length);
    return of(rows(), columns, row, concatenate(indices, other.indices), both);
  }

  private static int[] concatenate(int[] left, int[] right) {
    int[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }

  /** Row of each stored value, {@code [N]}. */
  private int[] rowOfEach() {
    int[] row = new int[size()];
    for (int r = 0; r < rows(); r++) {
      Arrays.fill(row, indptr[r], indptr[r + 1], r);
    }
    return row;
  }

  /** Rows and columns exchanged: which users have each item. */
  public CsrMatrix transposed() {
    return of(columns, rows(), indices, rowOfEach(), values);
  }

  /**
   * Ratings as pairs of an item and a rating, each a column of its own: that of item {@code i} and
   * level {@code r} is {@code i R + r}.
   *
   * @param levels the ratings that have columns, ascending, {@code [R]}; another counts as the
   *     nearest of them, halfway between two as the lower
   * @return a binary matrix, {@code [B, I R]}
   */
  public CsrMatrix ratingPairs(List<Float> levels) {
    int[] pairs = new int[size()];
    for (int n = 0; n < pairs.length; n++) {
      pairs[n] = indices[n] * levels.size() + nearest(levels, values[n]);
    }
    return new CsrMatrix(columns * levels.size(), indptr, pairs);
  }

  private static int nearest(List<Float> levels, float rating) {
    int nearest = 0;
    for (int r = 1; r < levels.size(); r++) {
      if (Math.abs(levels.get(r) - rating) < Math.abs(levels.get(nearest) - rating)) {
        nearest = r;
      }
    }
    return nearest;
  }

  /** The columns that no row holds, ascending. */
  public List<Integer> emptyColumns() {
    int[] counts = columnCounts();
    return IntStream.range(0, columns).filter(column -> counts[column] == 0).boxed().toList();
  }

  /** How many rows hold each column, {@code [columns]}: the popularity of each item. */
  public int[] columnCounts() {
    return counts(indices, columns);
  }

  /**
   * How often each number occurs.
   *
   * @param numbers from 0, below {@code bound}. Not modified.
   * @return {@code [bound]}
   */
  public static int[] counts(int[] numbers, int bound) {
    int[] counts = new int[bound];
    for (int number : numbers) {
      counts[number]++;
    }
    return counts;
  }

  /**
   * Where each row begins if one follows the other, as {@code indptr} has it.
   *
   * @param sizes number of values in each row, {@code [rows]}. Not modified.
   * @return {@code [rows + 1]}: running sums of the sizes, from 0 to {@code N}
   */
  public static int[] boundaries(int[] sizes) {
    int[] boundaries = new int[sizes.length + 1];
    for (int row = 0; row < sizes.length; row++) {
      boundaries[row + 1] = boundaries[row] + sizes[row];
    }
    return boundaries;
  }
}
