/**
 * The layers with weights or on dense activations, and what they share: parameters, the batch on
 * the device, products, and the task graph that they add themselves to.
 */
package dev.elbo.tornado.layers;
