package dev.elbo.model;

/**
 * What makes a baseline. Its numbers, such as EASE's lambda, are no part of how it scores; they
 * stand among the options of the run.
 *
 * @param baseline which one
 */
public record BaselineOptions(Baseline baseline) implements ModelDescription {}
