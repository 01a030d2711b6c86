package dev.elbo.fast.layers;

import dev.elbo.data.CsrMatrix;
import dev.elbo.linalg.Buffer;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Rows;
import dev.elbo.linalg.Workers;
import java.util.Arrays;

/**
 * The vector of each step's item, {@code Y [S, E]}; the gradient is derived at {@link
 * dev.elbo.reference}'s Embedding. It goes to the sink item by item: every item has one, 0 where no
 * step reads the item.
 */
public final class Embedding {

  /** Items whose gradients one task computes. */
  private static final int ITEMS = 64;

  private final Parameter weight;
  private final int width;
  private final Workers workers;
  private final Buffer output = new Buffer();
  private int[] items;

  /**
   * @param weight {@code [I, E]}
   * @param workers threads to use
   */
  public Embedding(Parameter weight, Workers workers) {
    this.weight = weight;
    this.width = weight.in;
    this.workers = workers;
  }

  /** Computes {@code Y [S, E]} from the item of each step. */
  public Matrix forward(int[] items) {
    this.items = items;
    Matrix y = output.matrix(items.length, width);
    for (int s = 0; s < items.length; s++) {
      System.arraycopy(weight.value, items[s] * width, y.data(), y.at(s, 0), width);
    }
    return y;
  }

  /** Gives the gradient of the vectors to the sink. */
  public void backward(Matrix dY, GradientSink sink) {
    int[] start = CsrMatrix.boundaries(CsrMatrix.counts(items, weight.out));
    int[] next = start.clone();
    int[] steps = new int[items.length];
    for (int s = 0; s < items.length; s++) {
      steps[next[items[s]]++] = s;
    }
    workers.forEach(
        Math.ceilDiv(weight.out, ITEMS),
        task -> {
          float[] dW = new float[width];
          for (int i = task * ITEMS; i < Math.min((task + 1) * ITEMS, weight.out); i++) {
            Arrays.fill(dW, 0);
            for (int n = start[i]; n < start[i + 1]; n++) {
              Rows.add(dY.data(), dY.at(steps[n], 0), dW, 0, width);
            }
            sink.accept(weight, i * width, dW, 0, width);
          }
        });
  }
}
