/**
 * Whether one model is better than another on the same users: paired differences, their intervals
 * and tests, corrected for how many there are.
 */
package dev.elbo.eval.comparison;
