package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Layer normalisation of each row: with {@code r = 1 / sqrt(v + eps)}, mean {@code m} and variance
 * {@code v} of the row,
 *
 * <pre>
 * n  = (x - m) r                                y  = g n + b
 * dx = r (dn - mean(dn) - n mean(dn n))         dn = g dy
 * dg = sum over rows of dy n                    db = sum over rows of dy
 * </pre>
 *
 * <p>A group shares a row: its means are sums over the group.
 */
public final class LayerNorm implements Layer {

  private final String id;
  private final Parameter gain;
  private final Parameter bias;
  private final float epsilon;
  private final SparseRows rows;
  private final FloatArray n;
  private final FloatArray r;
  private final FloatArray y;
  private final FloatArray dX;

  /**
   * @param id what tells its tasks from those of other layers
   * @param gain {@code [H]}
   * @param bias {@code [H]}
   * @param epsilon what is added to the variance
   * @param rows whose rows these are
   */
  public LayerNorm(String id, Parameter gain, Parameter bias, double epsilon, SparseRows rows) {
    this.id = id;
    this.gain = gain;
    this.bias = bias;
    this.epsilon = (float) epsilon;
    this.rows = rows;
    this.n = new FloatArray(rows.users() * gain.out);
    this.r = new FloatArray(rows.users());
    this.y = new FloatArray(rows.users() * gain.out);
    this.dX = new FloatArray(rows.users() * gain.out);
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    tasks
        .graph()
        .task(
            tasks.id("norm" + id, Group.ITEMS, rows.users(), 1),
            LayerNorm::normalized,
            Tasks.CONTEXT,
            rows.size,
            x,
            gain.value,
            bias.value,
            n,
            r,
            y,
            gain.out,
            epsilon);
    return y;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dY) {
    tasks
        .graph()
        .task(
            tasks.id("dNorm" + id, Group.ITEMS, rows.users(), 1),
            LayerNorm::gradient,
            Tasks.CONTEXT,
            rows.size,
            gain.value,
            n,
            r,
            dY,
            dX,
            gain.out);
    tasks
        .graph()
        .task(
            tasks.id("dGain" + id, Group.ITEMS, Bias.groups(gain.out), 1),
            Bias::columnSums,
            Tasks.CONTEXT,
            rows.size,
            dY,
            n,
            gain.gradient,
            gain.out,
            1);
    Bias.backward(tasks, id, rows, bias, dY);
    return dX;
  }

  /**
   * The forward kernel.
   *
   * @param context one group of {@link Group#ITEMS} items for each row
   * @param size {@link SparseRows#size}
   * @param x {@code [B, H]}
   * @param gain {@code [H]}
   * @param bias {@code [H]}
   * @param n the normalised rows, {@code [B, H]}. Modified.
   * @param r {@code 1 / sqrt(v + eps)} of each row, {@code [B]}. Modified.
   * @param y {@code [B, H]}. Modified.
   * @param width {@code H}
   * @param epsilon what is added to the variance
   */
  public static void normalized(
      KernelContext context,
      IntArray size,
      FloatArray x,
      FloatArray gain,
      FloatArray bias,
      FloatArray n,
      FloatArray r,
      FloatArray y,
      int width,
      float epsilon) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      int row = b * width;
      float sum = 0f;
      for (int h = local; h < width; h += Group.ITEMS) {
        sum += x.get(row + h);
      }
      float mean = Group.sum(context, shared, sum) / width;
      float squares = 0f;
      for (int h = local; h < width; h += Group.ITEMS) {
        float centred = x.get(row + h) - mean;
        squares += centred * centred;
      }
      float variance = Group.sum(context, shared, squares) / width;
      float inverse = 1f / TornadoMath.sqrt(variance + epsilon);
      if (local == 0) {
        r.set(b, inverse);
      }
      for (int h = local; h < width; h += Group.ITEMS) {
        float normal = (x.get(row + h) - mean) * inverse;
        n.set(row + h, normal);
        y.set(row + h, gain.get(h) * normal + bias.get(h));
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param context one group of {@link Group#ITEMS} items for each row
   * @param size {@link SparseRows#size}
   * @param gain {@code [H]}
   * @param n the normalised rows, {@code [B, H]}
   * @param r {@code 1 / sqrt(v + eps)} of each row, {@code [B]}
   * @param dY {@code [B, H]}
   * @param dX {@code [B, H]}. Modified.
   * @param width {@code H}
   */
  public static void gradient(
      KernelContext context,
      IntArray size,
      FloatArray gain,
      FloatArray n,
      FloatArray r,
      FloatArray dY,
      FloatArray dX,
      int width) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      int row = b * width;
      float sum = 0f;
      float along = 0f;
      for (int h = local; h < width; h += Group.ITEMS) {
        float dn = gain.get(h) * dY.get(row + h);
        sum += dn;
        along += dn * n.get(row + h);
      }
      float mean = Group.sum(context, shared, sum) / width;
      float stretch = Group.sum(context, shared, along) / width;
      for (int h = local; h < width; h += Group.ITEMS) {
        float dn = gain.get(h) * dY.get(row + h);
        dX.set(row + h, r.get(b) * (dn - mean - n.get(row + h) * stretch));
      }
    }
  }
}
