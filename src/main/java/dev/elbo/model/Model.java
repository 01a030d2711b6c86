package dev.elbo.model;

import dev.elbo.model.LayerSpec.Affine;
import java.util.List;

/**
 * A model: a network, and what training makes small.
 *
 * @param network from a user's items to a number for each item
 * @param objective what training makes small
 */
public record Model(Network network, Objective objective) {

  /**
   * Checks that the loss takes what the network gives.
   *
   * @throws IllegalArgumentException if it does not
   */
  public Model {
    Objective.Reconstruction loss = objective.reconstruction();
    if (!loss.takes(network.output(), network.items())) {
      throw new IllegalArgumentException(
          "%s of %,d items cannot take %s"
              .formatted(loss.kind(), network.items(), network.output()));
    }
  }

  /** The layers of the network in forward order, without the loss. */
  public List<LayerSpec> layers() {
    return network.layers();
  }

  /** What training changes, in forward order. */
  public List<ParameterSpec> parameters() {
    return network.parameters();
  }

  /** Number of items, {@code I}. */
  public int items() {
    return network.items();
  }

  /** Whether it reads items in the order of time. */
  public boolean isSequential() {
    return objective.reconstruction() instanceof Objective.NextItemsLoss;
  }

  /** The layers that have a weight and a bias, in forward order. */
  public List<Affine> affineLayers() {
    return layers().stream().filter(Affine.class::isInstance).map(Affine.class::cast).toList();
  }

  /**
   * Name of an activation: its position and its kind, such as {@code 4.Linear}; the loss comes
   * after the last layer.
   */
  public String activationName(int position) {
    return position
        + "."
        + (position < layers().size()
            ? layers().get(position).kind()
            : objective.reconstruction().kind());
  }
}
