/**
 * Checks somebody else's implementation: golden tensors of every model with layers, the comparison
 * with them, and the known mistakes in Mult-VAE, Mult-DAE and RecVAE that explain a difference.
 */
package dev.elbo.verify;
