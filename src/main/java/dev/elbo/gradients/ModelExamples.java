package dev.elbo.gradients;

import dev.elbo.data.RatingScale;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.GradientCheck;
import dev.elbo.gradients.check.Shape;
import dev.elbo.gradients.check.WrongBackward;
import dev.elbo.gradients.mistakes.WrongLayers;
import dev.elbo.gradients.mistakes.WrongLosses;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec.Dropout;
import dev.elbo.model.LayerSpec.Linear;
import dev.elbo.model.LayerSpec.Mask;
import dev.elbo.model.LayerSpec.ObservedLinear;
import dev.elbo.model.LayerSpec.Sigmoid;
import dev.elbo.model.LayerSpec.Tanh;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Objective.StandardNormal;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.LayerNorm;
import dev.elbo.reference.objective.Divergence;
import java.util.List;
import java.util.function.Function;

/**
 * Small models of all architectures, with weight decay and, where they have them, dropout and the
 * KL term.
 */
final class ModelExamples {

  private static final double BETA = 0.2;
  private static final double GAMMA = 0.05;
  private static final double WEIGHT_DECAY = 0.01;

  /** Those of {@link dev.elbo.gradients.check.RandomValues#rated}. */
  private static final RatingScale RATINGS = new RatingScale(List.of(1f, 2f, 3f, 4f, 5f));

  static final Example MULT_VAE =
      example(
          Architecture.MULT_VAE,
          "NLL + beta KL + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.MULT_VAE,
              "kl-without-gradient",
              "gradients of NLL + lambda ||W||^2: the loss has beta KL, backward does not",
              model -> model.with(KlWeight.of(0)).gradients()),
          mistake(
              Architecture.MULT_VAE,
              "noise-drawn-again",
              "gradients with other dropout and epsilon than the loss: hold the noise still",
              model -> model.with(Noise.of(2, 4)).gradients()));

  static final Example MULT_DAE =
      example(
          Architecture.MULT_DAE,
          "NLL + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.MULT_DAE,
              "decay-without-gradient",
              "gradients of NLL: the loss has lambda ||W||^2, backward does not",
              model -> model.withDecay(0).gradients()),
          mistake(
              Architecture.MULT_DAE,
              "dropout-forgotten",
              "gradients of a scoring pass, which does not drop",
              model -> model.with(Noise.NONE).gradients()));

  static final Example RECVAE =
      example(
          Architecture.RECVAE,
          "NLL + gamma n_u KL from the mixture + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.RECVAE,
              "prior-not-frozen",
              "gradients with the encoder of this update in the prior, instead of the old one",
              model -> model.remembering(model.parameters()).gradients()),
          mistake(
              Architecture.RECVAE,
              "old-encoder-drops",
              "gradients of a prior whose old encoder reads what dropout left: it reads the row",
              model -> model.with(Noise.class, "", _ -> model.noise()).gradients()),
          mistake(
              Architecture.RECVAE,
              "prior-without-path",
              "gradients that do not follow z from the prior to mean and log-variance",
              model -> model.with(Divergence.class, "", WrongLosses::withoutPath).gradients()),
          mistake(
              Architecture.RECVAE,
              "norm-without-mean",
              "gradients of a layer normalisation that does not take the mean out",
              model -> model.with(LayerNorm.class, "", WrongLayers::uncentred).gradients()),
          mistake(
              Architecture.RECVAE,
              "mixture-unweighted",
              "gradients of a mixture whose three parts weigh the same",
              model -> model.with(new Composite(1 / 3.0, 1 / 3.0, 1 / 3.0, 10)).gradients()),
          mistake(
              Architecture.RECVAE,
              "same-weight-for-all",
              "gradients of gamma KL: the weight is gamma for each of the user's items",
              model -> model.with(KlWeight.of(GAMMA)).gradients()),
          mistake(
              Architecture.RECVAE,
              "standard-prior",
              "gradients of the divergence from N(0, 1) in closed form",
              model -> model.with(new StandardNormal()).remembering(Parameters.NONE).gradients()));

  static final Example SVAE =
      example(
          Architecture.SVAE,
          "NLL of the next items + beta KL + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.SVAE,
              "history-cut",
              "gradients that go back two steps: the loss reads whole histories",
              model -> nextItems(model, 4, 2).gradients()),
          mistake(
              Architecture.SVAE,
              "one-item-ahead",
              "gradients of a loss that predicts the next item only, instead of the next four",
              model -> nextItems(model, 1, 0).gradients()));

  /** I-AutoRec is the same with items for users. */
  static final Example U_AUTOREC =
      example(
          Architecture.U_AUTOREC,
          "squared error of the known ratings + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.U_AUTOREC,
              "unknown-as-zero",
              "gradients of the error of all items, a rating that is not known taken for 0",
              model ->
                  model
                      .replacing(ObservedLinear.class, o -> new Linear(o.name(), o.in(), o.out()))
                      .gradients()),
          mistake(
              Architecture.U_AUTOREC,
              "decay-of-the-paper",
              "gradients of lambda/2 ||W||^2, as in the paper: the loss has lambda ||W||^2",
              model -> model.withDecay(WEIGHT_DECAY / 2).gradients()));

  static final Example IMPLICIT_AUTOREC =
      example(
          Architecture.IMPLICIT_AUTOREC,
          "squared error of all items + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.IMPLICIT_AUTOREC,
              "absent-left-out",
              "gradients of the error of the users' own items: the loss has all others, too",
              model ->
                  model
                      .replacing(Linear.class, o -> new ObservedLinear(o.name(), o.in(), o.out()))
                      .gradients()),
          mistake(
              Architecture.IMPLICIT_AUTOREC,
              "tanh-for-sigmoid",
              "gradients with tanh where the loss has the logistic function",
              model -> model.replacing(Sigmoid.class, _ -> new Tanh()).gradients()));

  static final Example MFAE =
      example(
          Architecture.MFAE,
          "squared error of the known ratings + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.MFAE,
              "other-ratings-masked",
              "gradients with other ratings masked than in the loss: hold the mask still",
              model -> model.with(Noise.of(2, 4)).gradients()),
          mistake(
              Architecture.MFAE,
              "mask-rescaled",
              "gradients of dropout, which divides what it keeps by 1 - rate: the mask does not",
              model -> model.replacing(Mask.class, m -> new Dropout(m.rate())).gradients()));

  private ModelExamples() {}

  private static ModelCase nextItems(ModelCase model, int ahead, int window) {
    return model.with(new NextItemsLoss(ahead, window));
  }

  private static Example example(
      Architecture architecture, String formula, WrongBackward... mistakes) {
    return new Example(
        architecture.toString(),
        formula,
        GradientCheck.Form.ONE_DIRECTION,
        new Shape(12, 60, 9, 1),
        shape -> claim(architecture, shape, ModelCase::gradients),
        List.of(mistakes));
  }

  private static WrongBackward mistake(
      Architecture architecture,
      String name,
      String what,
      Function<ModelCase, Parameters> gradients) {
    return new WrongBackward(name, what, shape -> claim(architecture, shape, gradients));
  }

  private static Claim claim(
      Architecture architecture, Shape shape, Function<ModelCase, Parameters> gradients) {
    int width = 2 * shape.out();
    List<Integer> hidden = List.of();
    boolean mixture = architecture == Architecture.RECVAE;
    if (architecture.isSequential() || mixture) {
      hidden = List.of(width, width, width);
    } else if (architecture.hasHiddenLayers()) {
      hidden = List.of(width);
    }
    Model model =
        new ModelOptions(
                architecture,
                hidden,
                shape.out(),
                0.5,
                WEIGHT_DECAY,
                architecture.defaultLayout(),
                RATINGS,
                null,
                mixture ? Composite.SHENBIN : null,
                null)
            .model(shape.in());
    ModelCase random = ModelCase.of(model, shape.users(), BETA, shape.random());
    ModelCase whole = mixture ? random.with(new KlWeight(GAMMA, /* perItem= */ true)) : random;
    return whole.claim(gradients.apply(whole));
  }
}
