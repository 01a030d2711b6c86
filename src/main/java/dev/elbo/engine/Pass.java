package dev.elbo.engine;

import dev.elbo.model.Noise;

/**
 * What a layer needs to know of the pass it is in.
 *
 * @param users row of each user of the batch in the whole matrix, {@code [B]}: the key of their
 *     noise
 * @param noise the draws
 * @param beta weight of the KL term
 */
public record Pass(int[] users, Noise noise, double beta) {}
