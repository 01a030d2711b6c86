package dev.elbo.verify;

import static dev.elbo.verify.Change.decay;
import static dev.elbo.verify.Change.divergence;
import static dev.elbo.verify.Change.nll;
import static dev.elbo.verify.Change.noise;
import static dev.elbo.verify.Change.ofGradient;
import static dev.elbo.verify.Change.output;
import static dev.elbo.verify.Change.part;
import static dev.elbo.verify.Change.raw;
import static dev.elbo.verify.Change.target;
import static dev.elbo.verify.Change.updates;
import static dev.elbo.verify.Change.users;
import static dev.elbo.verify.Change.weight;
import static dev.elbo.verify.Scope.BIAS;
import static dev.elbo.verify.Scope.LATENT;
import static dev.elbo.verify.Scope.LINEAR_OUTPUT;
import static dev.elbo.verify.Scope.PARAMETER;
import static dev.elbo.verify.Scope.STANDARD_NORMAL;
import static dev.elbo.verify.Scope.TANH;

import dev.elbo.engine.Engine;
import dev.elbo.engine.Outputs;
import dev.elbo.gradients.ModelCase;
import dev.elbo.gradients.mistakes.WrongLayers;
import dev.elbo.gradients.mistakes.WrongLosses;
import dev.elbo.gradients.mistakes.WrongUpdates;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Objective.StandardNormal;
import dev.elbo.model.ParameterSpec;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.input.Dropout;
import dev.elbo.reference.input.L2Normalize;
import dev.elbo.reference.input.Mask;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.layers.Linear;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.layers.Residual;
import dev.elbo.reference.layers.Sigmoid;
import dev.elbo.reference.layers.SparseLinear;
import dev.elbo.reference.layers.Swish;
import dev.elbo.reference.layers.Tanh;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.WeightDecay;
import java.util.function.BiFunction;

/**
 * What can be wrong. {@code B} is the number of users in the batch, {@code K} of latent units. A
 * mistake of the forward pass is differentiated as it stands: whoever has it and uses autograd gets
 * the right gradient of the wrong function. One that a model has no part for changes nothing, and
 * so explains nothing.
 */
public enum Kind {
  NOT_NORMALISED(
      "your input is not normalised", part(L2Normalize.class, _ -> WrongLayers.rows((x, _) -> x))),
  L1_NORMALISED(
      "your input was divided by its sum, not by its Euclidean length",
      part(L2Normalize.class, _ -> WrongLayers.rows((x, _) -> WrongLayers.overCount(x)))),
  NORMALISED_AFTER_DROPOUT(
      "your input was normalised after dropout, not before", Kind::normalisedAfterDropout),
  NOT_DROPPED("your input was not dropped out", noise(Noise::withoutDropout)),
  MASK_NOT_RESCALED(
      "your mask was not rescaled: what is kept is divided by 1 - rate",
      part(Dropout.class, dropout -> new Mask(dropout.index, dropout.rate))),
  MASK_OVER_RATE(
      "what dropout kept was divided by the rate, not by 1 - rate",
      part(Dropout.class, dropout -> new Dropout(dropout.index, 1 - dropout.rate))),
  MASK_INVERTED(
      "your mask is inverted: 1 is for what is kept", part(Dropout.class, WrongLayers::inverted)),

  NO_TANH(TANH, "there is no tanh at %s", part(Tanh.class, _ -> WrongLayers.identity())),
  RELU(TANH, "there is a ReLU instead of a tanh at %s", part(Tanh.class, _ -> WrongLayers.relu())),
  SIGMOID(
      TANH, "there is a sigmoid instead of a tanh at %s", part(Tanh.class, _ -> new Sigmoid(0, 1))),
  EXTRA_TANH(
      LINEAR_OUTPUT,
      "there is a tanh after %s, which is linear",
      part(SparseLinear.class, WrongLayers::withTanh)
          .and(part(Linear.class, WrongLayers::withTanh))),
  NO_BIAS(
      BIAS,
      "%s was not added",
      part(Parameter.class, bias -> Parameter.bias(bias.name(), bias.value().numCols))),

  NO_SWISH("there is no swish in your encoder", part(Swish.class, _ -> WrongLayers.identity())),
  SWISH_RELU(
      "there is a ReLU instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> WrongLayers.relu())),
  SWISH_TANH(
      "there is a tanh instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> new Tanh())),
  SWISH_SIGMOID(
      "there is a sigmoid instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> new Sigmoid(0, 1))),
  NO_NORM(
      "there is no layer normalisation in your encoder",
      part(LayerNorm.class, _ -> WrongLayers.identity())),
  NORM_MEAN_LEFT_OUT(
      "your layer normalisation does not take the mean out, neither of the row nor of its variance",
      part(LayerNorm.class, WrongLayers::uncentred)),
  NORM_EPSILON(
      "your layer normalisation has the epsilon of the other version: one adds 0.1, one 1e-5",
      part(LayerNorm.class, WrongLayers::withOtherEpsilon)),
  NO_SKIPS("your encoder has no skip connections", part(Residual.class, WrongLayers::withoutSkips)),
  SKIPS_FROM_LAST_ONLY(
      "your skip connections reach the next layer only; each layer adds what all before it gave",
      part(Residual.class, WrongLayers::skippingOne)),

  MEAN_AND_LOG_VARIANCE_EXCHANGED(
      STANDARD_NORMAL,
      "mean and log-variance are exchanged: the first K units are the mean",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, WrongLayers::exchanged))),
  SIGMA_EXP_LOG_VARIANCE(
      "sigma = exp(log-variance); it is exp(log-variance / 2)",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, Math::exp, Math::exp))),
  SIGMA_LOG_VARIANCE(
      "sigma = log-variance itself; it is exp(log-variance / 2)",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, lv -> lv, _ -> 1))),
  LOG_SIGMA(
      STANDARD_NORMAL,
      "what is a log-variance was taken for log sigma, in the sample and in the KL divergence",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, WrongLayers::doubled))),
  SMALL_NOISE(
      "your noise has standard deviation 0.01; it is 1", noise(right -> right.scaled(0.01))),
  NO_NOISE("your latent layer adds no noise in training", noise(right -> right.scaled(0))),

  LOSS_SUMMED(
      "your loss is summed over the users of the batch; ours is their mean",
      nll(Change::users).and(divergence(Change::users))),
  NLL_SUMMED(
      LATENT,
      "your negative log-likelihood is summed over the users, your KL divergence averaged",
      nll(Change::users)),
  NLL_OVER_ITEMS(
      "your negative log-likelihood is averaged over items as well as users",
      nll(asked -> 1.0 / asked.model().items())),
  NLL_OVER_HISTORY(
      "each user's negative log-likelihood is divided by their number of items; ours is not",
      target(asked -> WrongLayers.overCount(raw(asked)))),
  SOFTMAX_OVER_USERS(
      "your softmax runs over the users, not over the items",
      part(MultinomialLoss.class, WrongLosses::overUsers)),
  LOGISTIC(
      "your likelihood is logistic (binary cross-entropy), not multinomial",
      part(MultinomialLoss.class, _ -> WrongLosses.logistic())),
  TARGET_NORMALISED(
      "your loss compares with the normalised row, not the raw one", target(output(0))),
  TARGET_DROPPED(
      "your loss compares with the dropped-out input, not the raw row", target(output(1))),
  KL_OVER_UNITS(
      "your KL is averaged over K as well; it is summed over latent units",
      divergence(asked -> 1.0 / asked.model().network().latent().orElseThrow().latent())),
  KL_SUMMED(
      "your KL divergence is summed over the users, your negative log-likelihood averaged",
      divergence(Change::users)),
  KL_NOT_HALVED(STANDARD_NORMAL, "your KL divergence lacks the factor 1/2", divergence(_ -> 2)),
  KL_NEGATED("your KL divergence has the wrong sign", divergence(_ -> -1)),
  BETA_IGNORED("your KL divergence is not multiplied by beta", weight(_ -> 1)),
  KL_LEFT_OUT("your loss leaves the KL divergence out", weight(_ -> 0)),

  GAMMA_OF_USER(
      "your KL divergence weighs gamma for each user; it weighs gamma for each of the user's items",
      (asked, _) -> asked.with(KlWeight.of(asked.klWeight().value()))),
  PRIOR_STANDARD_NORMAL(
      "your KL divergence is that from N(0, 1); the prior is a mixture",
      (asked, _) -> asked.with(new StandardNormal()).remembering(Parameters.NONE)),
  PRIOR_NOT_FROZEN(
      "your prior reads the encoder as it is now; it reads a copy from before",
      Kind::remembersItself),
  PRIOR_DROPPED(
      "your prior's encoder reads the dropped-out input; it reads the whole",
      (asked, at) -> asked.with(Noise.class, at, _ -> asked.noise())),
  MIXTURE_EVEN(
      "the three parts of your prior weigh the same",
      part(CompositeDivergence.class, WrongLosses::even)),
  MIXTURE_UNWEIGHTED(
      "the logarithm of your prior leaves the weights of the mixture out",
      part(CompositeDivergence.class, WrongLosses::unweighted)),
  ALL_OUTPUTS(
      "your softmax is over all items; this case has the user's own and those that were drawn",
      (asked, _) -> asked.with(new Outputs.All())),
  OWN_ITEMS_CORRECTED(
      "your logits of the users' own items are corrected by log(m q), too; those of negatives are",
      part(MultinomialLoss.class, WrongLosses::correctingOwnItems)),
  OWN_ITEMS_AMONG_NEGATIVES(
      "a user's own items are among the user's negatives if they were drawn; leave them out there",
      part(MultinomialLoss.class, WrongLosses::keepingOwnItems)),
  DRAWS_NOT_CORRECTED(
      "your logits of what was drawn are not corrected: log(m q) is taken from them",
      part(MultinomialLoss.class, WrongLosses::withoutCorrection)),
  DECAY_HALVED(
      "your weight decay is halved: lambda / 2 ||W||^2; it is lambda ||W||^2",
      decay(lambda -> lambda / 2)),
  DECAY_LEFT_OUT("your loss leaves weight decay out", decay(_ -> 0)),
  DECAY_OF_BIASES(
      "your weight decay counts biases as well", part(ParameterSpec.class, Kind::decaying)),

  GRADIENT_OF_SUM(
      "your gradient is B times ours: summed over the users, not averaged",
      ofGradient(nll(Change::users).and(divergence(Change::users)))),
  GRADIENT_OVER_B(
      "your gradient is 1/B of ours: averaged over the users twice",
      ofGradient(nll(asked -> 1 / users(asked)).and(divergence(asked -> 1 / users(asked))))),
  GRADIENT_NEGATED("your gradient has the opposite sign: that of -loss", ofGradient(Kind::negated)),
  ONE_GRADIENT_NEGATED(
      PARAMETER, "your gradient of %s has the opposite sign", ofGradient(Kind::negated)),
  TANH_DERIVATIVE_LEFT_OUT(
      TANH,
      "your backward pass goes through the tanh at %s without 1 - tanh^2",
      ofGradient(part(Tanh.class, _ -> WrongLayers.elementwise(Math::tanh, _ -> 1)))),
  TANH_DERIVATIVE_UNSQUARED(
      TANH,
      "your derivative of the tanh at %s is 1 - tanh; it is 1 - tanh^2",
      ofGradient(part(Tanh.class, _ -> WrongLayers.elementwise(Math::tanh, y -> 1 - y)))),
  COUNT_LEFT_OUT(
      "your gradient of the logits is softmax - x; it is n softmax - x, n items of the user",
      ofGradient(target(WrongLosses::ofOneItem, Change::raw))),
  KL_GRADIENT_LEFT_OUT("your gradients leave the KL divergence out", ofGradient(weight(_ -> 0))),
  LOG_VARIANCE_GRADIENT_LEFT_OUT(
      "no gradient reaches the log-variance through the sample",
      ofGradient(
          part(
              Gaussian.class,
              right -> WrongLayers.gaussian(right, lv -> Math.exp(lv / 2), _ -> 0)))),
  LOG_VARIANCE_GRADIENT_NOT_HALVED(
      "your gradient of exp(log-variance / 2) lacks the factor 1/2 of the inner derivative",
      ofGradient(
          part(
              Gaussian.class,
              right ->
                  WrongLayers.gaussian(right, lv -> Math.exp(lv / 2), lv -> Math.exp(lv / 2))))),
  PRIOR_GRADIENT_LEFT_OUT(
      "no gradient of the prior reaches mean and log-variance through the sample",
      ofGradient(part(Divergence.class, WrongLosses::withoutPath))),
  ENTROPY_GRADIENT_LEFT_OUT(
      "your gradient of the log-variance lacks -1/2, that of log q(z)",
      ofGradient(part(Divergence.class, WrongLosses::withoutEntropy))),
  NORM_MEAN_GRADIENT_LEFT_OUT(
      "your gradient of layer normalisation does not go through the mean",
      ofGradient(
          part(LayerNorm.class, right -> WrongLayers.backward(right, WrongLayers::withoutMean)))),
  NORM_VARIANCE_GRADIENT_LEFT_OUT(
      "your gradient of layer normalisation does not go through the variance",
      ofGradient(
          part(
              LayerNorm.class,
              right -> WrongLayers.backward(right, WrongLayers::withoutVariance)))),
  DECAY_GRADIENT_HALVED(
      "your gradient of weight decay is lambda W; it is 2 lambda W",
      ofGradient(decay(lambda -> lambda / 2))),
  DECAY_GRADIENT_LEFT_OUT("your gradients leave weight decay out", ofGradient(decay(_ -> 0))),

  OTHER_ADAM_FORM(
      "this is Adam's other form: see where epsilon is added, tensorflow or pytorch",
      updates(right -> (p, t, adam) -> right.update(p, t, WrongUpdates.otherForm(adam)))),
  EPSILON_INSIDE_ROOT(
      "your Adam adds epsilon inside the root: sqrt(v + epsilon)",
      updates(WrongUpdates::epsilonInsideRoot)),
  NO_BIAS_CORRECTION(
      "your Adam does not correct the bias of its moments",
      updates(right -> (p, _, adam) -> right.update(p, Long.MAX_VALUE, adam))),
  ADAM_BETAS_EXCHANGED(
      "beta1 and beta2 of your Adam are exchanged",
      updates(right -> (p, t, adam) -> right.update(p, t, WrongUpdates.exchanged(adam)))),
  ADAM_ONE_AHEAD(
      "your Adam counts updates from 2 on; the first has number 1",
      updates(right -> (p, t, adam) -> right.update(p, t + 1, adam))),
  GRADIENT_DESCENT(
      "you updated by plain gradient descent, not by Adam",
      updates(_ -> WrongUpdates.gradientDescent())),
  ONE_UPDATE_MORE("these are the parameters after one update more"),
  ONE_UPDATE_LESS("these are the parameters after one update less"),
  DECOUPLED_DECAY(
      "your weight decay is decoupled (AdamW); ours is part of the loss",
      elsewhere(WrongUpdates::decoupled)),
  OPTIMIZER_DECAY(
      "your weight decay is the optimizer's: it adds lambda W, of biases too; ours is lambda"
          + " ||W||^2 in the loss",
      elsewhere(WrongUpdates::decaying)),
  BLOCKS_TOGETHER(
      "your updates change encoder and decoder together; they change one of them in turn"),
  DECODER_WITH_DROPOUT(
      "your updates of the decoder drop the input out; only those of the encoder do"),
  PRIOR_NEVER_RENEWED(
      "your prior keeps the encoder that it had at first; it takes a copy after each turn of the"
          + " encoder"),

  SCORES_SOFTMAX("your scores are probabilities; ours are the logits"),
  SCORES_LOG_SOFTMAX("your scores are log-probabilities; ours are the logits"),
  SCORES_SAMPLED("your scores sample the latent layer; in scoring it is the mean"),
  SCORES_DROPPED("your scores are of the dropped-out input; scoring drops nothing"),
  SCORES_OF_TRAINING(
      LATENT,
      "your scores are of a training pass: dropped-out input and sampled latent",
      Change.NONE),
  SCORES_MASKED("your scores have -infinity at the user's own items; ours are raw"),
  SEEN_NOT_EXCLUDED("the user's own items are not excluded from the ranking"),
  SEEN_SET_TO_ZERO(
      "the user's own items were given the score 0, not -infinity: above negative logits"),
  RECALL_OVER_HELD_OUT("recall divided by |T|, the number of held-out items; it is min(k, |T|)"),
  RECALL_OVER_K("recall divided by k, as precision is; it is min(k, |T|)"),
  NDCG_IDEAL_OF_HELD_OUT("the ideal list of your NDCG has |T| hits; it has min(k, |T|)"),
  NDCG_IDEAL_OF_K("the ideal list of your NDCG has k hits; it has min(k, |T|)"),
  EMPTY_USERS_COUNTED("users without a held-out item count as 0 in your metrics; leave them out");

  /** Where it can be made. */
  final Scope scope;

  /** What is wrong, with {@code %s} for the place if there are several. */
  final String words;

  /** What it changes in what is asked of the reference engine. */
  @SuppressWarnings("ImmutableEnumChecker") // a function
  final Change change;

  Kind(String words) {
    this(words, Change.NONE);
  }

  Kind(String words, Change change) {
    this(Scope.MODEL, words, change);
  }

  Kind(Scope scope, String words, Change change) {
    this.scope = scope;
    this.words = words;
    this.change = change;
  }

  private static ModelCase normalisedAfterDropout(ModelCase asked, String at) {
    LayerSpec.Dropout spec = (LayerSpec.Dropout) asked.model().layers().get(1);
    Dropout dropout = new Dropout(1, spec.rate());
    return asked
        .with(L2Normalize.class, at, right -> WrongLayers.after(dropout, right))
        .with(Dropout.class, at, _ -> WrongLayers.rows((x, _) -> x));
  }

  private static ParameterSpec decaying(ParameterSpec spec) {
    return new ParameterSpec(
        spec.name(), spec.out(), spec.in(), spec.start(), spec.fan(), /* decays= */ true);
  }

  private static ModelCase negated(ModelCase asked, String at) {
    return asked.with(WeightDecay.class, "", right -> WrongUpdates.negated(right, at));
  }

  /** Weight decay that is no part of the loss. */
  private static Change elsewhere(BiFunction<Optimizer, Double, Optimizer> decaying) {
    return (asked, at) -> {
      double lambda = asked.model().objective().weightDecay();
      return updates(right -> decaying.apply(right, lambda)).and(decay(_ -> 0)).in(asked, at);
    };
  }

  private static ModelCase remembersItself(ModelCase asked, String at) {
    try (Engine engine = asked.engine()) {
      return asked.remembering(engine.state().parameters());
    }
  }
}
