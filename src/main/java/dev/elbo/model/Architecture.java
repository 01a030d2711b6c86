package dev.elbo.model;

import dev.elbo.data.RatingScale;
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
import dev.elbo.model.Layout.Activation;
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
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      List<LayerSpec> layers = encoder(items, hidden, 2 * latent, dropout, layout);
      layers.add(new Gaussian(latent));
      addDecoder(layers, items, hidden, latent, layout);
      return layers;
    }
  },

  /** Mult-DAE: I-200-I in the paper; the latent layer is deterministic and has a tanh. */
  MULT_DAE {
    @Override
    public List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      List<LayerSpec> layers = encoder(items, hidden, latent, dropout, layout);
      addActivation(layers, layout.activation());
      addDecoder(layers, items, hidden, latent, layout);
      return layers;
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
      return super.defaultLayout().with(Activation.SIGMOID, Activation.IDENTITY);
    }

    @Override
    public double defaultDropout() {
      return 0;
    }

    @Override
    public List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      List<LayerSpec> layers = autoRecEncoder(this, items, hidden, latent, dropout, layout);
      layers.add(new ObservedLinear("p_layers.0", latent, items));
      if (layout.output() == Activation.SIGMOID) {
        layers.add(new Sigmoid(ratings.low(), ratings.high()));
      }
      layers.add(new SquaredError());
      return layers;
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
    public List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      return U_AUTOREC.layers(items, hidden, latent, dropout, layout, ratings);
    }
  },

  /**
   * AutoRec for ranking, as it serves others as a baseline: 1 for the items that a user has, 0 for
   * all others, and the squared error of both.
   */
  IMPLICIT_AUTOREC {
    @Override
    public boolean hasHiddenLayers() {
      return false;
    }

    @Override
    public Layout defaultLayout() {
      return super.defaultLayout().with(Activation.SIGMOID, Activation.SIGMOID);
    }

    @Override
    public double defaultDropout() {
      return 0;
    }

    @Override
    public List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      List<LayerSpec> layers = autoRecEncoder(this, items, hidden, latent, dropout, layout);
      layers.add(new Linear("p_layers.0", latent, items));
      addActivation(layers, layout.output());
      layers.add(new SquaredError());
      return layers;
    }
  },

  /**
   * The matrix-factorisation autoencoder: each pair of an item and a rating has a vector and a
   * bias, and a user's are the sum over what they rated, divided by one more than its number; a
   * rating is predicted as {@code b_u + v_u . t_i + c_i}. In training a random part of the ratings
   * is masked, and all of them are to be predicted.
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
    public List<LayerSpec> layers(
        int items,
        List<Integer> hidden,
        int latent,
        double dropout,
        Layout layout,
        RatingScale ratings) {
      requireNone(this, hidden);
      int pairs = Math.multiplyExact(items, ratings.levels().size());
      return List.of(
          new RatingPairs(ratings.levels()),
          new Mask(dropout),
          new CountNormalize(),
          new SparseLinear("q_layers.0", pairs, latent + 1),
          new ObservedLinear("p_layers.0", latent, items, /* userBias= */ true),
          new SquaredError());
    }
  };

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

  /** The layers without parameters in the paper. */
  public Layout defaultLayout() {
    return Layout.LIANG;
  }

  /** Whether it predicts the values of ratings; otherwise it ranks items. */
  public boolean predictsRatings() {
    return false;
  }

  /**
   * Whether it reads an item's ratings by all users, and not a user's ratings of all items: its
   * rows are items, and its columns users.
   */
  public boolean readsItems() {
    return false;
  }

  /**
   * The layers of the model.
   *
   * @param items number of items, {@code I}
   * @param hidden widths of the encoder's hidden layers from the input on; the decoder mirrors them
   * @param latent latent units, {@code K}
   * @param dropout share of the input that training drops
   * @param layout where the layers without parameters stand
   * @param ratings the scale of the ratings that the model predicts; {@code null} if it ranks
   */
  public abstract List<LayerSpec> layers(
      int items,
      List<Integer> hidden,
      int latent,
      double dropout,
      Layout layout,
      RatingScale ratings);

  /** The layers of a model that ranks. */
  public List<LayerSpec> layers(
      int items, List<Integer> hidden, int latent, double dropout, Layout layout) {
    return layers(items, hidden, latent, dropout, layout, null);
  }

  /** The layers of a model that ranks, with the authors' layout. */
  public List<LayerSpec> layers(int items, List<Integer> hidden, int latent, double dropout) {
    return layers(items, hidden, latent, dropout, defaultLayout());
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
      addActivation(layers, layout.activation());
      addTanhOfModule(layers, layout);
      layers.add(new Linear("q_layers." + (n + 1), hidden.get(n), next));
    }
    return layers;
  }

  /** The encoder's widths in reverse, with an activation between any two layers, and the loss. */
  private static void addDecoder(
      List<LayerSpec> layers, int items, List<Integer> hidden, int latent, Layout layout) {
    int width = latent;
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
    layers.add(new MultinomialLoss());
  }

  /** {@code g(V r + mu)}; the input is not normalised. */
  private static List<LayerSpec> autoRecEncoder(
      Architecture architecture,
      int items,
      List<Integer> hidden,
      int latent,
      double dropout,
      Layout layout) {
    requireNone(architecture, hidden);
    List<LayerSpec> layers = new ArrayList<>();
    if (dropout > 0) {
      layers.add(new Dropout(dropout));
    }
    layers.add(new SparseLinear("q_layers.0", items, latent));
    addActivation(layers, layout.activation());
    return layers;
  }

  private static void requireNone(Architecture architecture, List<Integer> hidden) {
    if (!hidden.isEmpty()) {
      throw new IllegalArgumentException(
          architecture + " has no hidden layers but the latent one: leave --hidden out");
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
