/**
 * Exercises: a layer, a loss or an update to write by oneself, each with its text, hints, and what
 * is said of an attempt at it.
 *
 * <p>An {@link dev.elbo.gradients.exercises.Exercise} is an example of {@link dev.elbo.gradients}
 * whose part is somebody's own ({@link dev.elbo.own}); an {@link
 * dev.elbo.gradients.exercises.Attempt} holds what that computes beside what it is to compute, and
 * beside the known mistakes. {@code elbo gradcheck --exercise} prints it.
 */
package dev.elbo.gradients.exercises;
