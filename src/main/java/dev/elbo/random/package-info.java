/**
 * Randomness as a function of a key and a counter, without a state: the same arguments give the
 * same numbers in any order and on any thread. {@link dev.elbo.random.Noise} is that of a training
 * pass.
 */
package dev.elbo.random;
