package dev.elbo.fast.objective;

import dev.elbo.linalg.Matrix;

/** The divergence of a latent layer from its prior. */
public interface Divergence {

  /**
   * Computes the divergence.
   *
   * @param x mean and log-variance of each row, {@code [B, 2K]}. Not modified.
   * @param z what was drawn, {@code [B, K]}. Not modified.
   * @param epsilon the noise it was drawn with, {@code [B, K]}. Not modified.
   * @return the divergence of each row, summed over units in order, {@code [B]}
   */
  double[] forward(Matrix x, Matrix z, Matrix epsilon);

  /**
   * Adds to the gradient with respect to the sample that of {@code sum_b weight_b KL_b}.
   *
   * @param weight of each row's divergence, {@code [B]}
   * @param dZ {@code [B, K]}. Modified.
   */
  void addToSample(float[] weight, Matrix dZ);

  /**
   * Adds to the gradient with respect to mean and log-variance what does not come through the
   * sample.
   *
   * @param weight of each row's divergence, {@code [B]}
   * @param dX {@code [B, 2K]}. Modified.
   */
  void addToInput(float[] weight, Matrix dX);
}
