package dev.elbo.model;

import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.MultinomialLoss;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Tanh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The published models as lists of layers (Liang, Krishnan, Hoffman, Jebara, "Variational
 * autoencoders for collaborative filtering", WWW 2018).
 *
 * <p>Tensors are named as in the usual PyTorch ports: {@code q_layers} is the encoder, {@code
 * p_layers} the decoder.
 */
public enum Architecture {
  /** Mult-VAE: I-600-200-600-I in the paper, the latent layer stochastic. */
  MULT_VAE {
    @Override
    public List<Integer> defaultHidden() {
      return List.of(600);
    }

    @Override
    public List<LayerSpec> layers(int items, List<Integer> hidden, int latent, double dropout) {
      List<LayerSpec> layers = encoder(items, hidden, 2 * latent, dropout);
      layers.add(new Gaussian(latent));
      addDecoder(layers, items, hidden, latent);
      return layers;
    }
  },

  /** Mult-DAE: I-200-I in the paper; the latent layer is deterministic and has a tanh. */
  MULT_DAE {
    @Override
    public List<Integer> defaultHidden() {
      return List.of();
    }

    @Override
    public List<LayerSpec> layers(int items, List<Integer> hidden, int latent, double dropout) {
      List<LayerSpec> layers = encoder(items, hidden, latent, dropout);
      layers.add(new Tanh());
      addDecoder(layers, items, hidden, latent);
      return layers;
    }
  };

  /** Widths of the encoder's hidden layers in the paper. */
  public abstract List<Integer> defaultHidden();

  /**
   * The layers of the model.
   *
   * @param items number of items, {@code I}
   * @param hidden widths of the encoder's hidden layers from the input on; the decoder mirrors them
   * @param latent latent units, {@code K}
   * @param dropout share of the input that training drops
   */
  public abstract List<LayerSpec> layers(
      int items, List<Integer> hidden, int latent, double dropout);

  /** The name on the command line: {@code mult-vae}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The architecture of a name, as {@link #toString} gives it. */
  public static Optional<Architecture> of(String name) {
    return Arrays.stream(values()).filter(a -> a.toString().equals(name)).findFirst();
  }

  /** Normalise, drop, then affine layers with a tanh between any two; the last is linear. */
  private static List<LayerSpec> encoder(int items, List<Integer> hidden, int out, double dropout) {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new L2Normalize());
    layers.add(new Dropout(dropout));
    int first = hidden.isEmpty() ? out : hidden.getFirst();
    layers.add(new SparseLinear("q_layers.0", items, first));
    for (int n = 0; n < hidden.size(); n++) {
      int next = n + 1 < hidden.size() ? hidden.get(n + 1) : out;
      layers.add(new Tanh());
      layers.add(new Linear("q_layers." + (n + 1), hidden.get(n), next));
    }
    return layers;
  }

  /** The encoder's widths in reverse, with a tanh between any two layers, and the loss. */
  private static void addDecoder(
      List<LayerSpec> layers, int items, List<Integer> hidden, int latent) {
    int width = latent;
    for (int n = 0; n < hidden.size(); n++) {
      int next = hidden.get(hidden.size() - 1 - n);
      layers.add(new Linear("p_layers." + n, width, next));
      layers.add(new Tanh());
      width = next;
    }
    layers.add(new Linear("p_layers." + hidden.size(), width, items));
    layers.add(new MultinomialLoss());
  }
}
