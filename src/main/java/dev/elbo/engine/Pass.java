package dev.elbo.engine;

import dev.elbo.data.CsrMatrix;
import dev.elbo.model.Noise;

/**
 * What a layer needs to know of the pass it is in.
 *
 * @param users row of each user of the batch in the whole matrix, {@code [B]}: the key of their
 *     noise
 * @param noise the draws
 * @param beta weight of the KL term
 * @param observed the places at which an output is wanted, {@code [B, I]}; {@code null} for all.
 *     Only {@link dev.elbo.model.LayerSpec.ObservedLinear} makes a difference between these.
 */
public record Pass(int[] users, Noise noise, double beta, CsrMatrix observed) {

  /** A pass for all outputs. */
  public Pass(int[] users, Noise noise, double beta) {
    this(users, noise, beta, null);
  }
}
