package dev.elbo.gradients;

import dev.elbo.model.Architecture;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.NextItemsLoss;
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Small models of all architectures, with weight decay and, where they have them, dropout and the
 * KL term.
 */
final class ModelExamples {

  private static final double BETA = 0.2;

  static final Example MULT_VAE =
      example(
          Architecture.MULT_VAE,
          "NLL + beta KL + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.MULT_VAE,
              "kl-without-gradient",
              "gradients of NLL + lambda ||W||^2: the loss has beta KL, backward does not",
              model -> model.withBeta(0).gradients()),
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
              model -> model.withoutDecay().gradients()),
          mistake(
              Architecture.MULT_DAE,
              "dropout-forgotten",
              "gradients of a scoring pass, which does not drop",
              model -> model.with(Noise.NONE).gradients()));

  static final Example SVAE =
      example(
          Architecture.SVAE,
          "NLL of the next items + beta KL + lambda ||W||^2 of the whole model",
          mistake(
              Architecture.SVAE,
              "history-cut",
              "gradients that go back two steps: the loss reads whole histories",
              model -> withLoss(model, new NextItemsLoss(4, 2)).gradients()),
          mistake(
              Architecture.SVAE,
              "one-item-ahead",
              "gradients of a loss that predicts the next item only, instead of the next four",
              model -> withLoss(model, new NextItemsLoss(1, 0)).gradients()));

  private ModelExamples() {}

  private static ModelCase withLoss(ModelCase model, NextItemsLoss loss) {
    List<LayerSpec> layers = new ArrayList<>(model.model().layers());
    layers.set(layers.size() - 1, loss);
    return model.with(new Model(layers, model.model().weightDecay()));
  }

  private static Example example(Architecture architecture, String formula, Mistake... mistakes) {
    return new Example(
        architecture.toString(),
        formula,
        GradientCheck.Form.ONE_DIRECTION,
        new Shape(12, 60, 9, 1),
        shape -> claim(architecture, shape, ModelCase::gradients),
        List.of(mistakes));
  }

  private static Mistake mistake(
      Architecture architecture,
      String name,
      String what,
      Function<ModelCase, Parameters> gradients) {
    return new Mistake(name, what, shape -> claim(architecture, shape, gradients));
  }

  private static Claim claim(
      Architecture architecture, Shape shape, Function<ModelCase, Parameters> gradients) {
    int width = 2 * shape.out();
    List<Integer> hidden =
        architecture.isSequential() ? List.of(width, width, width) : List.of(width);
    Model model = new Model(architecture.layers(shape.in(), hidden, shape.out(), 0.5), 0.01);
    ModelCase whole = ModelCase.of(model, shape.users(), BETA, shape.random());
    return whole.claim(gradients.apply(whole));
  }
}
