package dev.elbo.tornado.objective;

import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Group;
import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import java.util.Optional;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The stochastic layer: {@code [mu, lv] [B, 2K]} to {@code z = mu + eps exp(lv / 2) [B, K]}, and
 * the divergence of each row from the prior. With {@code logDeviation}, {@code exp(lv)} stands for
 * {@code exp(lv / 2)}.
 */
public final class Gaussian implements Layer {

  private final String id;
  private final int index;
  private final LayerSpec.Gaussian spec;
  private final int latent;

  /** The deviation is {@code exp(exponent lv)}. */
  private final float exponent;

  private final SparseRows rows;

  /** The divergence of a prior other than the standard normal. */
  private final Optional<CompositeDivergence> composite;

  private final FloatArray epsilon;
  private final FloatArray z;

  /** The divergence of each row, summed over units, {@code [B]}. */
  private final FloatArray kl;

  /** Weight of each row's divergence, its share included, {@code [B]}. */
  private final FloatArray weight;

  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param id what tells its tasks from those of other layers
   * @param index position of the layer in the model: the key of its draws
   * @param spec what it computes
   * @param composite the divergence, if the prior is not the standard normal
   * @param rows whose rows these are
   */
  public Gaussian(
      String id,
      int index,
      LayerSpec.Gaussian spec,
      Optional<CompositeDivergence> composite,
      SparseRows rows) {
    this.id = id;
    this.index = index;
    this.spec = spec;
    this.latent = spec.latent();
    this.exponent = spec.logDeviation() ? 1 : 0.5f;
    this.rows = rows;
    this.composite = composite;
    this.kl = new FloatArray(rows.users());
    this.weight = new FloatArray(rows.users());
    this.epsilon = new FloatArray(rows.users() * latent);
    this.z = new FloatArray(rows.users() * latent);
    this.dX = new FloatArray(rows.users() * 2 * latent);
  }

  @Override
  public void draw(PreparedPass prepared) {
    Pass pass = prepared.pass();
    float[] drawn = new float[pass.rows() * latent];
    prepared
        .workers()
        .forEach(
            pass.rows(),
            b -> {
              double[] ofRow = new double[latent];
              pass.epsilon(index, b, ofRow);
              for (int k = 0; k < latent; k++) {
                drawn[b * latent + k] = (float) ofRow[k];
              }
            });
    prepared.put(drawn, epsilon);
    if (pass.hasLoss()) {
      float[] ofRows = new float[pass.rows()];
      for (int b = 0; b < ofRows.length; b++) {
        ofRows[b] = (float) (pass.klWeight(b) * pass.share(b, spec.meanOverSteps()));
      }
      prepared.put(ofRows, weight);
    }
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks.take(epsilon);
    tasks
        .graph()
        .task(
            tasks.id("sample" + id, Group.ITEMS, rows.users(), 1),
            Gaussian::draws,
            Tasks.CONTEXT,
            rows.size,
            x,
            epsilon,
            z,
            kl,
            latent,
            exponent);
    if (tasks.hasLoss()) {
      composite.ifPresent(divergence -> divergence.forward(tasks, id, x, z, epsilon, kl));
      tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, kl);
    }
    return z;
  }

  /** The loss of a pass that has run, with what its rows diverge from the prior. */
  public Loss loss(Pass pass, double nll, double decay) {
    double sum = 0;
    double weighted = 0;
    for (int b = 0; b < pass.rows(); b++) {
      double ofRow = pass.share(b, spec.meanOverSteps()) * kl.get(b);
      sum += ofRow;
      weighted += pass.klWeight(b) * ofRow;
    }
    boolean perItem = pass.klWeight().perItem();
    return new Loss(nll, sum, perItem ? weighted : pass.klWeight().value() * sum, decay);
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dZ) {
    tasks.take(weight);
    if (composite.isPresent()) {
      composite.get().backward(tasks, id, weight, x, epsilon, exponent, dZ, dX);
      return dX;
    }
    tasks
        .graph()
        .task(
            "dSample" + id,
            Gaussian::gradient,
            rows.size,
            weight,
            x,
            epsilon,
            dZ,
            dX,
            latent,
            exponent,
            Tasks.whole(rows.users() * latent));
    return dX;
  }

  /**
   * The forward kernel; the divergence is that from the standard normal.
   *
   * @param context one group of {@link Group#ITEMS} items for each row
   * @param size {@link SparseRows#size}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param z {@code [B, K]}. Modified.
   * @param kl {@code [B]}. Modified.
   * @param latent {@code K}
   * @param exponent of the deviation, {@code exp(exponent lv)}
   */
  public static void draws(
      KernelContext context,
      IntArray size,
      FloatArray x,
      FloatArray epsilon,
      FloatArray z,
      FloatArray kl,
      int latent,
      float exponent) {
    float[] shared = context.allocateFloatLocalArray(Group.SHARED);
    int local = context.localIdx;
    int b = context.groupIdx;
    if (b < size.get(SparseRows.USERS)) {
      float sum = 0f;
      for (int k = local; k < latent; k += Group.ITEMS) {
        float mu = x.get(b * 2 * latent + k);
        float lv = x.get(b * 2 * latent + latent + k);
        float eps = epsilon.get(b * latent + k);
        float noise = 0f; // 0 * infinity is NaN
        if (eps != 0f) {
          noise = eps * TornadoMath.exp(exponent * lv);
        }
        z.set(b * latent + k, mu + noise);
        sum += 0.5f * (mu * mu + TornadoMath.exp(lv) - 1f - lv);
      }
      float ofRow = Group.sum(context, shared, sum);
      if (local == 0) {
        kl.set(b, ofRow);
      }
    }
  }

  /**
   * The backward kernel, with the divergence from the standard normal.
   *
   * @param size {@link SparseRows#size}
   * @param weight of each row's divergence, {@code [B]}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param dZ {@code [B, K]}
   * @param dX {@code [B, 2K]}. Modified.
   * @param latent {@code K}
   * @param exponent of the deviation, {@code exp(exponent lv)}
   * @param bound of the loop
   */
  public static void gradient(
      IntArray size,
      FloatArray weight,
      FloatArray x,
      FloatArray epsilon,
      FloatArray dZ,
      FloatArray dX,
      int latent,
      float exponent,
      int bound) {
    for (@Parallel int n = 0; n < bound; n++) {
      int b = n / latent;
      int k = n % latent;
      if (b < size.get(SparseRows.USERS)) {
        float mu = x.get(b * 2 * latent + k);
        float lv = x.get(b * 2 * latent + latent + k);
        float dz = dZ.get(b * latent + k);
        float slope = exponent * TornadoMath.exp(exponent * lv);
        dX.set(b * 2 * latent + k, dz + weight.get(b) * mu);
        dX.set(
            b * 2 * latent + latent + k,
            dz * epsilon.get(b * latent + k) * slope
                + 0.5f * weight.get(b) * (TornadoMath.exp(lv) - 1f));
      }
    }
  }
}
