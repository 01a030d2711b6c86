package dev.elbo.model;

/** What a model is: a network or a baseline. */
public sealed interface ModelDescription permits ModelOptions, BaselineOptions {}
