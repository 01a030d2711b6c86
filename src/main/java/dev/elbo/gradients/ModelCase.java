package dev.elbo.gradients;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.Claim;
import dev.elbo.gradients.check.Claim.Variable;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.io.Tensor;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Prior;
import dev.elbo.model.Objective.Reconstruction;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import dev.elbo.reference.ReferenceEngineProvider;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * One batch of a model in float64, with everything held still that a gradient is not with respect
 * to.
 *
 * @param model the model
 * @param batch the users
 * @param noise the draws of the pass
 * @param klWeight weight of each user's divergence
 * @param outputs what is held against the batch
 * @param parameters the values at which the gradient is taken
 * @param frozen the encoder that the prior remembers; no tensors for most models
 * @param parts what the reference engine computes with
 */
public record ModelCase(
    Model model,
    Batch batch,
    Noise noise,
    KlWeight klWeight,
    Outputs outputs,
    Parameters parameters,
    Parameters frozen,
    Parts parts) {

  /** Random users and parameters; ratings if the model predicts these. */
  static ModelCase of(Model model, int users, double beta, RandomGenerator random) {
    CsrMatrix items = RandomValues.sparse(users, model.items(), random);
    CsrMatrix read =
        model.isSequential()
            ? RandomValues.inRandomOrder(items, random)
            : Outputs.of(model) instanceof Outputs.Observed
                ? RandomValues.rated(items, random)
                : items;
    return new ModelCase(
        model,
        Batch.range(read, 0, users),
        Noise.of(random.nextLong(), 3),
        KlWeight.of(beta),
        new Outputs.All(),
        RandomValues.parameters(model, random),
        RandomValues.parameters(EngineState.frozenOf(model), random),
        Parts.RIGHT);
  }

  /** With another part for each of a kind, see {@link Parts#replacing}. */
  public <P> ModelCase with(Class<P> kind, String at, Function<P, ?> other) {
    Parts others = parts.then(Parts.replacing(kind, at, other));
    return new ModelCase(model, batch, noise, klWeight, outputs, parameters, frozen, others);
  }

  /** With other draws. */
  public ModelCase with(Noise other) {
    return new ModelCase(model, batch, other, klWeight, outputs, parameters, frozen, parts);
  }

  /** With another weight of each user's divergence. */
  public ModelCase with(KlWeight other) {
    return new ModelCase(model, batch, noise, other, outputs, parameters, frozen, parts);
  }

  /** With other outputs. */
  public ModelCase with(Outputs other) {
    return new ModelCase(model, batch, noise, klWeight, other, parameters, frozen, parts);
  }

  /** With another encoder that the prior remembers. */
  public ModelCase remembering(Parameters other) {
    return new ModelCase(
        model,
        batch,
        noise,
        klWeight,
        outputs,
        parameters,
        other.only(EngineState.frozenOf(model)),
        parts);
  }

  /** With another prior. */
  public ModelCase with(Prior other) {
    Objective objective = model.objective();
    return with(new Objective(objective.reconstruction(), other, objective.weightDecay()));
  }

  /** With another strength of weight decay. */
  public ModelCase withDecay(double other) {
    Objective objective = model.objective();
    return with(new Objective(objective.reconstruction(), objective.prior(), other));
  }

  /** With another loss. */
  public ModelCase with(Reconstruction other) {
    Objective objective = model.objective();
    return with(new Objective(other, objective.prior(), objective.weightDecay()));
  }

  private ModelCase with(Objective other) {
    return with(new Model(model.network(), other));
  }

  /** With another layer of the same parameters for each of a kind. */
  public <T extends LayerSpec> ModelCase replacing(Class<T> kind, Function<T, LayerSpec> other) {
    UnaryOperator<List<LayerSpec>> replaced =
        layers ->
            layers.stream()
                .map(layer -> kind.isInstance(layer) ? other.apply(kind.cast(layer)) : layer)
                .toList();
    Network network = model.network();
    return with(
        new Model(
            new Network(
                network.items(),
                replaced.apply(network.encoder()),
                network.latent(),
                replaced.apply(network.decoder())),
            model.objective()));
  }

  private ModelCase with(Model other) {
    return new ModelCase(other, batch, noise, klWeight, outputs, parameters, frozen, parts);
  }

  /** An engine with the parameters as they are now. */
  public Engine engine() {
    return new ReferenceEngineProvider()
        .create(model, EngineState.initial(parameters).withFrozen(frozen), 1, parts);
  }

  /** An update of all parameters. */
  public Update update() {
    return new Update(batch, noise, klWeight, Update.ALL, outputs);
  }

  /** The loss at the parameters' present values. */
  public Loss loss() {
    try (Engine engine = engine()) {
      return engine.loss(update());
    }
  }

  /** The gradient of the total loss at the parameters' present values. */
  public Parameters gradients() {
    try (Engine engine = engine()) {
      return engine.gradients(update());
    }
  }

  /** The claim that this is the gradient of the total loss. */
  public Claim claim(Parameters gradients) {
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
