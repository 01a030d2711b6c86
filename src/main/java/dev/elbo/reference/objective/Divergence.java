package dev.elbo.reference.objective;

import org.ejml.data.DMatrixRMaj;

/**
 * The divergence of a latent layer from its prior: what the layer drew from, and how likely the
 * prior has it.
 */
public interface Divergence {

  /**
   * Computes the divergence.
   *
   * @param x mean and log-variance of each row, {@code [B, 2K]}. Not modified.
   * @param z what was drawn, {@code [B, K]}. Not modified.
   * @param epsilon the noise it was drawn with, {@code [B, K]}. Not modified.
   * @param share of each row in the divergence, {@code [B]}
   * @return the divergence of each row summed over units, times its share, {@code [B]}
   */
  double[] forward(DMatrixRMaj x, DMatrixRMaj z, DMatrixRMaj epsilon, double[] share);

  /**
   * Adds the gradient of {@code sum_b weight_b KL_b} of the last {@code forward}.
   *
   * @param weight of each row's divergence, its share included, {@code [B]}
   * @param dZ gradient with respect to {@code z}. Modified.
   * @param dX gradient with respect to {@code x}, apart from its way through {@code z}. Modified.
   */
  void backward(double[] weight, DMatrixRMaj dZ, DMatrixRMaj dX);
}
