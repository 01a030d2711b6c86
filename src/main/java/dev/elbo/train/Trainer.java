package dev.elbo.train;

import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.Activation;
import dev.elbo.engine.Engine;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Loss;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.PredictedRatings;
import dev.elbo.engine.Scorer;
import dev.elbo.engine.Update;
import dev.elbo.eval.Estimate;
import dev.elbo.eval.Evaluator;
import dev.elbo.eval.Measure;
import dev.elbo.eval.Metric;
import dev.elbo.eval.RatingEvaluator;
import dev.elbo.eval.RatingMetric;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.random.Noise;
import dev.elbo.train.Checkpoint.Progress;
import dev.elbo.train.Criterion.OfLoss;
import dev.elbo.train.Criterion.OfMetric;
import dev.elbo.train.EpochPlan.Planned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Trains a model: epochs over the training users in a fresh order, an update for each batch, and
 * after each epoch a look at the validation users and a checkpoint. Where there are no validation
 * users, the last epoch that is one to keep counts as the best. All randomness is a function of the
 * seed, the epoch and the update, so a run that is continued from a checkpoint is the run that
 * never stopped.
 */
public final class Trainer {

  private final Engine engine;
  private final PreparedData data;
  private final TrainingOptions options;
  private final KlAnnealing annealing;
  private final TrainingListener listener;
  private final EpochUpdates updates;
  private final Function<Scorer, SequencedMap<String, Estimate>> validation;

  /** Where a run's results go, after each epoch. */
  public interface Output {
    /**
     * Keeps the parameters of the best epoch so far.
     *
     * @param state the engine's state after the epoch
     * @param result the epoch
     */
    void best(EngineState state, EpochResult result);

    /** Keeps what is needed to continue after this epoch. */
    void checkpoint(Checkpoint checkpoint);
  }

  /**
   * A trainer.
   *
   * @param engine computes the model; its state is where training starts
   * @param data training and validation users
   * @param options how to train
   * @param listener is told of each update and epoch
   * @throws ElboException if there are no training users, or no validation user has a held-out
   *     item; if metrics of rankings are to be measured on ratings, or the reverse
   */
  public Trainer(
      Engine engine, PreparedData data, TrainingOptions options, TrainingListener listener) {
    this(engine, data, options, listener, EpochUpdates.ONE_BY_ONE);
  }

  /**
   * A trainer whose updates are made otherwise.
   *
   * @param updates makes the updates of each epoch
   */
  Trainer(
      Engine engine,
      PreparedData data,
      TrainingOptions options,
      TrainingListener listener,
      EpochUpdates updates) {
    if (data.train().rows() == 0) {
      throw new ElboException("there are no training users; prepare the data with fewer held out");
    }
    if (!data.hasHeldOut()) {
      options.requireNothingOfValidation();
    }
    if (updatesPerEpoch(data, options) == 0) {
      throw new ElboException(
          "the %,d training users do not fill one batch of %,d, and the last batch is dropped; take"
                  .formatted(data.train().rows(), options.batchSize())
              + " smaller batches");
    }
    this.engine = engine;
    this.data = data;
    this.options = options;
    this.annealing =
        options.annealing().over((long) options.epochs() * updatesPerEpoch(data, options));
    this.listener = listener;
    this.updates = updates;
    this.validation = validation();
  }

  private Function<Scorer, SequencedMap<String, Estimate>> validation() {
    if (!data.hasHeldOut()) {
      return _ -> new LinkedHashMap<>();
    }
    return data.hasRatings() ? ofRatings() : ofRankings();
  }

  private Function<Scorer, SequencedMap<String, Estimate>> ofRankings() {
    var evaluator =
        new Evaluator(data.validation(), metrics(Metric.class), data.train(), options.batchSize());
    return scorer -> evaluator.evaluate(scorer).byName();
  }

  private Function<Scorer, SequencedMap<String, Estimate>> ofRatings() {
    var evaluator =
        new RatingEvaluator(
            data.validation(),
            metrics(RatingMetric.class),
            data.ratingScale(),
            options.batchSize());
    List<Integer> unrated = data.train().emptyColumns();
    return scorer ->
        evaluator.evaluate(new PredictedRatings(scorer, unrated, data.ratingScale())).byName();
  }

  /** What is measured after each epoch; what decides comes first. */
  private <M extends Measure> List<M> metrics(Class<M> kind) {
    Stream<? extends Measure> all =
        switch (options.select()) {
          case OfMetric(var metric) -> Stream.concat(Stream.of(metric), options.metrics().stream());
          case OfLoss _ -> options.metrics().stream();
        };
    return Measure.require(kind, all.toList());
  }

  /**
   * Trains to the last epoch, or until no better one has come for as long as patience allows.
   *
   * @param progress where the run stands; the engine's state is of the same moment
   * @param output where models and checkpoints go
   * @return the run's progress at its end
   * @throws ElboException if a loss or a parameter is not finite; what the output has stays
   */
  public Progress run(Progress progress, Output output) {
    return run(progress, output, _ -> false);
  }

  /**
   * Trains likewise, or until it is enough for now: the run can go on later.
   *
   * @param progress where the run stands; the engine's state is of the same moment
   * @param output where models and checkpoints go
   * @param enough is asked before the first and after each epoch, and heeded where a model may be
   *     kept: of a recipe with rounds, at the end of one
   * @return the run's progress at its end
   * @throws ElboException if a loss or a parameter is not finite; what the output has stays
   */
  Progress run(Progress progress, Output output, Predicate<Progress> enough) {
    while (!isOver(progress) && !(enough.test(progress) && endsRound(progress))) {
      EpochResult trained = epoch(progress);
      Recipe.Epoch done = options.recipe().epoch(trained.epoch());
      if (done.freezes()) {
        engine.freeze();
      }
      EngineState state = engine.state();
      requireFinite(state, progress);
      EpochResult result = trained.with(validate());
      boolean best = done.endsRound() && isBest(result, progress);
      List<EpochResult> epochs = new ArrayList<>(progress.epochs());
      epochs.add(result);
      progress =
          new Progress(
              progress.run(),
              progress.engine(),
              progress.dataSha256(),
              progress.updates() + updatesPerEpoch(data, options),
              best ? result.epoch() : progress.bestEpoch(),
              epochs,
              progress.startedFrom());
      if (best) {
        output.best(state, result);
      }
      output.checkpoint(new Checkpoint(state, progress));
      listener.finished(result, best);
    }
    return progress;
  }

  private boolean isOver(Progress progress) {
    int done = progress.epochs().size();
    return done >= options.epochs()
        || (endsRound(progress)
            && options.patience() > 0
            && done - progress.bestEpoch() >= options.patience());
  }

  /** Whether the last epoch is one whose model may be kept. */
  private boolean endsRound(Progress progress) {
    int done = progress.epochs().size();
    return done > 0 && options.recipe().epoch(done).endsRound();
  }

  private boolean isBest(EpochResult result, Progress progress) {
    Criterion select = options.select();
    return !data.hasHeldOut()
        || progress
            .best()
            .map(best -> select.isBetter(select.of(result), select.of(best)))
            .orElse(true);
  }

  /** The updates of one epoch; nothing is validated yet. */
  private EpochResult epoch(Progress progress) {
    int epoch = progress.epochs().size() + 1;
    double rate =
        options
            .schedule()
            .ofEpoch(options.adam().learningRate(), progress.epochs(), options.select());
    var plan =
        new EpochPlan(options, data.train().rows(), latent(), epoch, progress.updates(), rate);
    long nanoseconds = System.nanoTime();
    EpochUpdates.Done done = updates.make(engine, data.train(), plan, listener);
    double seconds = (System.nanoTime() - nanoseconds) / 1e9;
    Planned last = plan.updates().skip(done.updates() - 1L).findFirst().orElseThrow();
    if (!Double.isFinite(done.last().total())) {
      Batch batch = Batch.of(data.train(), last.rows());
      throw diverged(
          batch, last.noise(), progress.updates() + done.updates() - 1, progress, done.last());
    }
    return new EpochResult(
        epoch,
        last.klWeight().value(),
        last.learningRate(),
        done.loss(),
        done.nll(),
        done.kl(),
        seconds,
        new LinkedHashMap<>());
  }

  private static int updatesPerEpoch(PreparedData data, TrainingOptions options) {
    return TrainingOptions.updatesPerEpoch(
        data.train().rows(), options.batchSize(), options.dropLastBatch());
  }

  private SequencedMap<String, Estimate> validate() {
    SequencedMap<String, Estimate> values = new LinkedHashMap<>();
    if (options.select() instanceof OfLoss) {
      values.put(
          options.select().name(), new Estimate(validationLoss(), /* standardError= */ null));
    }
    values.putAll(validation.apply(options.scoring().of(engine, options.seed())));
    return values;
  }

  /** Latent units of the divergence; 1 where there is none to weigh. */
  private int latent() {
    return engine.model().network().latent().map(LayerSpec.Gaussian::latent).orElse(1);
  }

  private double validationLoss() {
    CsrMatrix users = data.validation().foldIn();
    double loss = 0;
    for (int from = 0; from < users.rows(); from += options.batchSize()) {
      Batch batch = Batch.range(users, from, Math.min(from + options.batchSize(), users.rows()));
      Loss ofBatch =
          engine.loss(
              new Update(
                  batch, Noise.NONE, annealing.highest(latent()), Update.ALL, new Outputs.All()));
      loss += (ofBatch.total() - ofBatch.decay()) * batch.size() / users.rows();
    }
    return loss;
  }

  private ElboException diverged(
      Batch batch, Noise noise, long update, Progress progress, Loss loss) {
    int epoch = progress.epochs().size() + 1;
    String where =
        engine.activations(batch, noise).stream()
            .filter(activation -> !activation.isFinite())
            .findFirst()
            .map(this::describe)
            .orElse(
                Double.isFinite(loss.kl())
                    ? "the weight decay"
                    : "the KL term of the latent layer");
    return new ElboException(
        ("the loss is %s in update %d (epoch %d); the first layer that gave a value that is not"
                + " finite is %s; %s")
            .formatted(loss.total(), update + 1, epoch, where, advice(progress)));
  }

  private String describe(Activation activation) {
    List<LayerSpec> layers = engine.model().layers();
    return activation.layer() < layers.size()
            && layers.get(activation.layer()) instanceof Affine affine
        ? activation.name() + " (" + affine.name() + ")"
        : activation.name();
  }

  private void requireFinite(EngineState state, Progress progress) {
    state
        .parameters()
        .firstNonFinite()
        .ifPresent(
            name -> {
              throw new ElboException(
                  "parameter %s is not finite after epoch %d; %s"
                      .formatted(name, progress.epochs().size() + 1, advice(progress)));
            });
  }

  /** What to do. Resuming would repeat the same updates, so it takes another run. */
  private String advice(Progress progress) {
    String advice =
        "start another run with a lower learning rate"
            + (engine.model().objective().weightDecay() > 0 ? " or weight decay; " : "; ");
    int done = progress.epochs().size();
    return advice
        + (done == 0
            ? "nothing was saved"
            : progress
                .best()
                .map(
                    best ->
                        "the model of epoch %d and the checkpoint of epoch %d are kept"
                            .formatted(best.epoch(), done))
                .orElse("the checkpoint of epoch %d is kept".formatted(done)));
  }
}
