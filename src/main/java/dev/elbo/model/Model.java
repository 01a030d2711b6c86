package dev.elbo.model;

import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Embedding;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.Gru;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.NextItemsLoss;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Tanh;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model: its layers from the sparse input to the loss, and the weight decay of its objective.
 *
 * @param layers the layers in forward order: layers on the sparse input, one {@link SparseLinear},
 *     dense layers, {@link MultinomialLoss}; or, for a model that reads items in the order of time,
 *     {@link Embedding}, {@link Gru}, dense layers without dropout, {@link NextItemsLoss}
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
            || layers.getLast() instanceof NextItemsLoss)) {
      throw new IllegalArgumentException("a model ends with a loss");
    }
    int items = 0;
    int width = 0;
    for (int n = 0; n < layers.size(); n++) {
      boolean dense = items > 0;
      boolean inTime = layers.getFirst() instanceof Embedding;
      boolean fits =
          switch (layers.get(n)) {
            case L2Normalize() -> !dense;
            case Dropout(_) -> !inTime;
            case Tanh() -> true;
            case SparseLinear(_, _, _) -> !dense;
            case Linear(_, int in, _) -> in == width;
            case Gaussian(int latent, _, _) -> 2 * latent == width;
            case MultinomialLoss() -> !inTime && isAtTheEnd(layers, n, items, width);
            case Embedding(_, _, _) -> n == 0;
            case Gru(_, int in, _) -> n == 1 && inTime && in == width;
            case NextItemsLoss(_, _) ->
                inTime && layers.get(1) instanceof Gru && isAtTheEnd(layers, n, items, width);
          };
      if (!fits) {
        throw new IllegalArgumentException(
            "layer %d, %s, cannot take a %s input of width %d"
                .formatted(n, layers.get(n), dense ? "dense" : "sparse", width));
      }
      switch (layers.get(n)) {
        case SparseLinear(_, int in, int out) -> {
          items = in;
          width = out;
        }
        case Embedding(_, int in, int out) -> {
          items = in;
          width = out;
        }
        case Linear(_, _, int out) -> width = out;
        case Gru(_, _, int out) -> width = out;
        case Gaussian(int latent, _, _) -> width = latent;
        case L2Normalize(), Dropout(_), Tanh(), MultinomialLoss(), NextItemsLoss(_, _) -> {}
      }
    }
    List<String> names = affine(layers).map(Affine::name).toList();
    if (Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException("two layers have the same name: " + names);
    }
  }

  /**
   * Whether a loss stands after a linear layer with a logit for each item, and nothing after it.
   */
  private static boolean isAtTheEnd(List<LayerSpec> layers, int n, int items, int width) {
    return n == layers.size() - 1
        && items > 0
        && width == items
        && layers.get(n - 1) instanceof Linear;
  }

  /** What training changes, in forward order. */
  public List<ParameterSpec> parameters() {
    return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
  }

  /** Whether it reads items in the order of time. */
  public boolean isSequential() {
    return layers.getLast() instanceof NextItemsLoss;
  }

  /** The layers that have a weight and a bias, in forward order. */
  public List<Affine> affineLayers() {
    return affine(layers).toList();
  }

  private static Stream<Affine> affine(List<LayerSpec> layers) {
    return layers.stream().filter(Affine.class::isInstance).map(Affine.class::cast);
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
