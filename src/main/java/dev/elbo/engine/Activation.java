package dev.elbo.engine;

/**
 * What one layer gave.
 *
 * @param layer position of the layer in the model
 * @param name {@link dev.elbo.model.Model#activationName}
 * @param values the values, row-major: {@code [B, width]}, or {@code [N]} where the layer's output
 *     is sparse, or the single negative log-likelihood
 */
public record Activation(int layer, String name, double[] values) {

  /** Whether there is neither a NaN nor an infinity. */
  public boolean isFinite() {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
