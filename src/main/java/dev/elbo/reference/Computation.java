package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Composite;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.objective.CompositeDivergence;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Gaussian;
import dev.elbo.reference.objective.MultinomialLoss;
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.SquaredError;
import dev.elbo.reference.objective.StandardDivergence;
import dev.elbo.reference.objective.WeightDecay;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;

/**
 * A model for one pass: encoder, latent layer, decoder and loss forward in turn, then backward in
 * reverse. What the pass computes, gradients included, is its own; the parameters' values are
 * shared with other passes, and not modified.
 */
final class Computation {

  private final Model model;
  private final Parts parts;
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final Chain encoder;
  private final Gaussian latent;
  private final Chain decoder;
  private final Reconstruction loss;
  private final WeightDecay decay;

  /** The old encoder that the prior remembers, and what it gives to; null for most models. */
  private final Chain old;

  private final CompositeDivergence remembering;

  /**
   * @param model what is computed
   * @param shared its parameters
   * @param frozen those of the old encoder; none for most models
   * @param parts what to compute with
   */
  Computation(
      Model model, Collection<Parameter> shared, Collection<Parameter> frozen, Parts parts) {
    this.model = model;
    this.parts = parts;
    for (Parameter parameter : shared) {
      parameters.put(parameter.name(), parameter.withItsOwnGradient());
    }
    Network network = model.network();
    encoder = new Chain(network.encoder(), 0, parameters, parts);
    int position = network.encoder().size();
    remembering =
        model.objective().prior() instanceof Composite prior && network.latent().isPresent()
            ? new CompositeDivergence(prior, network.latent().get().latent())
            : null;
    old = remembering == null ? null : new Chain(network.encoder(), 0, byName(frozen), parts);
    latent = network.latent().map(spec -> gaussian(position, spec)).orElse(null);
    decoder = new Chain(network.decoder(), position + (latent == null ? 0 : 1), parameters, parts);
    loss =
        parts.<Reconstruction>of(
            "",
            switch (model.objective().reconstruction()) {
              case Objective.MultinomialLoss _, Objective.NextItemsLoss _ -> new MultinomialLoss();
              case Objective.SquaredError _ -> new SquaredError();
            });
    decay = parts.of("", new WeightDecay(model.objective().weightDecay()));
  }

  private Gaussian gaussian(int position, LayerSpec.Gaussian spec) {
    Divergence right = remembering == null ? new StandardDivergence() : remembering;
    Gaussian gaussian = new Gaussian(position, spec, parts.of("", right));
    return parts.of(model.activationName(position), gaussian);
  }

  private static Map<String, Parameter> byName(Collection<Parameter> parameters) {
    return parameters.stream().collect(Collectors.toMap(Parameter::name, p -> p));
  }

  /** A parameter with the gradient of this pass. */
  Parameter parameter(String name) {
    return parameters.get(name);
  }

  /** The parameters with the gradients of this pass, in the order of files. */
  Collection<Parameter> parameters() {
    return parameters.sequencedValues();
  }

  /** The forward pass up to the loss; {@code seen} is given the output of each layer. */
  DMatrixRMaj output(Batch batch, Pass pass, Consumer<double[]> seen) {
    if (remembering != null && pass.hasLoss()) {
      Pass whole = Pass.scoring(model, batch, parts.of("", Noise.NONE));
      remembering.old = old.forward(batch.items(), whole, _ -> {});
    }
    DMatrixRMaj h = encoder.forward(batch.items(), pass, seen);
    if (latent != null) {
      h = latent.forward(h, pass);
      seen.accept(h.data);
    }
    return decoder.forward(h, pass, seen);
  }

  /** The loss at the end of the forward pass. */
  Loss loss(DMatrixRMaj output, Pass pass) {
    double divisor = parts.of(Parts.DIVISOR, (double) pass.users().length * pass.perUser());
    double nll = loss.forward(output, pass.targets(), pass.outputs(), divisor);
    double small = decay.forward(parameters());
    return latent == null
        ? new Loss(nll, 0, 0, small)
        : new Loss(nll, latent.kl, latent.weightedKl, small);
  }

  /** The backward pass: overwrites the gradients of {@link #parameters}. */
  void backward() {
    DMatrixRMaj dH = decoder.backward(loss.backward());
    encoder.backward(latent == null ? dH : latent.backward(dH));
    decay.backward(parameters());
  }
}
