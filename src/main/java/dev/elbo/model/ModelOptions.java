package dev.elbo.model;

import java.util.List;

/**
 * What makes one model of an architecture.
 *
 * @param architecture which model
 * @param hidden widths of the encoder's hidden layers from the input on; the decoder mirrors them
 * @param latent latent units, {@code K}
 * @param dropout share of the input that training drops
 * @param weightDecay lambda of {@code lambda * sum ||W||^2}
 */
public record ModelOptions(
    Architecture architecture,
    List<Integer> hidden,
    int latent,
    double dropout,
    double weightDecay) {

  /** Copies the list. */
  public ModelOptions {
    hidden = List.copyOf(hidden);
  }

  /**
   * The model for a number of items.
   *
   * @param items number of items, {@code I}
   * @throws IllegalArgumentException if an option is out of range
   */
  public Model model(int items) {
    return new Model(architecture.layers(items, hidden, latent, dropout), weightDecay);
  }
}
