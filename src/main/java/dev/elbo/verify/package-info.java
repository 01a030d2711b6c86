/**
 * Checks somebody else's implementation: golden tensors of every model with layers, the comparison
 * with them, and the known mistakes in Mult-VAE and Mult-DAE that explain a difference.
 */
package dev.elbo.verify;
