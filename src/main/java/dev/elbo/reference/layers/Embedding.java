package dev.elbo.reference.layers;

import org.ejml.data.DMatrixRMaj;

/**
 * The vector of each step's item: {@code Y [S, E]} is rows of {@code W [I, E]}.
 *
 * <pre>
 * y_se  = w_(i_s)e
 * dw_ie = sum_{s: i_s = i} dy_se      (the steps that read item i)
 * </pre>
 */
public final class Embedding {

  public final Parameter weight;

  /** The item of each step, {@code [S]}. */
  public int[] items;

  /**
   * @param weight {@code [I, E]}
   */
  public Embedding(Parameter weight) {
    this.weight = weight;
  }

  /**
   * Computes the output.
   *
   * @param items the item of each step, {@code [S]}
   * @return their vectors, {@code [S, E]}
   */
  public DMatrixRMaj forward(int[] items) {
    this.items = items;
    DMatrixRMaj w = weight.value();
    DMatrixRMaj y = new DMatrixRMaj(items.length, w.numCols);
    for (int s = 0; s < items.length; s++) {
      for (int e = 0; e < w.numCols; e++) {
        y.set(s, e, w.get(items[s], e));
      }
    }
    return y;
  }

  /**
   * Computes the gradient of the vectors, which is overwritten.
   *
   * @param dY gradient with respect to the output, {@code [S, E]}. Not modified.
   */
  public void backward(DMatrixRMaj dY) {
    DMatrixRMaj dW = weight.gradient();
    dW.zero();
    for (int s = 0; s < items.length; s++) {
      for (int e = 0; e < dW.numCols; e++) {
        dW.add(items[s], e, dY.get(s, e));
      }
    }
  }
}
