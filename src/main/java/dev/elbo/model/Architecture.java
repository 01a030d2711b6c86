package dev.elbo.model;

import dev.elbo.io.OptionName;
import dev.elbo.model.LayerSpec.CountNormalize;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Embedding;
import dev.elbo.model.LayerSpec.Gaussian;
import dev.elbo.model.LayerSpec.Gru;
import dev.elbo.model.LayerSpec.Heads;
import dev.elbo.model.LayerSpec.L2Normalize;
import dev.elbo.model.LayerSpec.LayerNorm;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.Mask;
import dev.elbo.model.LayerSpec.ObservedLinear;
import dev.elbo.model.LayerSpec.RatingPairs;
import dev.elbo.model.LayerSpec.Residual;
import dev.elbo.model.LayerSpec.Sigmoid;
import dev.elbo.model.LayerSpec.SparseLinear;
import dev.elbo.model.LayerSpec.Swish;
import dev.elbo.model.LayerSpec.Tanh;
import dev.elbo.model.Layout.Activation;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Objective.Reconstruction;
import dev.elbo.model.Objective.SquaredError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The published models as networks (Liang, Krishnan, Hoffman, Jebara, "Variational autoencoders for
 * collaborative filtering", WWW 2018).
 *
 * <p>Tensors are named as in the usual PyTorch ports: {@code q_layers} is the encoder, {@code
 * p_layers} the decoder.
 */
public enum Architecture implements ModelName {
  /** Mult-VAE: I-600-200-600-I in the paper, the latent layer stochastic. */
  MULT_VAE {
    @Override
    public boolean isVariational() {
      return true;
    }

    @Override
    public boolean hasMixture() {
      return true;
    }

    @Override
    public List<Integer> defaultHidden() {
      return List.of(600);
    }

    @Override
    public Network network(int items, ModelOptions options) {
      return new Network(
          items,
          encoder(items, 2 * options.latent(), options),
          Optional.of(new Gaussian(options.latent())),
          decoder(items, options));
    }
  },

  /** Mult-DAE: I-200-I in the paper; the latent layer is deterministic and has a tanh. */
  MULT_DAE {
    @Override
    public Network network(int items, ModelOptions options) {
      List<LayerSpec> encoder = encoder(items, options.latent(), options);
      addActivation(encoder, options.layout().activation());
      return new Network(items, encoder, Optional.empty(), decoder(items, options));
    }
  },

  /**
   * RecVAE (Shenbin, Alekseev, Tutubalina, Malykh, Nikolenko, "RecVAE: a new variational
   * autoencoder for top-N recommendations with implicit feedback", WSDM 2020): an encoder of layers
   * of one width, each with skip connections to all that follow, and a linear decoder. Tensors are
   * named as in the authors' code.
   */
  RECVAE {
    @Override
    public boolean isVariational() {
      return true;
    }

    @Override
    public boolean hasMixture() {
      return true;
    }

    @Override
    public Layout defaultLayout() {
      return null;
    }

    @Override
    public Double defaultNormEpsilon() {
      return 0.1;
    }

    @Override
    public Initialization defaultInitialization() {
      return Initialization.PYTORCH;
    }

    @Override
    public ModelOptions defaults() {
      return ModelOptions.withMixture(
          this,
          defaultHidden(),
          DEFAULT_LATENT,
          defaultDropout(),
          Composite.SHENBIN,
          defaultNormEpsilon());
    }

    @Override
    public List<Integer> defaultHidden() {
      return List.of(600, 600, 600, 600, 600);
    }

    @Override
    public Network network(int items, ModelOptions options) {
      List<Integer> hidden = options.hidden();
      int latent = options.latent();
      if (hidden.stream().distinct().count() != 1) {
        throw new IllegalArgumentException(
            "recvae needs hidden layers of one width, as 600,600,600, not " + hidden);
      }
      int width = hidden.getFirst();
      double epsilon = options.normEpsilon();
      List<LayerSpec> encoder = new ArrayList<>();
      encoder.add(new L2Normalize());
      encoder.add(new Dropout(options.dropout()));
      encoder.add(new SparseLinear("encoder.fc1", items, width));
      encoder.addAll(activated(1, width, epsilon));
      List<Residual.Block> blocks = new ArrayList<>();
      for (int n = 2; n <= hidden.size(); n++) {
        blocks.add(
            new Residual.Block(
                new Linear("encoder.fc" + n, width, width), activated(n, width, epsilon)));
      }
      if (!blocks.isEmpty()) {
        encoder.add(new Residual(blocks));
      }
      encoder.add(
          new Heads(
              List.of(
                  new Linear("encoder.fc_mu", width, latent),
                  new Linear("encoder.fc_logvar", width, latent))));
      return new Network(
          items,
          encoder,
          Optional.of(new Gaussian(latent)),
          List.of(new Linear("decoder", latent, items)));
    }

    private static List<LayerSpec> activated(int n, int width, double epsilon) {
      return List.of(new Swish(), new LayerNorm("encoder.ln" + n, width, epsilon));
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
    public boolean isVariational() {
      return true;
    }

    @Override
    public boolean isSequential() {
      return true;
    }

    @Override
    public List<Integer> defaultHidden() {
      return List.of(256, 200, 150);
    }

    @Override
    public Layout defaultLayout() {
      return null;
    }

    @Override
    public double defaultDropout() {
      return 0;
    }

    @Override
    public Network network(int items, ModelOptions options) {
      List<Integer> hidden = options.hidden();
      int latent = options.latent();
      SequenceOptions sequence = options.sequence();
      if (hidden.size() < 2) {
        throw new IllegalArgumentException(
            "svae needs the widths of the item vectors, of the recurrent state, and of any number"
                + " of tanh layers, as 256,200,150");
      }
      int embedding = hidden.getFirst();
      int width = hidden.get(1);
      List<Integer> widths = hidden.subList(2, hidden.size());
      List<LayerSpec> encoder = new ArrayList<>();
      encoder.add(new Embedding("item_embed", items, embedding));
      encoder.add(new Gru("gru", embedding, width));
      width = addTanhLayers(encoder, "encoder", width, widths);
      encoder.add(new Linear("linear1", width, 2 * latent));
      List<LayerSpec> decoder = new ArrayList<>();
      width = addTanhLayers(decoder, "decoder", latent, widths.reversed());
      decoder.add(new Linear("decoder.linear" + (widths.size() + 1), width, items));
      return new Network(
          items,
          encoder,
          Optional.of(new Gaussian(latent, sequence.logDeviation(), sequence.meanOverSteps())),
          decoder);
    }

    @Override
    public Reconstruction reconstruction(ModelOptions options) {
      return new NextItemsLoss(options.sequence().ahead(), options.sequence().window());
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
  },

  /**
   * U-AutoRec (Sedhain, Menon, Sanner and Xie, "AutoRec: autoencoders meet collaborative
   * filtering", WWW 2015, equation 1): {@code h(r) = f(W g(V r + mu) + b)} of a user's ratings, and
   * the squared error of those that are known.
   */
  U_AUTOREC {
    @Override
    public boolean predictsRatings() {
      return true;
    }

    @Override
    public boolean hasHiddenLayers() {
      return false;
    }

    @Override
    public Layout defaultLayout() {
      return Layout.NONE.with(Activation.SIGMOID, Activation.IDENTITY);
    }

    @Override
    public double defaultDropout() {
      return 0;
    }

    @Override
    public Network network(int items, ModelOptions options) {
      List<LayerSpec> decoder = new ArrayList<>();
      decoder.add(new ObservedLinear("p_layers.0", options.latent(), items));
      if (options.layout().output() == Activation.SIGMOID) {
        decoder.add(new Sigmoid(options.ratings().low(), options.ratings().high()));
      }
      return new Network(items, autoRecEncoder(items, options), Optional.empty(), decoder);
    }
  },

  /** I-AutoRec: the same of an item's ratings by all users, who take the place of the items. */
  I_AUTOREC {
    @Override
    public boolean predictsRatings() {
      return true;
    }

    @Override
    public boolean hasHiddenLayers() {
      return false;
    }

    @Override
    public boolean readsItems() {
      return true;
    }

    @Override
    public Layout defaultLayout() {
      return U_AUTOREC.defaultLayout();
    }

    @Override
    public double defaultDropout() {
      return U_AUTOREC.defaultDropout();
    }

    @Override
    public Network network(int items, ModelOptions options) {
      return U_AUTOREC.network(items, options);
    }
  },

  /**
   * AutoRec for ranking, as it serves others as a baseline: 1 for the items that a user has, 0 for
   * all others, and the squared error of both.
   */
  IMPLICIT_AUTOREC {
    @Override
    public boolean hasSquaredError() {
      return true;
    }

    @Override
    public boolean hasHiddenLayers() {
      return false;
    }

    @Override
    public Layout defaultLayout() {
      return Layout.NONE.with(Activation.SIGMOID, Activation.SIGMOID);
    }

    @Override
    public double defaultDropout() {
      return 0;
    }

    @Override
    public Network network(int items, ModelOptions options) {
      List<LayerSpec> decoder = new ArrayList<>();
      decoder.add(new Linear("p_layers.0", options.latent(), items));
      addActivation(decoder, options.layout().output());
      return new Network(items, autoRecEncoder(items, options), Optional.empty(), decoder);
    }
  },

  /**
   * The matrix-factorisation autoencoder: each pair of an item and a rating has a vector and a
   * bias, and a user's are the sum over what they rated, divided by one more than its number; a
   * rating is predicted as {@code b_u + v_u . t_i + c_i}. In training a random part of the ratings
   * is masked, and all of them are to be predicted. No paper describes it. The bias of a pair is
   * the last row of {@code q_layers.0.weight [K + 1, pairs]}, and decays with it; {@code
   * q_layers.0.bias [K + 1]} is added for every user.
   */
  MFAE {
    @Override
    public boolean predictsRatings() {
      return true;
    }

    @Override
    public boolean hasHiddenLayers() {
      return false;
    }

    @Override
    public Layout defaultLayout() {
      return null;
    }

    @Override
    public Network network(int items, ModelOptions options) {
      requireNoHidden(options);
      List<Float> levels = options.ratings().levels();
      long pairs = (long) items * levels.size();
      if (pairs > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%,d items by %,d different ratings are more pairs than an array can hold"
                .formatted(items, levels.size()));
      }
      return new Network(
          items,
          List.of(
              new RatingPairs(levels),
              new Mask(options.dropout()),
              new CountNormalize(),
              new SparseLinear("q_layers.0", (int) pairs, options.latent() + 1)),
          Optional.empty(),
          List.of(new ObservedLinear("p_layers.0", options.latent(), items, /* userBias= */ true)));
    }
  };

  private static final int DEFAULT_LATENT = 200;

  /** Widths of the encoder's hidden layers in the paper. */
  public List<Integer> defaultHidden() {
    return List.of();
  }

  /** Whether there may be hidden layers between the input and the latent one. */
  public boolean hasHiddenLayers() {
    return true;
  }

  /** Share of the input that training drops in the paper. */
  public double defaultDropout() {
    return 0.5;
  }

  /** The layers without parameters in the paper; null where there is no choice. */
  public Layout defaultLayout() {
    return Layout.LIANG;
  }

  /** Whether it predicts the values of ratings; otherwise it ranks items. */
  public boolean predictsRatings() {
    return false;
  }

  /** Whether its loss is a squared error; otherwise it is a negative log-likelihood. */
  public boolean hasSquaredError() {
    return predictsRatings();
  }

  /**
   * Whether it reads an item's ratings by all users, and not a user's ratings of all items: its
   * rows are items, and its columns users.
   */
  public boolean readsItems() {
    return false;
  }

  /** Whether the latent layer is stochastic, so that there is a KL term. */
  public boolean isVariational() {
    return false;
  }

  /** Whether its prior may be a mixture, and encoder and decoder be trained in turn. */
  public boolean hasMixture() {
    return false;
  }

  /** What layer normalisation adds to the variance in the paper; null where there is none. */
  public Double defaultNormEpsilon() {
    return null;
  }

  /** The network that the authors describe. */
  public ModelOptions defaults() {
    return new ModelOptions(
        this, defaultHidden(), DEFAULT_LATENT, defaultDropout(), /* weightDecay= */ 0);
  }

  /** Initial values as the authors draw them. */
  public Initialization defaultInitialization() {
    return Initialization.LIANG;
  }

  /** Whether the model reads a user's items in the order of time. */
  public boolean isSequential() {
    return false;
  }

  /**
   * The network.
   *
   * @param items number of items, {@code I}
   * @param options the other widths, and what else makes one network of the architecture
   * @throws IllegalArgumentException if an option is out of range
   */
  public abstract Network network(int items, ModelOptions options);

  /** The loss of what the network gives. */
  public Reconstruction reconstruction(ModelOptions options) {
    return hasSquaredError() ? new SquaredError() : new MultinomialLoss();
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

  /** Normalise, drop, then affine layers with an activation between any two; the last is linear. */
  private static List<LayerSpec> encoder(int items, int out, ModelOptions options) {
    List<Integer> hidden = options.hidden();
    double dropout = options.dropout();
    Layout layout = options.layout();
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
      addActivation(layers, layout.activation());
      addTanhOfModule(layers, layout);
      layers.add(new Linear("q_layers." + (n + 1), hidden.get(n), next));
    }
    return layers;
  }

  /** The encoder's widths in reverse, with an activation between any two layers. */
  private static List<LayerSpec> decoder(int items, ModelOptions options) {
    List<Integer> hidden = options.hidden();
    Layout layout = options.layout();
    int width = options.latent();
    List<LayerSpec> layers = new ArrayList<>();
    addTanhOfModule(layers, layout);
    for (int n = 0; n < hidden.size(); n++) {
      int next = hidden.get(hidden.size() - 1 - n);
      layers.add(new Linear("p_layers." + n, width, next));
      addActivation(layers, layout.activation());
      if (layout.decoderDropout() > 0) {
        layers.add(new Dropout(layout.decoderDropout()));
      }
      addTanhOfModule(layers, layout);
      width = next;
    }
    layers.add(new Linear("p_layers." + hidden.size(), width, items));
    return layers;
  }

  /** {@code g(V r + mu)}; the input is not normalised. */
  private static List<LayerSpec> autoRecEncoder(int items, ModelOptions options) {
    requireNoHidden(options);
    List<LayerSpec> layers = new ArrayList<>();
    if (options.dropout() > 0) {
      layers.add(new Dropout(options.dropout()));
    }
    layers.add(new SparseLinear("q_layers.0", items, options.latent()));
    addActivation(layers, options.layout().activation());
    return layers;
  }

  private static void requireNoHidden(ModelOptions options) {
    if (!options.hidden().isEmpty()) {
      throw new IllegalArgumentException(
          "hidden: %s has no hidden layers but the latent one, found %s"
              .formatted(options.architecture(), options.hidden()));
    }
  }

  private static void addActivation(List<LayerSpec> layers, Activation activation) {
    switch (activation) {
      case IDENTITY -> {}
      case SIGMOID -> layers.add(new Sigmoid());
      case TANH -> layers.add(new Tanh());
    }
  }

  /** The tanh after a dropout module, which stands before every affine layer. */
  private static void addTanhOfModule(List<LayerSpec> layers, Layout layout) {
    if (layout.tanh() == Layout.Tanhs.EVERY_MODULE) {
      layers.add(new Tanh());
    }
  }
}
