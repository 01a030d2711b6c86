/**
 * Checks somebody else's implementation: golden tensors, the comparison with them, and the known
 * mistakes that explain a difference.
 */
package dev.elbo.verify;
