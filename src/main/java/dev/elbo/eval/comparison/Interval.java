package dev.elbo.eval.comparison;

/**
 * An interval of values.
 *
 * @param low its lower end
 * @param high its upper end, not below {@code low}
 */
public record Interval(double low, double high) {}
