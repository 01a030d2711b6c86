package dev.elbo.reference;

import dev.elbo.data.Batch;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Pass;
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
  private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
  private final Chain encoder;
  private final Gaussian latent;
  private final Chain decoder;
  private final Reconstruction loss;

  /** The old encoder that the prior remembers, and what it gives to; null for most models. */
  private final Chain old;

  private final CompositeDivergence remembering;

  /**
   * @param model what is computed
   * @param shared its parameters
   * @param frozen those of the old encoder; none for most models
   */
  Computation(Model model, Collection<Parameter> shared, Collection<Parameter> frozen) {
    this.model = model;
    for (Parameter parameter : shared) {
      parameters.put(parameter.name(), parameter.withItsOwnGradient());
    }
    Network network = model.network();
    encoder = new Chain(network.encoder(), 0, parameters);
    int position = network.encoder().size();
    remembering =
        model.objective().prior() instanceof Composite prior && network.latent().isPresent()
            ? new CompositeDivergence(prior, network.latent().get().latent())
            : null;
    old = remembering == null ? null : new Chain(network.encoder(), 0, byName(frozen));
    latent = network.latent().map(spec -> new Gaussian(position, spec, divergence())).orElse(null);
    decoder = new Chain(network.decoder(), position + (latent == null ? 0 : 1), parameters);
    loss =
        switch (model.objective().reconstruction()) {
          case Objective.MultinomialLoss _, Objective.NextItemsLoss _ -> new MultinomialLoss();
          case Objective.SquaredError _ -> new SquaredError(model.isObserved());
        };
  }

  private Divergence divergence() {
    return remembering == null ? new StandardDivergence() : remembering;
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
      Pass whole = Pass.scoring(model, batch, Noise.NONE);
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
    double nll =
        loss.forward(output, pass.targets(), (double) pass.users().length * pass.perUser());
    return latent == null
        ? new Loss(nll, 0, 0, decay())
        : new Loss(nll, latent.kl, latent.weightedKl, decay());
  }

  /**
   * {@code lambda sum ||W||^2}; its gradient, {@code 2 lambda W}, is added in {@link #backward}.
   */
  private double decay() {
    double sum = 0;
    for (Parameter parameter : parameters()) {
      if (parameter.decays()) {
        for (double w : parameter.value().data) {
          sum += w * w;
        }
      }
    }
    return model.objective().weightDecay() * sum;
  }

  /** The backward pass: overwrites the gradients of {@link #parameters}. */
  void backward() {
    DMatrixRMaj dH = decoder.backward(loss.backward());
    encoder.backward(latent == null ? dH : latent.backward(dH));
    for (Parameter parameter : parameters()) {
      if (parameter.decays()) {
        double[] dW = parameter.gradient().data;
        for (int n = 0; n < dW.length; n++) {
          dW[n] += 2 * model.objective().weightDecay() * parameter.value().data[n];
        }
      }
    }
  }
}
