package dev.elbo.verify;

import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.StandardNormal;
import dev.elbo.model.ParameterSpec;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where a kind of mistake can be made. */
enum Scope {
  /** Anywhere in the model, once. */
  MODEL,
  /** In a model with a stochastic layer. */
  LATENT,
  /** In one whose prior is the standard normal. */
  STANDARD_NORMAL,
  /** In any tanh. */
  TANH,
  /** After any affine layer that no activation follows. */
  LINEAR_OUTPUT,
  /** In any bias. */
  BIAS,
  /** In any parameter. */
  PARAMETER;

  /** The places in a model; an empty name for one that needs none. */
  Stream<String> places(Model model) {
    boolean isLatent = model.network().latent().isPresent();
    Stream<String> parameters = model.parameters().stream().map(ParameterSpec::name);
    return switch (this) {
      case MODEL -> Stream.of("");
      case LATENT -> Stream.of("").filter(_ -> isLatent);
      case STANDARD_NORMAL ->
          Stream.of("")
              .filter(_ -> isLatent && model.objective().prior() instanceof StandardNormal);
      case TANH -> layers(model, n -> model.layers().get(n) instanceof LayerSpec.Tanh);
      case LINEAR_OUTPUT -> layers(model, n -> isLinearOutput(model, n));
      case BIAS -> parameters.filter(name -> name.endsWith(".bias"));
      case PARAMETER -> parameters;
    };
  }

  private static Stream<String> layers(Model model, IntPredicate which) {
    return IntStream.range(0, model.layers().size()).filter(which).mapToObj(model::activationName);
  }

  private static boolean isLinearOutput(Model model, int layer) {
    boolean isActivated =
        layer + 1 < model.layers().size()
            && (model.layers().get(layer + 1) instanceof LayerSpec.Tanh
                || model.layers().get(layer + 1) instanceof LayerSpec.Swish);
    return model.layers().get(layer) instanceof LayerSpec.Affine && !isActivated;
  }
}
