package dev.elbo.tornado.layers;

import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Skip connections from each layer to all that follow: {@code a_n = W_n h_(n-1) + b_n + h_1 + ... +
 * h_(n-1)}, {@code h_n = T_n(a_n)}. Backward, {@code dh_n = W_(n+1)^T da_(n+1) + d_n} with {@code
 * d_n = da_(n+1) + ... + da_N}, which is carried along.
 */
public final class Residual implements Layer {

  /**
   * One step from {@code h_(n-1)} to {@code h_n}.
   *
   * @param affine {@code W_n} and {@code b_n}
   * @param then the layers of {@code T_n}
   */
  public record Block(Linear affine, List<Layer> then) {}

  private final String id;
  private final List<Block> blocks;
  private final Extent extent;
  private final FloatArray sum;
  private final FloatArray skipped;

  /**
   * @param id what tells its tasks from those of other layers
   * @param blocks from {@code n = 2} on, all of one width
   * @param extent of the input, and of everything else
   */
  public Residual(String id, List<Block> blocks, Extent extent) {
    this.id = id;
    this.blocks = List.copyOf(blocks);
    this.extent = extent;
    this.sum = new FloatArray(extent.length());
    this.skipped = new FloatArray(extent.length());
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    FloatArray h = x;
    FloatArray carried = null;
    for (int n = 0; n < blocks.size(); n++) {
      carried = carry(tasks, "carry" + id + "n" + n, carried, h, sum);
      FloatArray a = blocks.get(n).affine.forward(tasks, h);
      h = Sum.add(tasks, "skip" + id + "n" + n, extent, carried, a, a);
      for (Layer layer : blocks.get(n).then) {
        h = layer.forward(tasks, h);
      }
    }
    return h;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    FloatArray dH = dY;
    FloatArray carried = null;
    for (int n = blocks.size() - 1; n >= 0; n--) {
      FloatArray dA = dH;
      for (Layer layer : blocks.get(n).then.reversed()) {
        dA = layer.backward(tasks, dA);
      }
      carried = carry(tasks, "dCarry" + id + "n" + n, carried, dA, skipped);
      dH = blocks.get(n).affine.backward(tasks, dA);
      dH = Sum.add(tasks, "dSkip" + id + "n" + n, extent, carried, dH, dH);
    }
    return dH;
  }

  /** What is carried once a term has joined it: the first is carried as it is. */
  private FloatArray carry(
      Tasks tasks, String task, FloatArray carried, FloatArray term, FloatArray to) {
    return carried == null ? term : Sum.add(tasks, task, extent, term, carried, to);
  }
}
