package dev.elbo.train;

import dev.elbo.data.Batch;
import dev.elbo.data.EvaluationUsers;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Update;
import dev.elbo.model.Model;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Computes nothing: gives the losses of updates, the last one again when it is asked for a loss
 * only, and, after each epoch, the scores that a test wants, and remembers what it was called with.
 */
final class ScriptedEngine implements Engine {

  private final Model model;
  private final IntFunction<Loss> losses;
  private final List<Scorer> validations;

  /** Users of each update. */
  final List<int[]> batches = new ArrayList<>();

  /** Weight of the KL term in each update. */
  final List<Double> betas = new ArrayList<>();

  /** Learning rate of each update. */
  final List<Double> rates = new ArrayList<>();

  /** Noise of each update. */
  final List<Noise> noises = new ArrayList<>();

  /** Outputs of each update. */
  final List<Outputs> outputs = new ArrayList<>();

  /** Number of updates prepared before each update, that update included. */
  final List<Integer> prepared = new ArrayList<>();

  /** What each update could change. */
  final List<Set<Block>> blocks = new ArrayList<>();

  /** Number of updates before each copy that the prior took. */
  final List<Integer> copies = new ArrayList<>();

  private EngineState state;
  private int preparedSoFar;

  /**
   * @param model what it claims to compute
   * @param losses loss of each update, counted from 0
   * @param validations what scores after each epoch
   */
  ScriptedEngine(Model model, IntFunction<Loss> losses, List<Scorer> validations) {
    this.model = model;
    this.losses = losses;
    this.validations = validations;
    this.state = EngineState.initial(Parameters.initial(model, 1));
  }

  /** Puts the held-out items first for some users and last for the others. */
  static Scorer perfectFor(int perfect, EvaluationUsers users) {
    return (batch, sink) -> {
      for (int position = 0; position < batch.size(); position++) {
        int user = batch.users()[position];
        float[] scores = new float[batch.items().columns()];
        for (int item : users.heldOut().row(user)) {
          scores[item] = user < perfect ? 1 : -1;
        }
        sink.accept(position, scores);
      }
    };
  }

  /** Puts the held-out items behind the first item that is neither held out nor known. */
  static Scorer secondForAll(EvaluationUsers users) {
    return (batch, sink) -> {
      for (int position = 0; position < batch.size(); position++) {
        float[] scores = new float[batch.items().columns()];
        int[] heldOut = users.heldOut().row(batch.users()[position]);
        int[] known = batch.items().row(position);
        for (int item : heldOut) {
          scores[item] = 1;
        }
        int other = 0;
        while (Arrays.binarySearch(heldOut, other) >= 0 || Arrays.binarySearch(known, other) >= 0) {
          other++;
        }
        scores[other] = 2;
        sink.accept(position, scores);
      }
    };
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public Supplier<Update> prepare(Supplier<Update> update) {
    preparedSoFar++;
    return update;
  }

  @Override
  public Loss step(Update update, AdamOptions adam) {
    prepared.add(preparedSoFar);
    batches.add(update.batch().users());
    betas.add(update.klWeight().value());
    rates.add(adam.learningRate());
    noises.add(update.noise());
    outputs.add(update.outputs());
    blocks.add(update.blocks());
    return losses.apply(batches.size() - 1);
  }

  @Override
  public void scores(Batch batch, Noise noise, Sink sink) {
    int epoch = Math.ceilDiv(batches.size(), TrainerTest.UPDATES_PER_EPOCH) - 1;
    validations.get(epoch).scores(batch, sink);
  }

  @Override
  public List<Activation> activations(Batch batch, Noise noise) {
    return List.of(new Activation(0, model.activationName(0), new double[] {1}));
  }

  @Override
  public EngineState state() {
    return new EngineState(
        state.parameters(),
        state.firstMoments(),
        state.secondMoments(),
        state.frozen(),
        new EngineState.Updates(batches.size(), batches.size()));
  }

  @Override
  public void freeze() {
    copies.add(batches.size());
  }

  @Override
  public void restore(EngineState other) {
    state = other;
  }

  @Override
  public Loss loss(Update update) {
    return losses.apply(batches.size() - 1);
  }

  @Override
  public Parameters gradients(Update update) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
