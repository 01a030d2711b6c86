package dev.elbo.model;

import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.LayerSpec.CountNormalize;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Embedding;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.Gru;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.Mask;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.NextItemsLoss;
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
 *     dense layers, a loss; or, for a model that reads items in the order of time, {@link
 *     Embedding}, {@link Gru}, dense layers without dropout, {@link NextItemsLoss}
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
            || layers.getLast() instanceof SquaredError
            || layers.getLast() instanceof NextItemsLoss)) {
      throw new IllegalArgumentException("a model ends with a loss");
    }
    int items = 0;
    int width = 0;
    int levels = 1;
    boolean observed = false;
    for (int n = 0; n < layers.size(); n++) {
      boolean dense = items > 0;
      boolean inTime = layers.getFirst() instanceof Embedding;
      boolean fits =
          switch (layers.get(n)) {
            case L2Normalize() -> !dense;
            case Dropout(_) -> !observed && !inTime;
            case Tanh() -> !observed;
            case SparseLinear(_, int in, _) -> !dense && in % levels == 0;
            case Linear(_, int in, _) -> in == width && !observed;
            case Gaussian(int latent, _, _) -> 2 * latent == width && !observed;
            case MultinomialLoss() -> !inTime && isAtTheEnd(layers, n, items, width);
            case Embedding(_, _, _) -> n == 0;
            case Gru(_, int in, _) -> n == 1 && inTime && in == width;
            case NextItemsLoss(_, _) ->
                inTime && layers.get(1) instanceof Gru && isAtTheEnd(layers, n, items, width);
            case Sigmoid(_, _) -> dense && !inTime;
            case ObservedLinear(_, int in, int out, boolean userBias) ->
                in + (userBias ? 1 : 0) == width && out == items && !observed && !inTime;
            case RatingPairs(_) -> n == 0;
            case Mask(_), CountNormalize() -> !dense;
            case SquaredError() -> !inTime && width == items && n == layers.size() - 1;
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
        case Embedding(_, int in, int out) -> {
          items = in;
          width = out;
        }
        case Linear(_, _, int out) -> width = out;
        case Gru(_, _, int out) -> width = out;
        case Gaussian(int latent, _, _) -> width = latent;
        case RatingPairs(List<Float> ratings) -> levels = ratings.size();
        case ObservedLinear(_, _, int out, _) -> {
          width = out;
          observed = true;
        }
        case L2Normalize(),
            Dropout(_),
            Tanh(),
            MultinomialLoss(),
            NextItemsLoss(_, _),
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
