/** Training: the loop over epochs, its options, checkpoints, and the model directory it leaves. */
package dev.elbo.train;
