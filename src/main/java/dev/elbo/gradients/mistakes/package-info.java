/**
 * Layers and losses of the reference engine with a mistake in them: what {@code elbo gradcheck}
 * shows to be wrong by itself, and {@code elbo verify} puts into a whole model.
 */
package dev.elbo.gradients.mistakes;
