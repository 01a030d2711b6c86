package dev.elbo.gradients;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.gradients.Claim.Variable;
import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Noise;
import dev.elbo.model.Parameters;
import dev.elbo.reference.ReferenceEngineProvider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One batch of a model in float64, with everything held still that a gradient is not with respect
 * to.
 *
 * @param model the model
 * @param batch the users
 * @param noise the draws of the pass
 * @param beta weight of the KL term
 * @param parameters the values at which the gradient is taken
 */
record ModelCase(Model model, Batch batch, Noise noise, double beta, Parameters parameters) {

  /** Random users and parameters; ratings if the model predicts these. */
  static ModelCase of(Model model, int users, double beta, RandomGenerator random) {
    CsrMatrix items = RandomValues.sparse(users, model.items(), random);
    CsrMatrix read =
        model.isSequential()
            ? RandomValues.inRandomOrder(items, random)
            : model.isObserved() ? RandomValues.rated(items, random) : items;
    return new ModelCase(
        model,
        Batch.range(read, 0, users),
        Noise.of(random.nextLong(), 3),
        beta,
        RandomValues.parameters(model, random));
  }

  ModelCase with(Noise other) {
    return new ModelCase(model, batch, other, beta, parameters);
  }

  ModelCase withBeta(double other) {
    return new ModelCase(model, batch, noise, other, parameters);
  }

  ModelCase withDecay(double other) {
    return with(new Model(model.layers(), other));
  }

  /** With another layer of the same parameters for each of a kind. */
  <T extends LayerSpec> ModelCase replacing(Class<T> kind, Function<T, LayerSpec> other) {
    List<LayerSpec> layers =
        model.layers().stream()
            .map(layer -> kind.isInstance(layer) ? other.apply(kind.cast(layer)) : layer)
            .toList();
    return with(new Model(layers, model.weightDecay()));
  }

  private ModelCase with(Model other) {
    return new ModelCase(other, batch, noise, beta, parameters);
  }

  private Engine engine() {
    return new ReferenceEngineProvider().create(model, EngineState.initial(parameters), 1);
  }

  /** The loss at the parameters' present values. */
  Loss loss() {
    try (Engine engine = engine()) {
      return engine.loss(batch, noise, beta);
    }
  }

  /** The gradient of the total loss at the parameters' present values. */
  Parameters gradients() {
    try (Engine engine = engine()) {
      return engine.gradients(batch, noise, beta);
    }
  }

  /** The claim that this is the gradient of the total loss. */
  Claim claim(Parameters gradients) {
    return new Claim(variables(gradients), () -> loss().total());
  }

  /** The parameters with gradients claimed for them. */
  List<Variable> variables(Parameters gradients) {
    return parameters.tensors().sequencedEntrySet().stream()
        .map(Map.Entry<String, Tensor>::getKey)
        .map(name -> new Variable(name, parameters.float64(name), gradients.float64(name)))
        .toList();
  }
}
