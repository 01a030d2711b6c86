package dev.elbo.recommend;

import dev.elbo.ElboException;
import dev.elbo.engine.AdamOptions;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.Criterion;
import dev.elbo.train.RunOptions;
import dev.elbo.train.TrainingOptions;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * How to train a network: what its authors did, but for what is said otherwise. The methods name
 * what is changed most; {@link #options(UnaryOperator)} changes anything. A value that is out of
 * range is refused at once, or when training begins.
 */
public final class NetworkTraining extends Training<NetworkTraining> {

  private final RunOptions.OfNetwork options;

  NetworkTraining(RunOptions.OfNetwork options, Setting setting) {
    super(setting);
    this.options = options;
  }

  @Override
  NetworkTraining with(Setting other) {
    return new NetworkTraining(options, other);
  }

  @Override
  public RunOptions.OfNetwork options() {
    return options;
  }

  /** The same with anything changed. */
  public NetworkTraining options(UnaryOperator<RunOptions.OfNetwork> change) {
    return new NetworkTraining(change.apply(options), setting);
  }

  /** The same with other widths of the encoder's hidden layers, mirrored by the decoder. */
  public NetworkTraining hidden(int... widths) {
    ModelOptions network = options.network();
    List<Integer> hidden = IntStream.of(widths).boxed().toList();
    return network(hidden, network.latent(), network.dropout(), network.weightDecay());
  }

  /** The same with another number of latent units, {@code K}. */
  public NetworkTraining latent(int units) {
    ModelOptions network = options.network();
    return network(network.hidden(), units, network.dropout(), network.weightDecay());
  }

  /** The same with another share of the input that training drops, in [0, 1). */
  public NetworkTraining dropout(double rate) {
    ModelOptions network = options.network();
    return network(network.hidden(), network.latent(), rate, network.weightDecay());
  }

  /** The same with another lambda of {@code lambda * sum ||W||^2}. */
  public NetworkTraining weightDecay(double lambda) {
    ModelOptions network = options.network();
    return network(network.hidden(), network.latent(), network.dropout(), lambda);
  }

  private NetworkTraining network(
      List<Integer> hidden, int latent, double dropout, double weightDecay) {
    ModelOptions old = options.network();
    return options(
        run ->
            run.with(
                new ModelOptions(
                    old.architecture(),
                    hidden,
                    latent,
                    dropout,
                    weightDecay,
                    old.layout(),
                    old.ratings(),
                    old.sequence(),
                    old.prior(),
                    old.normEpsilon())));
  }

  /** The same with another number of passes over the training users. */
  public NetworkTraining epochs(int passes) {
    TrainingOptions old = options.training();
    return training(passes, old.batchSize(), old.select(), old.patience(), old.seed());
  }

  /** The same with another number of users in an update. */
  public NetworkTraining batchSize(int users) {
    TrainingOptions old = options.training();
    return training(old.epochs(), users, old.select(), old.patience(), old.seed());
  }

  /**
   * The same with another metric that decides, on the validation users, which epoch is kept.
   *
   * @param metric its name, such as {@code ndcg@100} or {@code rmse}; or {@code loss}
   * @throws ElboException if there is none of that name; when training begins, if it is of ratings
   *     and the model ranks, or the reverse
   */
  public NetworkTraining select(String metric) {
    TrainingOptions old = options.training();
    return training(
        old.epochs(), old.batchSize(), Criterion.parse(metric), old.patience(), old.seed());
  }

  /**
   * The same, stopping once so many epochs have gone by without a better one; 0 for never. It takes
   * validation users.
   */
  public NetworkTraining patience(int epochs) {
    TrainingOptions old = options.training();
    return training(old.epochs(), old.batchSize(), old.select(), epochs, old.seed());
  }

  /** The same with another seed of initial values, order of users, and noise. */
  public NetworkTraining seed(long seed) {
    TrainingOptions old = options.training();
    return training(old.epochs(), old.batchSize(), old.select(), old.patience(), seed);
  }

  private NetworkTraining training(
      int epochs, int batchSize, Criterion select, int patience, long seed) {
    TrainingOptions old = options.training();
    return options(
        run ->
            run.with(
                new TrainingOptions(
                    epochs,
                    batchSize,
                    old.annealing(),
                    old.adam(),
                    old.schedule(),
                    select,
                    old.metrics(),
                    patience,
                    seed,
                    old.noiseScale(),
                    old.order(),
                    old.dropLastBatch(),
                    old.scoring(),
                    old.recipe(),
                    old.sampling())));
  }

  /** The same with another learning rate of Adam. */
  public NetworkTraining learningRate(double rate) {
    AdamOptions adam = options.training().adam().with(rate);
    return options(run -> run.with(run.training().with(adam)));
  }

  /**
   * The same with another weight of the divergence, which rises to it during training.
   *
   * @param cap the largest weight
   * @throws IllegalArgumentException if the model has no latent layer with a divergence
   */
  public NetworkTraining betaCap(double cap) {
    if (!options.model().isVariational()) {
      throw new IllegalArgumentException(
          "%s has no latent layer with a divergence: leave betaCap out".formatted(options.model()));
    }
    KlAnnealing beta =
        options.training().annealing() instanceof KlAnnealing.Beta old
            ? old.with(cap)
            : new KlAnnealing.Beta(cap);
    return options(run -> run.with(run.training().with(beta)));
  }
}
