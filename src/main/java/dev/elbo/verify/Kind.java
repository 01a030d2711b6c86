package dev.elbo.verify;

import static dev.elbo.verify.Change.decay;
import static dev.elbo.verify.Change.divergence;
import static dev.elbo.verify.Change.latent;
import static dev.elbo.verify.Change.nll;
import static dev.elbo.verify.Change.noise;
import static dev.elbo.verify.Change.ofGradient;
import static dev.elbo.verify.Change.output;
import static dev.elbo.verify.Change.part;
import static dev.elbo.verify.Change.target;
import static dev.elbo.verify.Change.updates;
import static dev.elbo.verify.Change.users;
import static dev.elbo.verify.Change.weight;

import dev.elbo.engine.Engine;
import dev.elbo.gradients.ModelCase;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Objective.Composite;
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
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.layers.Swish;
import dev.elbo.reference.layers.Tanh;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.WeightDecay;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * What can be wrong. {@code B} is the number of users in the batch, {@code K} of latent units. A
 * mistake of the forward pass is differentiated as it stands: whoever has it and uses autograd gets
 * the right gradient of the wrong function.
 */
public enum Kind {
  NOT_NORMALISED(
      Scope.MODEL,
      "your input is not normalised",
      part(L2Normalize.class, _ -> WrongLayers.rows((x, _) -> x))),
  L1_NORMALISED(
      Scope.MODEL,
      "your input was divided by its sum, not by its Euclidean length",
      part(L2Normalize.class, _ -> WrongLayers.rows((x, _) -> WrongLayers.overCount(x)))),
  NORMALISED_AFTER_DROPOUT(
      Scope.MODEL,
      "your input was normalised after dropout, not before",
      Kind::normalisedAfterDropout),
  NOT_DROPPED(Scope.MODEL, "your input was not dropped out", noise(Noise::withoutDropout)),
  MASK_NOT_RESCALED(
      Scope.MODEL,
      "your mask was not rescaled: what is kept is divided by 1 - rate",
      part(Dropout.class, dropout -> new Mask(dropout.index, dropout.rate))),
  MASK_OVER_RATE(
      Scope.MODEL,
      "what dropout kept was divided by the rate, not by 1 - rate",
      part(Dropout.class, dropout -> new Dropout(dropout.index, 1 - dropout.rate))),
  MASK_INVERTED(
      Scope.MODEL, "your mask is inverted: 1 is for what is kept", noise(WrongLayers::inverted)),

  NO_TANH(Scope.TANH, "there is no tanh at %s", part(Tanh.class, _ -> WrongLayers.identity())),
  RELU(
      Scope.TANH,
      "there is a ReLU instead of a tanh at %s",
      part(Tanh.class, _ -> WrongLayers.relu())),
  SIGMOID(
      Scope.TANH,
      "there is a sigmoid instead of a tanh at %s",
      part(Tanh.class, _ -> new Sigmoid(0, 1))),
  EXTRA_TANH(
      Scope.LINEAR_OUTPUT,
      "there is a tanh after %s, which is linear",
      part(SparseLinear.class, WrongLayers::withTanh)
          .and(part(Linear.class, WrongLayers::withTanh))),
  NO_BIAS(
      Scope.BIAS,
      "%s was not added",
      part(Parameter.class, bias -> Parameter.bias(bias.name(), bias.value().numCols))),

  NO_SWISH(
      Scope.SWISH,
      "there is no swish in your encoder",
      part(Swish.class, _ -> WrongLayers.identity())),
  SWISH_RELU(
      Scope.SWISH,
      "there is a ReLU instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> WrongLayers.relu())),
  SWISH_TANH(
      Scope.SWISH,
      "there is a tanh instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> new Tanh())),
  SWISH_SIGMOID(
      Scope.SWISH,
      "there is a sigmoid instead of swish, x sigmoid(x), in your encoder",
      part(Swish.class, _ -> new Sigmoid(0, 1))),
  NO_NORM(
      Scope.NORM,
      "there is no layer normalisation in your encoder",
      part(LayerNorm.class, _ -> WrongLayers.identity())),
  NORM_MEAN_LEFT_OUT(
      Scope.NORM,
      "your layer normalisation does not take the mean out, neither of the row nor of its variance",
      part(LayerNorm.class, WrongLayers::uncentred)),
  NORM_EPSILON(
      Scope.NORM,
      "your layer normalisation has the epsilon of the other version: one adds 0.1, one 1e-5",
      part(LayerNorm.class, WrongLayers::withOtherEpsilon)),
  NO_SKIPS(
      Scope.SKIPS,
      "your encoder has no skip connections",
      part(Residual.class, WrongLayers::withoutSkips)),
  SKIPS_FROM_LAST_ONLY(
      Scope.SKIPS,
      "your skip connections reach the next layer only; each layer adds what all before it gave",
      part(Residual.class, WrongLayers::skippingOne)),

  MEAN_AND_LOG_VARIANCE_EXCHANGED(
      Scope.STANDARD_NORMAL,
      "mean and log-variance are exchanged: the first K units are the mean",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, WrongLayers::exchanged))),
  SIGMA_EXP_LOG_VARIANCE(
      Scope.GAUSSIAN,
      "sigma = exp(log-variance); it is exp(log-variance / 2)",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, Math::exp, Math::exp))),
  SIGMA_LOG_VARIANCE(
      Scope.GAUSSIAN,
      "sigma = log-variance itself; it is exp(log-variance / 2)",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, lv -> lv, _ -> 1))),
  LOG_SIGMA(
      Scope.STANDARD_NORMAL,
      "what is a log-variance was taken for log sigma, in the sample and in the KL divergence",
      part(Gaussian.class, right -> WrongLayers.gaussian(right, WrongLayers::doubled))),
  SMALL_NOISE(
      Scope.GAUSSIAN,
      "your noise has standard deviation 0.01; it is 1",
      noise(right -> right.scaled(0.01))),
  NO_NOISE(
      Scope.GAUSSIAN,
      "your latent layer adds no noise in training",
      noise(right -> right.scaled(0))),

  LOSS_SUMMED(
      Scope.MODEL,
      "your loss is summed over the users of the batch; ours is their mean",
      nll(Change::users).and(divergence(Change::users))),
  NLL_SUMMED(
      Scope.GAUSSIAN,
      "your negative log-likelihood is summed over the users, your KL divergence averaged",
      nll(Change::users)),
  NLL_OVER_ITEMS(
      Scope.MODEL,
      "your negative log-likelihood is averaged over items as well as users",
      nll(asked -> 1.0 / asked.model().items())),
  NLL_OVER_HISTORY(
      Scope.MODEL,
      "each user's negative log-likelihood is divided by their number of items; ours is not",
      target(asked -> WrongLayers.overCount(SparseRows.of(asked.batch().items())))),
  SOFTMAX_OVER_USERS(
      Scope.MODEL,
      "your softmax runs over the users, not over the items",
      part(Reconstruction.class, WrongLosses::overUsers)),
  LOGISTIC(
      Scope.MODEL,
      "your likelihood is logistic (binary cross-entropy), not multinomial",
      part(Reconstruction.class, _ -> WrongLosses.logistic())),
  TARGET_NORMALISED(
      Scope.MODEL,
      "your loss compares with the normalised row, not the raw one",
      target(output(0))),
  TARGET_DROPPED(
      Scope.MODEL,
      "your loss compares with the dropped-out input, not the raw row",
      target(output(1))),
  KL_OVER_UNITS(
      Scope.GAUSSIAN,
      "your KL is averaged over K as well; it is summed over latent units",
      divergence(asked -> 1.0 / latent(asked))),
  KL_SUMMED(
      Scope.GAUSSIAN,
      "your KL divergence is summed over the users, your negative log-likelihood averaged",
      divergence(Change::users)),
  KL_NOT_HALVED(
      Scope.STANDARD_NORMAL, "your KL divergence lacks the factor 1/2", divergence(_ -> 2)),
  KL_NEGATED(Scope.GAUSSIAN, "your KL divergence has the wrong sign", divergence(_ -> -1)),
  BETA_IGNORED(Scope.BETA, "your KL divergence is not multiplied by beta", weight(1)),
  KL_LEFT_OUT(Scope.GAUSSIAN, "your loss leaves the KL divergence out", weight(0)),

  GAMMA_OF_USER(
      Scope.GAMMA,
      "your KL divergence weighs gamma for each user; it weighs gamma for each of the user's items",
      (asked, _) -> asked.with(KlWeight.of(asked.klWeight().value()))),
  PRIOR_STANDARD_NORMAL(
      Scope.MIXTURE,
      "your KL divergence is that from N(0, 1); the prior is a mixture",
      (asked, _) -> asked.with(new StandardNormal()).remembering(Parameters.NONE)),
  PRIOR_NOT_FROZEN(
      Scope.MIXTURE,
      "your prior reads the encoder as it is now; it reads a copy from before",
      Kind::remembersItself),
  PRIOR_DROPPED(
      Scope.MIXTURE,
      "your prior's encoder reads the dropped-out input; it reads the whole",
      (asked, at) -> asked.with(Noise.class, at, _ -> asked.noise())),
  MIXTURE_EVEN(
      Scope.MIXTURE,
      "the three parts of your prior weigh the same",
      (asked, _) -> asked.with(even(asked))),
  MIXTURE_UNWEIGHTED(
      Scope.MIXTURE,
      "the logarithm of your prior leaves the weights of the mixture out",
      Kind::unweighted),
  DECAY_HALVED(
      Scope.MODEL,
      "your weight decay is halved: lambda / 2 ||W||^2; it is lambda ||W||^2",
      decay(lambda -> lambda / 2)),
  DECAY_LEFT_OUT(Scope.MODEL, "your loss leaves weight decay out", decay(_ -> 0)),
  DECAY_OF_BIASES(
      Scope.MODEL,
      "your weight decay counts biases as well",
      part(ParameterSpec.class, Kind::decaying)),

  GRADIENT_OF_SUM(
      Scope.MODEL,
      "your gradient is B times ours: summed over the users, not averaged",
      ofGradient(nll(Change::users).and(divergence(Change::users)))),
  GRADIENT_OVER_B(
      Scope.MODEL,
      "your gradient is 1/B of ours: averaged over the users twice",
      ofGradient(nll(asked -> 1 / users(asked)).and(divergence(asked -> 1 / users(asked))))),
  GRADIENT_NEGATED(
      Scope.MODEL, "your gradient has the opposite sign: that of -loss", ofGradient(Kind::negated)),
  ONE_GRADIENT_NEGATED(
      Scope.PARAMETER, "your gradient of %s has the opposite sign", ofGradient(Kind::negated)),
  TANH_DERIVATIVE_LEFT_OUT(
      Scope.TANH,
      "your backward pass goes through the tanh at %s without 1 - tanh^2",
      ofGradient(part(Tanh.class, _ -> WrongLayers.elementwise(Math::tanh, _ -> 1)))),
  TANH_DERIVATIVE_UNSQUARED(
      Scope.TANH,
      "your derivative of the tanh at %s is 1 - tanh; it is 1 - tanh^2",
      ofGradient(part(Tanh.class, _ -> WrongLayers.elementwise(Math::tanh, y -> 1 - y)))),
  COUNT_LEFT_OUT(
      Scope.MODEL,
      "your gradient of the logits is softmax - x; it is n softmax - x, n items of the user",
      ofGradient(part(MultinomialLoss.class, WrongLosses::ofOneItem))),
  KL_GRADIENT_LEFT_OUT(
      Scope.GAUSSIAN, "your gradients leave the KL divergence out", ofGradient(weight(0))),
  LOG_VARIANCE_GRADIENT_LEFT_OUT(
      Scope.GAUSSIAN,
      "no gradient reaches the log-variance through the sample",
      ofGradient(
          part(
              Gaussian.class,
              right -> WrongLayers.gaussian(right, lv -> Math.exp(lv / 2), _ -> 0)))),
  LOG_VARIANCE_GRADIENT_NOT_HALVED(
      Scope.GAUSSIAN,
      "your gradient of exp(log-variance / 2) lacks the factor 1/2 of the inner derivative",
      ofGradient(
          part(
              Gaussian.class,
              right ->
                  WrongLayers.gaussian(right, lv -> Math.exp(lv / 2), lv -> Math.exp(lv / 2))))),
  PRIOR_GRADIENT_LEFT_OUT(
      Scope.MIXTURE,
      "no gradient of the prior reaches mean and log-variance through the sample",
      ofGradient(part(Divergence.class, WrongLosses::withoutPath))),
  ENTROPY_GRADIENT_LEFT_OUT(
      Scope.MIXTURE,
      "your gradient of the log-variance lacks -1/2, that of log q(z)",
      ofGradient(part(Divergence.class, WrongLosses::withoutEntropy))),
  NORM_MEAN_GRADIENT_LEFT_OUT(
      Scope.NORM,
      "your gradient of layer normalisation does not go through the mean",
      ofGradient(part(LayerNorm.class, WrongLayers::withoutGradientOfMean))),
  DECAY_GRADIENT_HALVED(
      Scope.MODEL,
      "your gradient of weight decay is lambda W; it is 2 lambda W",
      ofGradient(decay(lambda -> lambda / 2))),
  DECAY_GRADIENT_LEFT_OUT(
      Scope.MODEL, "your gradients leave weight decay out", ofGradient(decay(_ -> 0))),

  OTHER_ADAM_FORM(
      Scope.MODEL,
      "this is Adam's other form: see where epsilon is added, tensorflow or pytorch",
      updates(right -> (p, t, adam) -> right.update(p, t, WrongUpdates.otherForm(adam)))),
  EPSILON_INSIDE_ROOT(
      Scope.MODEL,
      "your Adam adds epsilon inside the root: sqrt(v + epsilon)",
      updates(WrongUpdates::epsilonInsideRoot)),
  NO_BIAS_CORRECTION(
      Scope.MODEL,
      "your Adam does not correct the bias of its moments",
      updates(right -> (p, _, adam) -> right.update(p, Long.MAX_VALUE, adam))),
  ADAM_BETAS_EXCHANGED(
      Scope.MODEL,
      "beta1 and beta2 of your Adam are exchanged",
      updates(right -> (p, t, adam) -> right.update(p, t, WrongUpdates.exchanged(adam)))),
  ADAM_ONE_AHEAD(
      Scope.MODEL,
      "your Adam counts updates from 2 on; the first has number 1",
      updates(right -> (p, t, adam) -> right.update(p, t + 1, adam))),
  GRADIENT_DESCENT(
      Scope.MODEL,
      "you updated by plain gradient descent, not by Adam",
      updates(_ -> WrongUpdates.gradientDescent())),
  ONE_UPDATE_MORE(Scope.MODEL, "these are the parameters after one update more"),
  ONE_UPDATE_LESS(Scope.MODEL, "these are the parameters after one update less"),
  DECOUPLED_DECAY(
      Scope.MODEL,
      "your weight decay is decoupled (AdamW); ours is part of the loss",
      elsewhere(WrongUpdates::decoupled)),
  OPTIMIZER_DECAY(
      Scope.MODEL,
      "your weight decay is the optimizer's: it adds lambda W, of biases too; ours is lambda"
          + " ||W||^2 in the loss",
      elsewhere(WrongUpdates::decaying)),
  BLOCKS_TOGETHER(
      Scope.MIXTURE,
      "your updates change encoder and decoder together; they change one of them in turn"),
  DECODER_WITH_DROPOUT(
      Scope.MIXTURE,
      "your updates of the decoder drop the input out; only those of the encoder do"),
  PRIOR_NEVER_RENEWED(
      Scope.MIXTURE,
      "your prior keeps the encoder that it had at first; it takes a copy after each turn of the"
          + " encoder"),

  SCORES_SOFTMAX(Scope.MODEL, "your scores are probabilities; ours are the logits"),
  SCORES_LOG_SOFTMAX(Scope.MODEL, "your scores are log-probabilities; ours are the logits"),
  SCORES_SAMPLED(Scope.GAUSSIAN, "your scores sample the latent layer; in scoring it is the mean"),
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
  private final Change change;

  /** Of a mistake that is made after the engine, or in what it is asked in turn. */
  Kind(Scope scope, String words) {
    this(scope, words, Change.NONE);
  }

  Kind(Scope scope, String words, Change change) {
    this.scope = scope;
    this.words = words;
    this.change = change;
  }

  /** The mistake in words, with {@code %s} for its place if there are several. */
  String words() {
    return words;
  }

  /** What it changes in what is asked of the reference engine. */
  Change change() {
    return change;
  }

  /** Where it can be made; an empty name if there is only one such place. */
  Stream<String> places(GoldenCase golden) {
    return scope.places(golden);
  }

  private static ModelCase normalisedAfterDropout(ModelCase asked, String at) {
    LayerSpec.Dropout spec = (LayerSpec.Dropout) asked.model().layers().get(1);
    Dropout dropout = new Dropout(1, spec.rate());
    return asked
        .with(
            L2Normalize.class,
            at,
            right -> WrongLayers.rows((x, pass) -> right.forward(dropout.forward(x, pass), pass)))
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
      double lambda = decay(asked);
      return updates(right -> decaying.apply(right, lambda)).and(decay(_ -> 0)).in(asked, at);
    };
  }

  private static ModelCase remembersItself(ModelCase asked, String at) {
    try (Engine engine = asked.engine()) {
      return asked.remembering(engine.state().parameters());
    }
  }

  private static Composite even(ModelCase asked) {
    Composite right = (Composite) asked.model().objective().prior();
    return new Composite(1 / 3.0, 1 / 3.0, 1 / 3.0, right.wideLogVariance());
  }

  /** {@code log sum_j N_j} is log 3 more, in each unit, than with the weights 1/3. */
  private static ModelCase unweighted(ModelCase asked, String at) {
    double more = latent(asked) * Math.log(3);
    return asked
        .with(even(asked))
        .with(Divergence.class, at, right -> WrongLosses.plus(right, -more));
  }
}
