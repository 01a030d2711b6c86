package dev.elbo.train;

import dev.elbo.data.Batch;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.KlWeight;
import dev.elbo.random.Noise;
import dev.elbo.random.Philox;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The updates of one epoch: whom each is about, with which noise and weights. They are a function
 * of the seed, the epoch and the update, so whoever has the plan makes the same ones. Immutable.
 *
 * @param options how the run trains
 * @param users number of training users
 * @param latent latent units of the divergence; 1 where there is none to weigh
 * @param epoch number of the epoch, from 1
 * @param firstUpdate number of its first update in the run, from 0
 * @param learningRate that the schedule gives the epoch
 */
public record EpochPlan(
    TrainingOptions options,
    int users,
    int latent,
    int epoch,
    long firstUpdate,
    double learningRate) {

  /**
   * One update.
   *
   * @param rows rows of its users among all training users, {@code [B]}
   * @param noise its draws
   * @param klWeight weight of each user's divergence
   * @param learningRate its learning rate
   * @param recipe what the epoch's updates change
   */
  public record Planned(
      int[] rows, Noise noise, KlWeight klWeight, double learningRate, Recipe.Epoch recipe) {

    /**
     * The update for its users, or some of them.
     *
     * @param batch the users
     * @param sampler draws outputs; empty for all outputs
     */
    public Update of(Batch batch, Optional<OutputSampler> sampler) {
      Outputs outputs = sampler.map(one -> one.draw(noise)).orElse(new Outputs.All());
      return new Update(batch, noise, klWeight, recipe.blocks(), outputs);
    }
  }

  /** The updates, in their order. */
  public Stream<Planned> updates() {
    int[] order = order();
    KlAnnealing annealing = options.annealing().over((long) options.epochs() * perEpoch());
    return IntStream.range(0, perEpoch()).mapToObj(n -> planned(n, order, annealing));
  }

  private Planned planned(int n, int[] order, KlAnnealing annealing) {
    long update = firstUpdate + n;
    Recipe.Epoch recipe = options.recipe().epoch(epoch);
    Noise drawn = Noise.of(options.seed(), update).scaled(options.noiseScale());
    int from = n * options.batchSize();
    return new Planned(
        Arrays.copyOfRange(order, from, Math.min(from + options.batchSize(), order.length)),
        recipe.dropout() ? drawn : drawn.withoutDropout(),
        annealing.weight(update, n, latent),
        options.schedule().ofUpdate(learningRate, update),
        recipe);
  }

  /** Number of updates. */
  public int perEpoch() {
    return TrainingOptions.updatesPerEpoch(users, options.batchSize(), options.dropLastBatch());
  }

  /** How many users the updates are about. */
  public int usedUsers() {
    return Math.min(users, perEpoch() * options.batchSize());
  }

  /** The optimizer of an update. */
  public AdamOptions adam(Planned update) {
    return options.adam().with(update.learningRate());
  }

  /**
   * What draws the outputs of the updates; empty if all are computed.
   *
   * @param users gives how many training users have each item, {@code [I]}
   */
  public Optional<OutputSampler> sampler(Supplier<int[]> users) {
    return Optional.ofNullable(options.sampling())
        .map(sampling -> new OutputSampler(sampling, users.get()));
  }

  /** Rows of the users of the epoch. */
  private int[] order() {
    int[] order =
        switch (options.order()) {
          case EACH_EPOCH -> permutation(epoch);
          case ONCE -> permutation(1);
          case NEVER -> IntStream.range(0, users).toArray();
        };
    return Arrays.copyOf(order, usedUsers());
  }

  private int[] permutation(int stream) {
    return Philox.stream(options.seed(), Philox.Purpose.SHUFFLE, stream).permutation(users);
  }
}
