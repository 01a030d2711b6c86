/**
 * How good recommendations are: ranking metrics over held-out items, metrics beyond accuracy, and
 * the evaluator that computes them for any {@link dev.elbo.engine.Scorer}.
 */
package dev.elbo.eval;
