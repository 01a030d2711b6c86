/**
 * The engine to read and to trust: float64, EJML, one class per layer with forward and backward
 * side by side. Each class derives its gradient; {@code dX} is the gradient of the loss with
 * respect to {@code X}.
 *
 * <p>To follow the backward pass of Mult-VAE, read {@code Computation} and then the layers from the
 * last to the first: {@link dev.elbo.reference.objective.MultinomialLoss}, {@link
 * dev.elbo.reference.layers.Linear}, {@link dev.elbo.reference.layers.Tanh}, {@link
 * dev.elbo.reference.objective.Gaussian}, {@link dev.elbo.reference.layers.SparseLinear}.
 *
 * <p>Whoever wants to know what a mistake makes of a model puts a wrong layer in the place of the
 * right one, with {@link dev.elbo.reference.Parts}.
 */
package dev.elbo.reference;
