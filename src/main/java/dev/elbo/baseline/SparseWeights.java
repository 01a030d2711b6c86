package dev.elbo.baseline;

import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Ranked;
import dev.elbo.io.Tensor;
import dev.elbo.model.Parameters;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * A matrix {@code [I, I]} of which most elements are zero.
 *
 * @param rows the {@code N} others
 */
record SparseWeights(CsrMatrix rows) {

  /**
   * The weights that {@link #parameters} gave.
   *
   * @param name of the matrix
   * @param items number of items, {@code I}
   * @throws IllegalArgumentException if these are not its tensors for so many items
   */
  static SparseWeights of(String name, Parameters parameters, int items) {
    int[] indptr = parameters.int32(name + ".indptr", items + 1);
    int[] indices = parameters.int32(name + ".indices", indptr[items]);
    float[] values = parameters.float32(name + ".values", indptr[items]);
    return new SparseWeights(new CsrMatrix(items, indptr, indices, values));
  }

  /**
   * Puts rows one below the other.
   *
   * @param columns where each row has weights, ascending
   * @param values the weights
   */
  static SparseWeights ofRows(int[][] columns, float[][] values) {
    int items = columns.length;
    int[] indptr = new int[items + 1];
    for (int item = 0; item < items; item++) {
      indptr[item + 1] = Math.addExact(indptr[item], columns[item].length);
    }
    int[] indices = new int[indptr[items]];
    float[] all = new float[indptr[items]];
    for (int item = 0; item < items; item++) {
      int length = columns[item].length;
      System.arraycopy(columns[item], 0, indices, indptr[item], length);
      System.arraycopy(values[item], 0, all, indptr[item], length);
    }
    return new SparseWeights(new CsrMatrix(items, indptr, indices, all));
  }

  /** Rows and columns exchanged. */
  SparseWeights transposed() {
    return new SparseWeights(rows.transposed());
  }

  /**
   * {@code .indptr [I + 1]}, {@code .indices [N]} and {@code .values [N]}, as SciPy's {@code
   * csr_matrix} takes them. The arrays are not copied.
   *
   * @param name of the matrix
   */
  Parameters parameters(String name) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(name + ".indptr", int32(rows.indptr()));
    tensors.put(name + ".indices", int32(rows.indices()));
    tensors.put(
        name + ".values", new Tensor.Float32(new int[] {rows.values().length}, rows.values()));
    return new Parameters(tensors);
  }

  private static Tensor int32(int[] values) {
    return new Tensor.Int32(new int[] {values.length}, values);
  }

  /** Number of items, {@code I}. */
  int items() {
    return rows.columns();
  }

  /**
   * Adds some rows.
   *
   * @param some their numbers. Not modified.
   * @param sums {@code [I]}. Modified.
   */
  void add(int[] some, float[] sums) {
    int[] indptr = rows.indptr();
    int[] indices = rows.indices();
    float[] values = rows.values();
    for (int row : some) {
      for (int n = indptr[row]; n < indptr[row + 1]; n++) {
        sums[indices[n]] += values[n];
      }
    }
  }

  /** The items of a row with the largest weights, best first; of equals, the lower first. */
  List<Ranked> nearest(int item, int k) {
    return IntStream.range(rows.indptr()[item], rows.indptr()[item + 1])
        .mapToObj(n -> new Ranked(rows.indices()[n], rows.values()[n]))
        .sorted(Comparator.comparingDouble(Ranked::score).reversed())
        .limit(k)
        .toList();
  }
}
