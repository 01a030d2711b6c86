package dev.elbo.linalg;

import java.util.Objects;

/**
 * A view of a dense float32 matrix in an array: element {@code (i, j)} is {@code data[offset + i *
 * rowStride + j * columnStride]}. One of the strides is 1: rows or columns are contiguous.
 *
 * @param data the values, shared with whoever else holds the array
 * @param offset where element (0, 0) is
 * @param rows number of rows, may be 0
 * @param columns number of columns, may be 0
 * @param rowStride from a row to the next
 * @param columnStride from a column to the next
 */
public record Matrix(
    float[] data, int offset, int rows, int columns, int rowStride, int columnStride) {

  /**
   * Checks that every element lies in the array.
   *
   * @throws IndexOutOfBoundsException if one does not
   * @throws IllegalArgumentException if neither stride is 1, or rows or columns overlap
   */
  public Matrix {
    boolean rowMajor = columnStride == 1 && rowStride >= columns;
    boolean columnMajor = rowStride == 1 && columnStride >= rows;
    if (!rowMajor && !columnMajor) {
      throw new IllegalArgumentException(
          "strides %d and %d of a matrix of %d rows and %d columns"
              .formatted(rowStride, columnStride, rows, columns));
    }
    Objects.checkFromIndexSize(offset, 0, data.length);
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException("%d rows and %d columns".formatted(rows, columns));
    }
    if (rows > 0 && columns > 0) {
      long last = offset + (rows - 1L) * rowStride + (columns - 1L) * columnStride;
      Objects.checkIndex(last, (long) data.length);
    }
  }

  /** A whole array as a row-major matrix, {@code [rows, columns]}. */
  public static Matrix of(float[] data, int rows, int columns) {
    return new Matrix(data, 0, rows, columns, columns, 1);
  }

  /** The transpose: the same values with rows and columns exchanged. */
  public Matrix transposed() {
    return new Matrix(data, offset, columns, rows, columnStride, rowStride);
  }

  /** Rows {@code from} to {@code to}, exclusive. */
  public Matrix rowRange(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    int start = from == to || columns == 0 ? offset : at(from, 0);
    return new Matrix(data, start, to - from, columns, rowStride, columnStride);
  }

  /** Columns {@code from} to {@code to}, exclusive. */
  public Matrix columnRange(int from, int to) {
    Objects.checkFromToIndex(from, to, columns);
    int start = from == to || rows == 0 ? offset : at(0, from);
    return new Matrix(data, start, rows, to - from, rowStride, columnStride);
  }

  /** Where element {@code (row, column)} is in the array. */
  public int at(int row, int column) {
    return offset + row * rowStride + column * columnStride;
  }
}
