/**
 * How the gradient of each layer is derived, and how one finds out that it is right: to be read in
 * the order of the numbers.
 *
 * <p>A gradient is written {@code d} and the variable: {@code dX} is the derivative of the loss
 * with respect to each element of {@code X}, in {@code X}'s shape. {@code [i=j]} is 1 if {@code i =
 * j} and 0 otherwise. {@code B} users, {@code I} items, {@code H} hidden units, {@code K} latent
 * units.
 */
package dev.elbo.gradients;
