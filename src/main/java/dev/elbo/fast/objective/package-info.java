/**
 * The terms of a {@link dev.elbo.model.Objective}: what the output makes of the users' items, and
 * the latent layer with its divergence from the prior.
 */
package dev.elbo.fast.objective;
