package dev.elbo.linalg;

/** Working memory that is kept from one pass to the next, and grows when a batch is larger. */
public final class Buffer {

  private float[] values = new float[0];

  /** A row-major matrix on this memory; its values are undefined. */
  public Matrix matrix(int rows, int columns) {
    int size = Math.multiplyExact(rows, columns);
    if (values.length < size) {
      values = new float[size];
    }
    return Matrix.of(values, rows, columns);
  }
}
