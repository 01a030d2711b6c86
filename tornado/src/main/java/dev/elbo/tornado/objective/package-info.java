/**
 * The terms of a {@link dev.elbo.model.Objective}: what the output makes of the users' items, the
 * latent layer with its divergence from the prior, and the squares of weights.
 */
package dev.elbo.tornado.objective;
