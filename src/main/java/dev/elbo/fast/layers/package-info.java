/** The layers with weights or on dense activations, and what they share: parameters, gradients. */
package dev.elbo.fast.layers;
