package dev.elbo.own;

import dev.elbo.ElboException;
import dev.elbo.data.CsrMatrix;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/** Between the engine's matrices and arrays of rows. Always copies. */
final class Rows {

  private Rows() {}

  /** A matrix as rows. */
  static double[][] of(DMatrixRMaj matrix) {
    return of(matrix.data, matrix.numRows, matrix.numCols);
  }

  private static double[][] of(double[] values, int rows, int columns) {
    double[][] copy = new double[rows][];
    Arrays.setAll(copy, b -> Arrays.copyOfRange(values, b * columns, (b + 1) * columns));
    return copy;
  }

  /** Some columns of a matrix as rows. */
  static double[][] of(DMatrixRMaj matrix, int from, int to) {
    double[][] rows = of(matrix);
    Arrays.setAll(rows, b -> Arrays.copyOfRange(rows[b], from, to));
    return rows;
  }

  /** The rows of a sparse batch. */
  static double[][] of(CsrMatrix pattern, double[] values) {
    double[][] rows = new double[pattern.rows()][];
    Arrays.setAll(
        rows, b -> Arrays.copyOfRange(values, pattern.indptr()[b], pattern.indptr()[b + 1]));
    return rows;
  }

  /** The items of each row. */
  static int[][] items(CsrMatrix pattern) {
    int[][] rows = new int[pattern.rows()][];
    Arrays.setAll(rows, pattern::row);
    return rows;
  }

  /**
   * Rows as a matrix.
   *
   * @param name what they are, for the message
   * @throws ElboException if the rows are not those of such a matrix
   */
  static DMatrixRMaj matrix(String name, double[][] rows, int numRows, int numCols) {
    DMatrixRMaj matrix = new DMatrixRMaj(numRows, numCols);
    fill(name, rows, matrix);
    return matrix;
  }

  /** The same into a matrix that there is. */
  static void fill(String name, double[][] rows, DMatrixRMaj to) {
    int[] lengths = new int[to.numRows];
    Arrays.fill(lengths, to.numCols);
    copy(name, rows, lengths, to.data);
  }

  /**
   * Rows as the values of a sparse batch.
   *
   * @throws ElboException if a row is not as long as its user has items
   */
  static double[] values(String name, double[][] rows, CsrMatrix pattern) {
    int[] lengths = new int[pattern.rows()];
    Arrays.setAll(lengths, pattern::size);
    double[] values = new double[pattern.size()];
    copy(name, rows, lengths, values);
    return values;
  }

  private static void copy(String name, double[][] rows, int[] lengths, double[] to) {
    if (rows == null || rows.length != lengths.length) {
      throw new ElboException(
          "%s: expected an array of %d rows, found %s"
              .formatted(name, lengths.length, rows == null ? "null" : rows.length + " rows"));
    }
    int at = 0;
    for (int b = 0; b < lengths.length; b++) {
      if (rows[b] == null || rows[b].length != lengths[b]) {
        throw new ElboException(
            "%s[%d]: expected a row of %d values, found %s"
                .formatted(
                    name, b, lengths[b], rows[b] == null ? "null" : rows[b].length + " values"));
      }
      System.arraycopy(rows[b], 0, to, at, lengths[b]);
      at += lengths[b];
    }
  }
}
