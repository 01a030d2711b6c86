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
import java.util.Optional;

/**
 * The published models as lists of layers (Liang, Krishnan, Hoffman, Jebara, "Variational
 * autoencoders for collaborative filtering", WWW 2018).
 *
 * <p>Tensors are named as in the usual PyTorch ports: {@code q_layers} is the encoder, {@code
 * p_layers} the decoder.
 */
public enum Architecture implements ModelName {
  /** Mult-VAE: I-600-200-600-I in the paper, the latent layer stochastic. */
  MULT_VAE {
    @Override
    public List<Integer> defaultHidden() {
      return List.of(600);
    }

    @Override
    public List<LayerSpec> layers(
        int items, List<Integer> hidden, int latent, double dropout, Layout layout) {
      List<LayerSpec> layers = encoder(items, hidden, 2 * latent, dropout, layout);
      layers.add(new Gaussian(latent));
      addDecoder(layers, items, hidden, latent, layout);
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
    public List<LayerSpec> layers(
        int items, List<Integer> hidden, int latent, double dropout, Layout layout) {
      List<LayerSpec> layers = encoder(items, hidden, latent, dropout, layout);
      layers.add(new Tanh());
      addDecoder(layers, items, hidden, latent, layout);
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
   * @param layout where the layers without parameters stand
   */
  public abstract List<LayerSpec> layers(
      int items, List<Integer> hidden, int latent, double dropout, Layout layout);

  /** The layers of the model with the authors' layout. */
  public List<LayerSpec> layers(int items, List<Integer> hidden, int latent, double dropout) {
    return layers(items, hidden, latent, dropout, Layout.LIANG);
  }

  /** Whether the latent layer is stochastic, so that there is a KL term. */
  public boolean isVariational() {
    return layers(1, List.of(), 1, 0).stream().anyMatch(Gaussian.class::isInstance);
  }

  /** The name on the command line: {@code mult-vae}. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }

  /** The architecture of a name, as {@link #toString} gives it. */
  public static Optional<Architecture> of(String name) {
    return Arrays.stream(values()).filter(a -> a.toString().equals(name)).findFirst();
  }

  /** Normalise, drop, then affine layers with a tanh between any two; the last is linear. */
  private static List<LayerSpec> encoder(
      int items, List<Integer> hidden, int out, double dropout, Layout layout) {
    List<LayerSpec> layers = new ArrayList<>();
    switch (layout.l2Normalize()) {
      case BEFORE_DROPOUT -> layers.addAll(List.of(new L2Normalize(), new Dropout(dropout)));
      case AFTER_DROPOUT -> layers.addAll(List.of(new Dropout(dropout), new L2Normalize()));
      case NONE -> layers.add(new Dropout(dropout));
    }
    addTanhOfModule(layers, layout);
    int first = hidden.isEmpty() ? out : hidden.getFirst();
    layers.add(new SparseLinear("q_layers.0", items, first));
    for (int n = 0; n < hidden.size(); n++) {
      int next = n + 1 < hidden.size() ? hidden.get(n + 1) : out;
      layers.add(new Tanh());
      addTanhOfModule(layers, layout);
      layers.add(new Linear("q_layers." + (n + 1), hidden.get(n), next));
    }
    return layers;
  }

  /** The encoder's widths in reverse, with a tanh between any two layers, and the loss. */
  private static void addDecoder(
      List<LayerSpec> layers, int items, List<Integer> hidden, int latent, Layout layout) {
    int width = latent;
    addTanhOfModule(layers, layout);
    for (int n = 0; n < hidden.size(); n++) {
      int next = hidden.get(hidden.size() - 1 - n);
      layers.add(new Linear("p_layers." + n, width, next));
      layers.add(new Tanh());
      if (layout.decoderDropout() > 0) {
        layers.add(new Dropout(layout.decoderDropout()));
      }
      addTanhOfModule(layers, layout);
      width = next;
    }
    layers.add(new Linear("p_layers." + hidden.size(), width, items));
    layers.add(new MultinomialLoss());
  }

  /** The tanh after a dropout module, which stands before every affine layer. */
  private static void addTanhOfModule(List<LayerSpec> layers, Layout layout) {
    if (layout.tanh() == Layout.Tanhs.EVERY_MODULE) {
      layers.add(new Tanh());
    }
  }
}
