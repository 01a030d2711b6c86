package dev.elbo.engine;

/**
 * An item and why it stands where it stands.
 *
 * @param item the item
 * @param score higher is better: a logit for recommendations, a cosine for similar items
 */
public record Ranked(int item, double score) {}
