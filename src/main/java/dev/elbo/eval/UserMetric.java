package dev.elbo.eval;

/** A metric with a value for each user; it is reported as their mean and its standard error. */
public sealed interface UserMetric extends Metric permits AccuracyMetric, Novelty {}
