/**
 * The layers between a batch's items and the first weights: they change stored values only, so that
 * a batch stays as sparse as it is.
 */
package dev.elbo.reference.input;
