package dev.elbo.verify;

import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Objective.StandardNormal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Something that implementations of this model get wrong, at one place. {@link Replay} computes
 * what comes out of it.
 *
 * @param kind what is wrong
 * @param at the layer or tensor where it is wrong; empty if there is only one such place
 */
public record Mistake(Kind kind, String at) {

  /** A mistake of which a model has one place only. */
  static Mistake of(Kind kind) {
    return new Mistake(kind, "");
  }

  /** All known mistakes in a model; none are known but in Mult-VAE and Mult-DAE. */
  public static List<Mistake> all(Model model) {
    List<Mistake> all = new ArrayList<>();
    if (!isCatalogued(model)) {
      return all;
    }
    for (Kind kind : Kind.values()) {
      places(kind.scope, model).forEach(at -> all.add(new Mistake(kind, at)));
    }
    return all;
  }

  private static boolean isCatalogued(Model model) {
    return model.objective().reconstruction() instanceof MultinomialLoss
        && model.objective().prior() instanceof StandardNormal
        && model.layers().stream()
            .allMatch(
                layer ->
                    switch (layer) {
                      case LayerSpec.L2Normalize _,
                          LayerSpec.Dropout _,
                          LayerSpec.SparseLinear _,
                          LayerSpec.Linear _,
                          LayerSpec.Tanh _,
                          LayerSpec.Gaussian _ ->
                          true;
                      default -> false;
                    });
  }

  private static List<String> places(Scope scope, Model model) {
    return switch (scope) {
      case MODEL -> List.of("");
      case GAUSSIAN ->
          model.layers().stream()
              .filter(LayerSpec.Gaussian.class::isInstance)
              .map(_ -> "")
              .toList();
      case TANH -> activations(model, LayerSpec.Tanh.class, false);
      case LINEAR_OUTPUT -> activations(model, Affine.class, true);
      case BIAS -> model.affineLayers().stream().map(Affine::bias).toList();
      case PARAMETER ->
          model.affineLayers().stream()
              .flatMap(affine -> List.of(affine.weight(), affine.bias()).stream())
              .toList();
    };
  }

  private static List<String> activations(
      Model model, Class<? extends LayerSpec> type, boolean withoutTanh) {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < model.layers().size(); layer++) {
      boolean tanhFollows =
          layer + 1 < model.layers().size()
              && model.layers().get(layer + 1) instanceof LayerSpec.Tanh;
      if (type.isInstance(model.layers().get(layer)) && !(withoutTanh && tanhFollows)) {
        names.add(model.activationName(layer));
      }
    }
    return names;
  }

  /** Of some mistakes, the kinds of which a model has one place only. */
  static Set<Kind> kinds(Set<Mistake> mistakes) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (Mistake mistake : mistakes) {
      if (mistake.at.isEmpty()) {
        kinds.add(mistake.kind);
      }
    }
    return kinds;
  }

  /** The mistake in words. */
  public String says() {
    return kind.words.formatted(at);
  }

  /** Where a kind of mistake can be made. */
  private enum Scope {
    /** Anywhere in the model, once. */
    MODEL,
    /** In the stochastic layer, if there is one. */
    GAUSSIAN,
    /** In any tanh. */
    TANH,
    /** After any affine layer that no tanh follows. */
    LINEAR_OUTPUT,
    /** In any bias. */
    BIAS,
    /** In any parameter. */
    PARAMETER
  }

  /**
   * What can be wrong. {@code B} is the number of users in the batch, {@code K} of latent units.
   */
  public enum Kind {
    NOT_NORMALISED(Scope.MODEL, "your input is not normalised"),
    L1_NORMALISED(Scope.MODEL, "your input was divided by its sum, not by its Euclidean length"),
    NORMALISED_AFTER_DROPOUT(Scope.MODEL, "your input was normalised after dropout, not before"),
    NOT_DROPPED(Scope.MODEL, "your input was not dropped out"),
    MASK_NOT_RESCALED(
        Scope.MODEL, "your mask was not rescaled: what is kept is divided by 1 - rate"),
    MASK_OVER_RATE(Scope.MODEL, "what dropout kept was divided by the rate, not by 1 - rate"),
    MASK_INVERTED(Scope.MODEL, "your mask is inverted: 1 is for what is kept"),

    NO_TANH(Scope.TANH, "there is no tanh at %s"),
    RELU(Scope.TANH, "there is a ReLU instead of a tanh at %s"),
    SIGMOID(Scope.TANH, "there is a sigmoid instead of a tanh at %s"),
    EXTRA_TANH(Scope.LINEAR_OUTPUT, "there is a tanh after %s, which is linear"),
    NO_BIAS(Scope.BIAS, "%s was not added"),

    MEAN_AND_LOG_VARIANCE_EXCHANGED(
        Scope.GAUSSIAN, "mean and log-variance are exchanged: the first K units are the mean"),
    SIGMA_EXP_LOG_VARIANCE(
        Scope.GAUSSIAN, "sigma = exp(log-variance); it is exp(log-variance / 2)"),
    SIGMA_LOG_VARIANCE(Scope.GAUSSIAN, "sigma = log-variance itself; it is exp(log-variance / 2)"),
    LOG_SIGMA(
        Scope.GAUSSIAN,
        "what is a log-variance was taken for log sigma, in the sample and in the KL divergence"),
    SMALL_NOISE(Scope.GAUSSIAN, "your noise has standard deviation 0.01; it is 1"),
    NO_NOISE(Scope.GAUSSIAN, "your latent layer adds no noise in training"),

    LOSS_SUMMED(Scope.MODEL, "your loss is summed over the users of the batch; ours is their mean"),
    NLL_SUMMED(
        Scope.GAUSSIAN,
        "your negative log-likelihood is summed over the users, your KL divergence averaged"),
    NLL_OVER_ITEMS(
        Scope.MODEL, "your negative log-likelihood is averaged over items as well as users"),
    NLL_OVER_HISTORY(
        Scope.MODEL,
        "each user's negative log-likelihood is divided by their number of items; ours is not"),
    SOFTMAX_OVER_USERS(Scope.MODEL, "your softmax runs over the users, not over the items"),
    LOGISTIC(Scope.MODEL, "your likelihood is logistic (binary cross-entropy), not multinomial"),
    TARGET_NORMALISED(Scope.MODEL, "your loss compares with the normalised row, not the raw one"),
    TARGET_DROPPED(Scope.MODEL, "your loss compares with the dropped-out input, not the raw row"),
    KL_OVER_UNITS(
        Scope.GAUSSIAN, "your KL is averaged over K as well; it is summed over latent units"),
    KL_SUMMED(
        Scope.GAUSSIAN,
        "your KL divergence is summed over the users, your negative log-likelihood averaged"),
    KL_NOT_HALVED(Scope.GAUSSIAN, "your KL divergence lacks the factor 1/2"),
    KL_NEGATED(Scope.GAUSSIAN, "your KL divergence has the wrong sign"),
    BETA_IGNORED(Scope.GAUSSIAN, "your KL divergence is not multiplied by beta"),
    KL_LEFT_OUT(Scope.GAUSSIAN, "your loss leaves the KL divergence out"),
    DECAY_HALVED(
        Scope.MODEL, "your weight decay is halved: lambda / 2 ||W||^2; it is lambda ||W||^2"),
    DECAY_LEFT_OUT(Scope.MODEL, "your loss leaves weight decay out"),
    DECAY_OF_BIASES(Scope.MODEL, "your weight decay counts biases as well"),

    GRADIENT_OF_SUM(
        Scope.MODEL, "your gradient is B times ours: summed over the users, not averaged"),
    GRADIENT_OVER_B(Scope.MODEL, "your gradient is 1/B of ours: averaged over the users twice"),
    GRADIENT_NEGATED(Scope.MODEL, "your gradient has the opposite sign: that of -loss"),
    ONE_GRADIENT_NEGATED(Scope.PARAMETER, "your gradient of %s has the opposite sign"),
    TANH_DERIVATIVE_LEFT_OUT(
        Scope.TANH, "your backward pass goes through the tanh at %s without 1 - tanh^2"),
    TANH_DERIVATIVE_UNSQUARED(
        Scope.TANH, "your derivative of the tanh at %s is 1 - tanh; it is 1 - tanh^2"),
    COUNT_LEFT_OUT(
        Scope.MODEL,
        "your gradient of the logits is softmax - x; it is n softmax - x, n items of the user"),
    KL_GRADIENT_LEFT_OUT(Scope.GAUSSIAN, "your gradients leave the KL divergence out"),
    LOG_VARIANCE_GRADIENT_LEFT_OUT(
        Scope.GAUSSIAN, "no gradient reaches the log-variance through the sample"),
    LOG_VARIANCE_GRADIENT_NOT_HALVED(
        Scope.GAUSSIAN,
        "your gradient of exp(log-variance / 2) lacks the factor 1/2 of the inner derivative"),
    DECAY_GRADIENT_HALVED(
        Scope.MODEL, "your gradient of weight decay is lambda W; it is 2 lambda W"),
    DECAY_GRADIENT_LEFT_OUT(Scope.MODEL, "your gradients leave weight decay out"),

    OTHER_ADAM_FORM(
        Scope.MODEL,
        "this is Adam's other form: see where epsilon is added, tensorflow or pytorch"),
    EPSILON_INSIDE_ROOT(Scope.MODEL, "your Adam adds epsilon inside the root: sqrt(v + epsilon)"),
    NO_BIAS_CORRECTION(Scope.MODEL, "your Adam does not correct the bias of its moments"),
    ADAM_BETAS_EXCHANGED(Scope.MODEL, "beta1 and beta2 of your Adam are exchanged"),
    ADAM_ONE_AHEAD(Scope.MODEL, "your Adam counts updates from 2 on; the first has number 1"),
    GRADIENT_DESCENT(Scope.MODEL, "you updated by plain gradient descent, not by Adam"),
    ONE_UPDATE_MORE(Scope.MODEL, "these are the parameters after one update more"),
    ONE_UPDATE_LESS(Scope.MODEL, "these are the parameters after one update less"),
    DECOUPLED_DECAY(
        Scope.MODEL, "your weight decay is decoupled (AdamW); ours is part of the loss"),
    OPTIMIZER_DECAY(
        Scope.MODEL,
        "your weight decay is the optimizer's: it adds lambda W, of biases too; ours is lambda"
            + " ||W||^2 in the loss"),

    SCORES_SOFTMAX(Scope.MODEL, "your scores are probabilities; ours are the logits"),
    SCORES_LOG_SOFTMAX(Scope.MODEL, "your scores are log-probabilities; ours are the logits"),
    SCORES_SAMPLED(
        Scope.GAUSSIAN, "your scores sample the latent layer; in scoring it is the mean"),
    SCORES_DROPPED(Scope.MODEL, "your scores are of the dropped-out input; scoring drops nothing"),
    SCORES_OF_TRAINING(
        Scope.GAUSSIAN, "your scores are of a training pass: dropped-out input and sampled latent"),
    SCORES_MASKED(Scope.MODEL, "your scores have -infinity at the user's own items; ours are raw"),
    SEEN_NOT_EXCLUDED(Scope.MODEL, "the user's own items are not excluded from the ranking"),
    SEEN_SET_TO_ZERO(
        Scope.MODEL,
        "the user's own items were given the score 0, not -infinity: above negative logits"),
    RECALL_OVER_HELD_OUT(
        Scope.MODEL, "recall divided by |T|, the number of held-out items; it is min(k, |T|)"),
    RECALL_OVER_K(Scope.MODEL, "recall divided by k, as precision is; it is min(k, |T|)"),
    NDCG_IDEAL_OF_HELD_OUT(
        Scope.MODEL, "the ideal list of your NDCG has |T| hits; it has min(k, |T|)"),
    NDCG_IDEAL_OF_K(Scope.MODEL, "the ideal list of your NDCG has k hits; it has min(k, |T|)"),
    EMPTY_USERS_COUNTED(
        Scope.MODEL, "users without a held-out item count as 0 in your metrics; leave them out");

    private final Scope scope;
    private final String words;

    Kind(Scope scope, String words) {
      this.scope = scope;
      this.words = words;
    }
  }

  @Override
  public String toString() {
    return at.isEmpty() ? kind.name() : kind + " " + at;
  }
}
