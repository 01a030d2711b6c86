/**
 * What a model is, before any engine computes it: its layers, its parameters and their initial
 * values, and the schedule of the KL term's weight.
 */
package dev.elbo.model;
