package dev.elbo.tornado;

import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Pass;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Shape;
import dev.elbo.tornado.input.PreparedPass;
import dev.elbo.tornado.layers.Extent;
import dev.elbo.tornado.layers.Parameter;
import dev.elbo.tornado.layers.Tasks;
import dev.elbo.tornado.objective.CompositeDivergence;
import dev.elbo.tornado.objective.Gaussian;
import dev.elbo.tornado.objective.MultinomialLoss;
import dev.elbo.tornado.objective.Reconstruction;
import dev.elbo.tornado.objective.SampledOutput;
import dev.elbo.tornado.objective.SquaredError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model with all that a pass computes, for batches up to a size: encoder, latent layer, decoder
 * and loss, which add their tasks to any graph.
 */
final class Computation {

  private final Model model;
  private final DeviceBatch batch;
  private final Chain encoder;
  private final Optional<Gaussian> latent;

  /** The decoder without the last layer, and that layer, whose outputs may be sampled. */
  private final Chain decoder;

  private final Chain last;

  /** The old encoder that the prior remembers, and what it gives to; null for most models. */
  private final Chain old;

  private final CompositeDivergence remembering;
  private final Reconstruction loss;

  /** What computes sampled outputs; null where none are. */
  private final SampledOutput sampled;

  /**
   * @param model what is computed
   * @param parameters its parameters, by name
   * @param frozen those of the old encoder, by name; none for most models
   * @param capacity the largest batch
   */
  Computation(
      Model model,
      Map<String, Parameter> parameters,
      Map<String, Parameter> frozen,
      Capacity capacity) {
    this.model = model;
    this.batch = new DeviceBatch(model, capacity);
    Network network = model.network();
    encoder = Chain.encoder(network.encoder(), "", parameters, batch);
    if (model.objective().prior() instanceof Composite prior && network.latent().isPresent()) {
      remembering = new CompositeDivergence(prior, network.latent().get().latent(), batch.targets);
      old = Chain.encoder(withoutNoise(network.encoder()), "old", frozen, batch);
    } else {
      remembering = null;
      old = null;
    }
    int position = network.encoder().size();
    latent =
        network
            .latent()
            .map(
                spec ->
                    new Gaussian(
                        "" + position,
                        position,
                        spec,
                        Optional.ofNullable(remembering),
                        batch.targets));
    int width = latent.isPresent() ? network.latent().get().latent() : encoder.width();
    int next = position + (latent.isPresent() ? 1 : 0);
    List<LayerSpec> layers = network.decoder();
    int end = layers.size() - 1;
    decoder = Chain.dense(layers.subList(0, end), next, width, "", parameters, batch);
    last = decoder.then(layers.subList(end, end + 1), next + end);
    boolean observed = network.output() instanceof Shape.Observed;
    loss =
        switch (model.objective().reconstruction()) {
          case Objective.MultinomialLoss _, Objective.NextItemsLoss _ ->
              new MultinomialLoss(batch.targets, batch.share);
          case Objective.SquaredError _ -> new SquaredError(observed, batch.targets, batch.share);
        };
    sampled = capacity.drawn() == 0 ? null : sampled(parameters, capacity);
  }

  private SampledOutput sampled(Map<String, Parameter> parameters, Capacity capacity) {
    LayerSpec.Linear logits = (LayerSpec.Linear) model.network().decoder().getLast();
    return new SampledOutput(
        parameters.get(logits.weight()),
        parameters.get(logits.bias()),
        batch.targets,
        batch.share,
        capacity.drawn());
  }

  /** The layers as in scoring, where what drops values does nothing. */
  private static List<LayerSpec> withoutNoise(List<LayerSpec> layers) {
    return layers.stream()
        .filter(layer -> !(layer instanceof LayerSpec.Dropout || layer instanceof LayerSpec.Mask))
        .toList();
  }

  /**
   * Prepares a pass: what it is about, and its noise. Another may be on the device meanwhile.
   *
   * @param workers threads to use
   */
  PreparedPass prepare(Pass pass, Workers workers) {
    PreparedPass prepared = batch.prepare(pass, workers);
    encoder.draw(prepared);
    latent.ifPresent(layer -> layer.draw(prepared));
    decoder.draw(prepared);
    last.draw(prepared);
    if (pass.outputs() instanceof Outputs.Sampled outputs) {
      sampled.prepare(outputs, pass.targets(), prepared);
    }
    return prepared;
  }

  /** Whether the prior remembers an encoder. */
  boolean remembers() {
    return remembering != null;
  }

  /**
   * Adds the forward tasks of the encoder that the prior remembers.
   *
   * @return means and log-variances of the old posterior, which graphs with a loss read
   */
  FloatArray old(Tasks tasks) {
    takeInput(tasks);
    FloatArray posterior = old.forward(tasks, batch.input.value, (_, _) -> {});
    remembering.setOld(posterior);
    return posterior;
  }

  private void takeInput(Tasks tasks) {
    tasks.take(batch.targets.size, batch.input.size);
    if (!model.isSequential()) {
      tasks.take(batch.input.value);
    }
  }

  /** Adds the forward tasks up to what the last layer reads. */
  private FloatArray hidden(Tasks tasks, BiConsumer<FloatArray, Extent> seen) {
    takeInput(tasks);
    FloatArray h = encoder.forward(tasks, batch.input.value, seen);
    if (latent.isPresent()) {
      h = latent.get().forward(tasks, h);
      int width = model.network().latent().get().latent();
      seen.accept(h, Extent.ofRows(batch.targets, width));
    }
    return decoder.forward(tasks, h, seen);
  }

  /**
   * Adds the forward tasks.
   *
   * @param seen is given the output of each layer, and what counts of it where there is a loss
   * @return the output
   */
  FloatArray forward(Tasks tasks, BiConsumer<FloatArray, Extent> seen) {
    return last.forward(tasks, hidden(tasks, seen), seen);
  }

  /** Adds all tasks of a pass with a loss: that and the parameters' gradients. */
  void train(Tasks tasks, BiConsumer<FloatArray, Extent> seen) {
    FloatArray dY = loss.lossAndGradient(tasks, forward(tasks, seen));
    tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, loss.ofRows());
    backward(tasks, last.backward(tasks, dY));
  }

  /** The same where outputs are sampled. */
  void trainSampled(Tasks tasks, BiConsumer<FloatArray, Extent> seen) {
    FloatArray dH = sampled.lossAndGradient(tasks, hidden(tasks, seen));
    tasks.graph().transferToHost(DataTransferMode.EVERY_EXECUTION, sampled.ofRows());
    backward(tasks, dH);
  }

  private void backward(Tasks tasks, FloatArray dHidden) {
    FloatArray dH = decoder.backward(tasks, dHidden);
    encoder.backward(tasks, latent.isPresent() ? latent.get().backward(tasks, dH) : dH);
  }

  /** Whether the outputs that a pass with a loss has seen are there after it. */
  boolean keepsOutput() {
    return loss.keepsOutput();
  }

  /** Spoils what the host has of the last loss, so that a new one that does not arrive is seen. */
  void forgetLoss(Pass pass) {
    ofRows(pass).init(Float.NaN);
  }

  /** The loss of a pass with a loss, once it has run. */
  Loss loss(Pass pass, double decay) {
    double nll = 0;
    for (int b = 0; b < pass.targets().rows(); b++) {
      nll += ofRows(pass).get(b);
    }
    nll /= DeviceBatch.divisor(pass);
    return latent.isPresent() ? latent.get().loss(pass, nll, decay) : new Loss(nll, 0, 0, decay);
  }

  private FloatArray ofRows(Pass pass) {
    return pass.outputs() instanceof Outputs.Sampled ? sampled.ofRows() : loss.ofRows();
  }
}
