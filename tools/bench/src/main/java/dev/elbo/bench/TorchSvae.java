package dev.elbo.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.Steps;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Parameters;

/**
 * SVAE with one tanh layer on each side in PyTorch. Its recurrent layer is PyTorch's own; sequences
 * are padded to the longest.
 */
final class TorchSvae extends TorchModel {

  private final NextItemsLoss loss;
  private final int units;

  /** A model before its first update. */
  TorchSvae(Input input, Model model, Parameters initial) {
    super(input, model, initial);
    loss = (NextItemsLoss) model.objective().reconstruction();
    units = (int) value("gru.weight_hh_l0").getShape().get(1);
  }

  @Override
  TorchBatch batch(CsrMatrix items) {
    return TorchBatch.of(
        manager(), Steps.toPredict(items, loss.ahead(), loss.window()), items.rows());
  }

  @Override
  Terms terms(TorchBatch batch, TorchNoise noise) {
    NDArray hidden = layer("encoder.linear1", states(batch.steps())).tanh();
    NDList halves = layer("linear1", hidden).split(2, 1);
    NDArray mu = halves.get(0);
    NDArray logVariance = halves.get(1);
    NDArray epsilon = noise.epsilon(manager(), mu.getShape());
    NDArray z = mu.add(epsilon.mul(logVariance.mul(0.5f).exp()));
    NDArray logits = layer("decoder.linear2", layer("decoder.linear1", z).tanh());
    // Means over steps so far; the loss is a sum over the steps of a user, and a mean over users.
    float steps = batch.dense().getShape().get(0);
    float perUser = steps / batch.steps().users();
    NDArray nll = nll(batch, logits).mul(perUser / loss.ahead());
    NDArray kl =
        mu.square()
            .add(logVariance.exp())
            .sub(1)
            .sub(logVariance)
            .mul(0.5f)
            .sum(new int[] {1})
            .mean()
            .mul(perUser);
    return new Terms(nll, kl, kl.mul((float) MultVae.BETA));
  }

  /** The state after each step, {@code [S, H]}. */
  private NDArray states(TorchBatch.TorchSteps steps) {
    NDArray vectors =
        steps
            .items()
            .getNDArrayInternal()
            .embedding(steps.items(), value("item_embed.weight"), SparseFormat.DENSE)
            .singletonOrThrow();
    NDList weights =
        new NDList(
            value("gru.weight_ih_l0"),
            value("gru.weight_hh_l0"),
            value("gru.bias_ih_l0"),
            value("gru.bias_hh_l0"));
    NDArray first = manager().zeros(new Shape(1, steps.items().getShape().get(0), units));
    NDArray states =
        vectors
            .getNDArrayInternal()
            .gru(
                vectors,
                first,
                weights,
                /* hasBiases= */ true,
                /* numLayers= */ 1,
                /* dropRate= */ 0,
                /* training= */ true,
                /* bidirectional= */ false,
                /* batchFirst= */ true)
            .get(0)
            .reshape(-1, units);
    // Rows by their positions, which an embedding gives, too.
    return states.getShape().get(0) == steps.rows().size()
        ? states
        : states
            .getNDArrayInternal()
            .embedding(steps.rows(), states, SparseFormat.DENSE)
            .singletonOrThrow();
  }

  private NDArray layer(String name, NDArray x) {
    return linear(x, value(name + ".weight"), value(name + ".bias"));
  }
}
