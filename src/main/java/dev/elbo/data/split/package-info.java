/**
 * How interactions are divided into what a model is trained on and what it is judged on, with the
 * random numbers of the papers' own code.
 */
package dev.elbo.data.split;
