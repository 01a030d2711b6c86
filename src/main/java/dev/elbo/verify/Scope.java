package dev.elbo.verify;

import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.ParameterSpec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where a kind of mistake can be made. */
enum Scope {
  /** Anywhere in the model, once. */
  MODEL,
  /** In the stochastic layer, if there is one. */
  GAUSSIAN,
  /** In a stochastic layer whose prior is the standard normal. */
  STANDARD_NORMAL,
  /** In one whose prior is a mixture. */
  MIXTURE,
  /** In a weight of the divergence that is the same for all users. */
  BETA,
  /** In one that counts a user's items. */
  GAMMA,
  /** In all swishes. */
  SWISH,
  /** In all layer normalisations. */
  NORM,
  /** In the skip connections. */
  SKIPS,
  /** In any tanh. */
  TANH,
  /** After any affine layer that no activation follows. */
  LINEAR_OUTPUT,
  /** In any bias of an affine layer. */
  BIAS,
  /** In any parameter. */
  PARAMETER;

  /** The places in a case; an empty name for one that needs none. */
  Stream<String> places(GoldenCase golden) {
    Model model = golden.model();
    boolean isLatent = model.network().latent().isPresent();
    boolean isMixture = model.objective().prior() instanceof Composite;
    return switch (this) {
      case MODEL -> once(true);
      case GAUSSIAN -> once(isLatent);
      case STANDARD_NORMAL -> once(isLatent && !isMixture);
      case MIXTURE -> once(isMixture);
      case BETA -> once(isLatent && !golden.klWeight().perItem());
      case GAMMA -> once(golden.klWeight().perItem());
      case SWISH -> once(has(model, LayerSpec.Swish.class));
      case NORM -> once(has(model, LayerSpec.LayerNorm.class));
      case SKIPS -> once(has(model, LayerSpec.Residual.class));
      case TANH ->
          positions(model)
              .filter(n -> model.layers().get(n) instanceof LayerSpec.Tanh)
              .mapToObj(model::activationName);
      case LINEAR_OUTPUT ->
          positions(model).filter(n -> isLinearOutput(model, n)).mapToObj(model::activationName);
      case BIAS -> parameters(model).filter(name -> name.endsWith(".bias"));
      case PARAMETER -> parameters(model);
    };
  }

  private static Stream<String> once(boolean possible) {
    return possible ? Stream.of("") : Stream.of();
  }

  private static boolean has(Model model, Class<? extends LayerSpec> kind) {
    return model.layers().stream().anyMatch(kind::isInstance);
  }

  private static IntStream positions(Model model) {
    return IntStream.range(0, model.layers().size());
  }

  private static boolean isLinearOutput(Model model, int position) {
    List<LayerSpec> layers = model.layers();
    boolean isActivated =
        position + 1 < layers.size()
            && (layers.get(position + 1) instanceof LayerSpec.Tanh
                || layers.get(position + 1) instanceof LayerSpec.Swish);
    return layers.get(position) instanceof Affine && !isActivated;
  }

  private static Stream<String> parameters(Model model) {
    return model.parameters().stream().map(ParameterSpec::name);
  }
}
