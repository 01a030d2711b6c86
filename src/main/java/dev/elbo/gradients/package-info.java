/**
 * Whether a gradient is right: central differences, an example of each layer and of the whole
 * models to try them on, and the mistakes that people make there.
 *
 * <p>An {@link dev.elbo.gradients.Example} makes a {@link dev.elbo.gradients.check.Claim}: a
 * function, and the gradient that a backward pass claims for it. {@link
 * dev.elbo.gradients.check.GradientCheck} compares the claim with the function itself. The tests of
 * the layers and {@code elbo gradcheck} use the same examples and the same mistakes.
 */
package dev.elbo.gradients;
