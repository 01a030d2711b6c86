package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.model.Model;
import dev.elbo.model.Shape;

/**
 * Which outputs of a network an update computes and holds against its targets. Scoring wants one
 * for each item.
 */
public sealed interface Outputs {

  /**
   * All that the network gives: one for each item, or, where its last layer is an {@link
   * dev.elbo.model.LayerSpec.ObservedLinear}, those that are {@link Observed}.
   */
  record All() implements Outputs {}

  /** One for each item that a user has. */
  record Observed() implements Outputs {}

  /** All that the network of a model gives in training. */
  static Outputs of(Model model) {
    return model.network().output() instanceof Shape.Observed ? new Observed() : new All();
  }

  /**
   * What is computed when a model is asked for these.
   *
   * @throws ElboException if the model cannot give them
   */
  default Outputs askedOf(Model model) {
    Outputs given = of(model);
    return switch (this) {
      case All _ -> given;
      case Observed _ when given.equals(this) -> this;
      case Observed _ ->
          throw new ElboException(
              "the outputs where a user has an item are asked of a model that gives one for each"
                  + " item; ask for all outputs");
    };
  }
}
