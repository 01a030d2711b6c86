package dev.elbo.model;

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
  },

  /**
   * SVAE (Sachdeva, Manco, Ritacco, Pudi, "Sequential variational autoencoders for collaborative
   * filtering", WSDM 2019): reads a user's items in the order of time. The hidden widths are those
   * of the item vectors, of the recurrent state, and of the tanh layers, which the decoder mirrors.
   * Tensors are named as in the authors' code.
   */
  SVAE {
    @Override
    public List<Integer> defaultHidden() {
      return List.of(256, 200, 150);
    }

    @Override
    public List<LayerSpec> layers(
        int items, List<Integer> hidden, int latent, double dropout, Layout layout) {
      return layers(items, hidden, latent, dropout, layout, SequenceOptions.SACHDEVA);
    }

    @Override
    List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        SequenceOptions sequence) {
      if (hidden.size() < 2) {
        throw new IllegalArgumentException(
            "svae needs the widths of the item vectors, of the recurrent state, and of any number"
                + " of tanh layers, as 256,200,150");
      }
      int embedding = hidden.getFirst();
      int width = hidden.get(1);
      List<Integer> widths = hidden.subList(2, hidden.size());
      List<LayerSpec> layers = new ArrayList<>();
      layers.add(new Embedding("item_embed", items, embedding));
      layers.add(new Gru("gru", embedding, width));
      width = addTanhLayers(layers, "encoder", width, widths);
      layers.add(new Linear("linear1", width, 2 * latent));
      layers.add(new Gaussian(latent, sequence.logDeviation(), sequence.meanOverSteps()));
      width = addTanhLayers(layers, "decoder", latent, widths.reversed());
      layers.add(new Linear("decoder.linear" + (widths.size() + 1), width, items));
      layers.add(new NextItemsLoss(sequence.ahead(), sequence.window()));
      return layers;
    }

    private static int addTanhLayers(
        List<LayerSpec> layers, String name, int in, List<Integer> widths) {
      int width = in;
      for (int n = 0; n < widths.size(); n++) {
        layers.add(new Linear(name + ".linear" + (n + 1), width, widths.get(n)));
        layers.add(new Tanh());
        width = widths.get(n);
      }
      return width;
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

  /**
   * The layers of the model.
   *
   * @param sequence what a model of sequences has besides; of no meaning to others, and may be null
   */
  List<LayerSpec> layers(
      int items,
      List<Integer> hidden,
      int latent,
      double dropout,
      Layout layout,
      SequenceOptions sequence) {
    return layers(items, hidden, latent, dropout, layout);
  }

  /** Whether the model reads a user's items in the order of time. */
  public boolean isSequential() {
    return this == SVAE;
  }

  /** The layers of the model with the authors' layout. */
  public List<LayerSpec> layers(int items, List<Integer> hidden, int latent, double dropout) {
    return layers(items, hidden, latent, dropout, Layout.LIANG);
  }

  /** Whether the latent layer is stochastic, so that there is a KL term. */
  public boolean isVariational() {
    return layers(1, defaultHidden(), 1, 0).stream().anyMatch(Gaussian.class::isInstance);
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
