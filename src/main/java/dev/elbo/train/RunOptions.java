package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.elbo.data.PreparedData;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Scoring;
import dev.elbo.eval.Measure;
import dev.elbo.io.Json;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.Initialization;
import dev.elbo.model.KlAnnealing;
import dev.elbo.model.ModelDescription;
import dev.elbo.model.ModelName;
import dev.elbo.model.ModelOptions;
import dev.elbo.train.Criterion.OfMetric;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * All that defines a run but its data and the engine that computes it: what a command line is read
 * into, a model directory and a checkpoint hold, a search varies, and a run that goes on is
 * compared with. In JSON the names of its parts tell of which family the model is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(RunOptions.OfNetwork.class),
  @JsonSubTypes.Type(RunOptions.OfBaseline.class)
})
public sealed interface RunOptions {

  /**
   * A network that is trained.
   *
   * @param network which network
   * @param initialization how its initial values are drawn
   * @param training how it is trained
   * @param plainRecall whether {@code recall-plain@k} is measured where {@code recall@k} is asked
   *     for, later as in training
   */
  record OfNetwork(
      ModelOptions network,
      Initialization initialization,
      TrainingOptions training,
      boolean plainRecall)
      implements RunOptions {

    @Override
    public ModelDescription description() {
      return network;
    }

    @Override
    public Architecture model() {
      return network.architecture();
    }

    @Override
    public List<Measure> metrics() {
      return training.metrics();
    }

    @Override
    public Scoring scoring() {
      return training.scoring();
    }

    @Override
    public long seed() {
      return training.seed();
    }

    @Override
    public OfNetwork with(UnaryOperator<Measure> change) {
      return with(training.with(change));
    }

    /** The same of a network that knows the scale of the ratings in some data. */
    public OfNetwork on(PreparedData data) {
      return with(network.with(data.hasRatings() ? data.ratingScale() : null));
    }

    /** The same with another network. */
    public OfNetwork with(ModelOptions other) {
      return new OfNetwork(other, initialization, training, plainRecall);
    }

    /**
     * The same for a run that starts from a model that such a run made: beta is at its cap from the
     * first update on, where that run ended, and does not rise once more.
     */
    public OfNetwork goingOn() {
      return training.annealing() instanceof KlAnnealing.Beta(double cap, _, var counter, var mean)
          ? with(training.with(new KlAnnealing.Beta(cap, 0.0, counter, mean)))
          : this;
    }

    /** The same with other training. */
    public OfNetwork with(TrainingOptions other) {
      return new OfNetwork(network, initialization, other, plainRecall);
    }
  }

  /**
   * A baseline that is fitted in one go.
   *
   * @param baseline which baseline, with its numbers
   * @param metrics what to measure on the validation users
   * @param plainRecall whether {@code recall-plain@k} is measured where {@code recall@k} is asked
   *     for, later as in fitting
   */
  record OfBaseline(BaselineOptions baseline, List<Measure> metrics, boolean plainRecall)
      implements RunOptions {

    @Override
    public ModelDescription description() {
      return baseline;
    }

    @Override
    public Baseline model() {
      return baseline.baseline();
    }

    @Override
    public OfBaseline with(UnaryOperator<Measure> change) {
      return new OfBaseline(baseline, metrics.stream().map(change).toList(), plainRecall);
    }

    @Override
    public Scoring scoring() {
      return Scoring.LIANG;
    }

    @Override
    public long seed() {
      return baseline.seed();
    }
  }

  /** What the model is. */
  ModelDescription description();

  /** The model's name. */
  ModelName model();

  /** What is measured on the validation users. */
  List<Measure> metrics();

  /** The same with other metrics, in what decides, too. */
  RunOptions with(UnaryOperator<Measure> change);

  /** Whether {@code recall-plain@k} is measured where {@code recall@k} is asked for. */
  boolean plainRecall();

  /** How the model scores. */
  Scoring scoring();

  /** The seed of all that is drawn; 0 if nothing is. */
  long seed();

  /** Every option as text, by its name on the command line but for the dashes. */
  default SequencedMap<String, String> byName() {
    return Json.leaves(this);
  }

  /** What is done of a model unless something else is asked for: what its authors did. */
  static RunOptions of(ModelName model) {
    return switch (model) {
      case Architecture architecture -> of(architecture);
      case Baseline baseline ->
          new OfBaseline(
              BaselineOptions.of(baseline),
              Measure.defaults(/* predictsRatings= */ false),
              /* plainRecall= */ false);
    };
  }

  /** What the authors of a network did. */
  static OfNetwork of(Architecture architecture) {
    List<Measure> metrics = Measure.defaults(architecture.predictsRatings());
    TrainingOptions liang =
        new TrainingOptions(
            /* epochs= */ 200,
            /* batchSize= */ 500,
            new KlAnnealing.Beta(architecture.isVariational() ? 0.2 : 0),
            AdamOptions.of(1e-3),
            new OfMetric(metrics.getFirst()),
            metrics,
            /* patience= */ 0,
            /* seed= */ 98765);
    TrainingOptions training =
        switch (architecture) {
          case MULT_VAE, MULT_DAE, SVAE, U_AUTOREC, I_AUTOREC, IMPLICIT_AUTOREC, MFAE -> liang;
          case RECVAE ->
              liang
                  .with(new KlAnnealing.Gamma(0.005))
                  .with(AdamOptions.of(5e-4).with(Form.PYTORCH))
                  .with(Recipe.Alternating.SHENBIN);
        };
    return new OfNetwork(
        architecture.defaults(),
        architecture.defaultInitialization(),
        training,
        /* plainRecall= */ false);
  }
}
