package dev.elbo.model;

import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.LayerSpec.CountNormalize;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.Mask;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.ObservedLinear;
import dev.elbo.model.LayerSpec.RatingPairs;
import dev.elbo.model.LayerSpec.Sigmoid;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.SquaredError;
import dev.elbo.model.LayerSpec.Tanh;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model: its layers from the sparse input to the loss, and the weight decay of its objective.
 *
 * @param layers the layers in forward order: layers on the sparse input, one {@link SparseLinear},
 *     dense layers, a loss
 * @param weightDecay lambda of {@code lambda * sum ||W||^2} over the weights, biases excepted; it
 *     is part of the loss
 */
public record Model(List<LayerSpec> layers, double weightDecay) {

  /**
   * Checks that each layer takes what the one before it gives, and that names are given once.
   *
   * @throws IllegalArgumentException if one does not, naming it
   */
  public Model {
    layers = List.copyOf(layers);
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weight decay must not be negative: " + weightDecay);
    }
    if (layers.isEmpty()
        || !(layers.getLast() instanceof MultinomialLoss
            || layers.getLast() instanceof SquaredError)) {
      throw new IllegalArgumentException("a model ends with a loss");
    }
    int items = 0;
    int width = 0;
    int levels = 1;
    boolean observed = false;
    for (int n = 0; n < layers.size(); n++) {
      boolean dense = items > 0;
      boolean fits =
          switch (layers.get(n)) {
            case L2Normalize() -> !dense;
            case Dropout(_), Tanh() -> !observed;
            case SparseLinear(_, int in, _) -> !dense && in % levels == 0;
            case Linear(_, int in, _) -> in == width && !observed;
            case Gaussian(int latent) -> 2 * latent == width && !observed;
            case MultinomialLoss() ->
                dense
                    && width == items
                    && layers.get(n - 1) instanceof Linear
                    && n == layers.size() - 1;
            case Sigmoid(_, _) -> dense;
            case ObservedLinear(_, int in, int out, boolean userBias) ->
                in + (userBias ? 1 : 0) == width && out == items && !observed;
            case RatingPairs(_) -> n == 0;
            case Mask(_), CountNormalize() -> !dense;
            case SquaredError() -> dense && width == items && n == layers.size() - 1;
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "layer %d, %s, cannot take a %s input of width %d"
                .formatted(n, layers.get(n), dense ? "dense" : "sparse", width));
      }
      switch (layers.get(n)) {
        case SparseLinear(_, int in, int out) -> {
          items = in / levels;
          width = out;
        }
        case Linear(_, _, int out) -> width = out;
        case Gaussian(int latent) -> width = latent;
        case RatingPairs(List<Float> ratings) -> levels = ratings.size();
        case ObservedLinear(_, _, int out, _) -> {
          width = out;
          observed = true;
        }
        case L2Normalize(),
            Dropout(_),
            Tanh(),
            MultinomialLoss(),
            Mask(_),
            CountNormalize(),
            Sigmoid(_, _),
            SquaredError() -> {}
      }
    }
    List<String> names = affine(layers).map(Affine::name).toList();
    if (Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException("two layers have the same name: " + names);
    }
  }

  /** The layers that have a weight and a bias, in forward order. */
  public List<Affine> affineLayers() {
    return affine(layers).toList();
  }

  private static Stream<Affine> affine(List<LayerSpec> layers) {
    return layers.stream().filter(Affine.class::isInstance).map(Affine.class::cast);
  }

  /** Whether the output is computed only where the user has the item, except in scoring. */
  public boolean isObserved() {
    return layers.stream().anyMatch(ObservedLinear.class::isInstance);
  }

  /** Number of items, {@code I}. */
  public int items() {
    return affineLayers().getLast().out();
  }

  /** Name of a layer's activation: its position and its kind, such as {@code 4.Linear}. */
  public String activationName(int layer) {
    return layer + "." + layers.get(layer).kind();
  }
}
