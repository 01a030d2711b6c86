package dev.elbo.fast;

import dev.elbo.data.Batch;
import dev.elbo.engine.Pass;
import dev.elbo.engine.Scorer;
import dev.elbo.fast.layers.GradientSink;
import dev.elbo.fast.layers.Parameter;
import dev.elbo.fast.objective.CompositeDivergence;
import dev.elbo.fast.objective.Divergence;
import dev.elbo.fast.objective.Gaussian;
import dev.elbo.fast.objective.MultinomialOutput;
import dev.elbo.fast.objective.Output;
import dev.elbo.fast.objective.SquaredError;
import dev.elbo.fast.objective.StandardDivergence;
import dev.elbo.linalg.Gemm;
import dev.elbo.linalg.Matrix;
import dev.elbo.linalg.Workers;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Model;
import dev.elbo.model.Network;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Composite;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A model, with all that a pass computes: encoder, latent layer, decoder, and an output that
 * computes the loss or the scores; logits before a multinomial loss are the output's own.
 *
 * <p>It computes one pass at a time, in memory that it keeps from pass to pass. Computations share
 * their parameters, so passes that only read them may run at a time, each in one of its own.
 */
final class Computation implements AutoCloseable {

  private final Model model;
  private final Consumer<Computation> unused;
  private final Chain encoder;
  private final Gaussian latent;
  private final Chain decoder;
  private final Output output;

  /** The old encoder that the prior remembers, and what it gives to; null for most models. */
  private final Chain old;

  private final CompositeDivergence remembering;

  /**
   * @param model what is computed
   * @param parameters its parameters by name, shared with others
   * @param frozen those of the old encoder, likewise; none for most models
   * @param workers threads to use, likewise
   * @param unused is given the computation when its user closes it
   */
  Computation(
      Model model,
      Map<String, Parameter> parameters,
      Map<String, Parameter> frozen,
      Workers workers,
      Consumer<Computation> unused) {
    this.model = model;
    this.unused = unused;
    Gemm gemm = new Gemm(workers);
    Network network = model.network();
    encoder = new Chain(network.encoder(), 0, parameters, gemm, workers);
    if (model.objective().prior() instanceof Composite prior && network.latent().isPresent()) {
      remembering = new CompositeDivergence(prior, workers);
      old = new Chain(network.encoder(), 0, frozen, gemm, workers);
    } else {
      remembering = null;
      old = null;
    }
    int position = network.encoder().size();
    Divergence divergence = remembering == null ? new StandardDivergence(workers) : remembering;
    latent =
        network
            .latent()
            .map(spec -> new Gaussian(position, spec, divergence, workers))
            .orElse(null);
    List<LayerSpec> layers = network.decoder();
    output =
        switch (model.objective().reconstruction()) {
          case Objective.MultinomialLoss _, Objective.NextItemsLoss _ -> {
            LayerSpec.Linear logits = (LayerSpec.Linear) layers.getLast();
            layers = layers.subList(0, layers.size() - 1);
            yield new MultinomialOutput(
                parameters.get(logits.weight()), parameters.get(logits.bias()), gemm, workers);
          }
          case Objective.SquaredError _ -> new SquaredError(workers);
        };
    decoder = new Chain(layers, position + (latent == null ? 0 : 1), parameters, gemm, workers);
  }

  /**
   * The forward pass.
   *
   * @return the negative log-likelihood, or the squared error; mean over users
   */
  double forward(Batch batch, Pass pass) {
    return nll(hidden(batch, pass, (_, _) -> {}), pass);
  }

  private double nll(Matrix hidden, Pass pass) {
    double divisor = (double) pass.users().length * pass.perUser();
    return output.forward(hidden, pass.targets(), pass.outputs(), divisor);
  }

  /** The divergence of the last forward pass: summed over units, mean over users. */
  double kl() {
    return latent == null ? 0 : latent.kl();
  }

  /** The same with each user's weight. */
  double weightedKl() {
    return latent == null ? 0 : latent.weightedKl();
  }

  /**
   * The forward pass up to what the output takes; {@code seen} is given the output of each layer,
   * an array and how much of it counts, which the next may overwrite.
   */
  private Matrix hidden(Batch batch, Pass pass, ObjIntConsumer<float[]> seen) {
    if (remembering != null && pass.hasLoss()) {
      Pass whole = Pass.scoring(model, batch, Noise.NONE);
      remembering.setOld(old.forward(batch.items(), whole, (_, _) -> {}));
    }
    Matrix h = encoder.forward(batch.items(), pass, seen);
    if (latent != null) {
      h = latent.forward(h, pass);
      seen.accept(h.data(), h.rows() * h.columns());
    }
    return decoder.forward(h, pass, seen);
  }

  /**
   * The backward pass of the last forward pass.
   *
   * @param blocks whose gradients are wanted
   * @param sink takes the gradients of parameters
   */
  void backward(Set<Block> blocks, GradientSink sink) {
    boolean ofEncoder = blocks.contains(Block.ENCODER);
    Matrix dH = output.backward(sink, /* further= */ ofEncoder || !decoder.isEmpty());
    dH = decoder.backward(dH, sink);
    if (ofEncoder) {
      encoder.backward(latent == null ? dH : latent.backward(dH, sink), sink);
    }
  }

  /** Computes the scores of a batch in a pass without a loss. */
  void scores(Batch batch, Pass pass, Scorer.Sink sink) {
    output.scores(hidden(batch, pass, (_, _) -> {}), sink);
  }

  /** The forward pass: what each layer gives, the loss last. */
  List<float[]> outputs(Batch batch, Pass pass) {
    List<float[]> values = new ArrayList<>();
    Matrix hidden = hidden(batch, pass, (layer, size) -> values.add(Arrays.copyOf(layer, size)));
    if (values.size() < model.layers().size()) { // the output computes the logits itself
      values.add(logits(hidden));
    }
    values.add(new float[] {(float) nll(hidden, pass)});
    return values;
  }

  /** The logits of all rows; none where they are more than an array can hold. */
  private float[] logits(Matrix hidden) {
    int items = model.items();
    if ((long) hidden.rows() * items > Integer.MAX_VALUE / 2) {
      return new float[0];
    }
    float[] logits = new float[hidden.rows() * items];
    output.scores(hidden, (b, scores) -> System.arraycopy(scores, 0, logits, b * items, items));
    return logits;
  }

  /** Ends the use of the computation: another pass may take it. */
  @Override
  public void close() {
    unused.accept(this);
  }
}
