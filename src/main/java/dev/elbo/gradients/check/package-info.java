/**
 * Central differences against what a backward pass claims, and what makes such a claim of a layer.
 */
package dev.elbo.gradients.check;
