package dev.elbo.tornado.objective;

import dev.elbo.data.Batch;
import dev.elbo.random.Noise;
import dev.elbo.tornado.layers.Layer;
import dev.elbo.tornado.layers.SparseRows;
import dev.elbo.tornado.layers.Tasks;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The stochastic layer: {@code [mu, lv] [B, 2K]} to {@code z = mu + eps exp(lv / 2) [B, K]}, and
 * the divergence of each user.
 */
public final class Gaussian implements Layer {

  /** The divergence of each user, summed over units, {@code [B]}. */
  public final FloatArray kl;

  /** The weight of the divergence, {@code [1]}: it changes from update to update. */
  public final FloatArray beta;

  private final int index;
  private final int latent;
  private final SparseRows rows;
  private final FloatArray epsilon;
  private final FloatArray z;
  private final FloatArray dX;
  private FloatArray x;

  /**
   * @param index position of the layer in the model: the key of its draws
   * @param latent latent units, {@code K}
   * @param rows where the batch is
   * @param beta weight of the divergence, {@code [1]}
   */
  public Gaussian(int index, int latent, SparseRows rows, FloatArray beta) {
    this.index = index;
    this.latent = latent;
    this.rows = rows;
    this.beta = beta;
    this.kl = new FloatArray(rows.users());
    this.epsilon = new FloatArray(rows.users() * latent);
    this.z = new FloatArray(rows.users() * latent);
    this.dX = new FloatArray(rows.users() * 2 * latent);
  }

  @Override
  public List<FloatArray> noise() {
    return List.of(epsilon);
  }

  @Override
  public void draw(Batch batch, Noise noise) {
    double[] draws = new double[latent];
    for (int b = 0; b < batch.size(); b++) {
      noise.epsilon(index, batch.users()[b], draws);
      for (int k = 0; k < latent; k++) {
        epsilon.set(b * latent + k, (float) draws[k]);
      }
    }
  }

  @Override
  public FloatArray forward(Tasks tasks, FloatArray x) {
    this.x = x;
    tasks
        .graph()
        .task(
            "sample" + index, Gaussian::draws, rows.size, x, epsilon, z, kl, rows.users(), latent);
    return z;
  }

  @Override
  public FloatArray backward(Tasks tasks, FloatArray dZ) {
    tasks
        .graph()
        .task(
            "dSample" + index,
            Gaussian::gradient,
            rows.size,
            beta,
            x,
            epsilon,
            dZ,
            dX,
            rows.users(),
            latent);
    return dX;
  }

  /**
   * The forward kernel, a user at a time.
   *
   * @param size {@link SparseRows#size}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param z {@code [B, K]}. Modified.
   * @param kl {@code [B]}. Modified.
   * @param users most users
   * @param latent {@code K}
   */
  public static void draws(
      IntArray size,
      FloatArray x,
      FloatArray epsilon,
      FloatArray z,
      FloatArray kl,
      int users,
      int latent) {
    for (@Parallel int b = 0; b < users; b++) {
      if (b < size.get(SparseRows.USERS)) {
        float sum = 0f;
        for (int k = 0; k < latent; k++) {
          float mu = x.get(b * 2 * latent + k);
          float lv = x.get(b * 2 * latent + latent + k);
          float eps = epsilon.get(b * latent + k);
          float noise = 0f; // 0 * infinity is NaN
          if (eps != 0f) {
            noise = eps * TornadoMath.exp(0.5f * lv);
          }
          z.set(b * latent + k, mu + noise);
          sum += 0.5f * (mu * mu + TornadoMath.exp(lv) - 1f - lv);
        }
        kl.set(b, sum);
      }
    }
  }

  /**
   * The backward kernel.
   *
   * @param size {@link SparseRows#size}
   * @param beta weight of the divergence, {@code [1]}
   * @param x means and log-variances, {@code [B, 2K]}
   * @param epsilon the noise, {@code [B, K]}
   * @param dZ {@code [B, K]}
   * @param dX {@code [B, 2K]}. Modified.
   * @param users most users
   * @param latent {@code K}
   */
  public static void gradient(
      IntArray size,
      FloatArray beta,
      FloatArray x,
      FloatArray epsilon,
      FloatArray dZ,
      FloatArray dX,
      int users,
      int latent) {
    for (@Parallel int b = 0; b < users; b++) {
      for (@Parallel int k = 0; k < latent; k++) {
        if (b < size.get(SparseRows.USERS)) {
          float share = beta.get(0) / size.get(SparseRows.USERS);
          float mu = x.get(b * 2 * latent + k);
          float lv = x.get(b * 2 * latent + latent + k);
          float dz = dZ.get(b * latent + k);
          float sigma = TornadoMath.exp(0.5f * lv);
          dX.set(b * 2 * latent + k, dz + share * mu);
          dX.set(
              b * 2 * latent + latent + k,
              0.5f * (dz * epsilon.get(b * latent + k) * sigma + share * (sigma * sigma - 1f)));
        }
      }
    }
  }
}
