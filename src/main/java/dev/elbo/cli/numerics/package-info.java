/**
 * The commands that are about engines and gradients, and need neither data nor a model: what there
 * is to compute with, how fast it is, and whether it computes what it should.
 */
package dev.elbo.cli.numerics;
