/**
 * A trained model behind HTTP: requests that wait are scored together, a new model in the directory
 * is taken over between two batches, and everything that a client can make large is bounded.
 */
package dev.elbo.serve;
