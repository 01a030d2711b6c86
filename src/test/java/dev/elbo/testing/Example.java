package dev.elbo.testing;

import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.EngineState;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlWeight;
import dev.elbo.model.Layout;
import dev.elbo.model.Layout.Activation;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Objective;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Parameters;
import dev.elbo.random.Noise;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an engine is tried on.
 *
 * @param name what is special about it
 * @param model the model, with weight decay
 * @param batch users, of which one has no items and one has all; their rows in the whole matrix are
 *     not their positions in the batch
 * @param state in the middle of training, all values floats
 */
public record Example(String name, Model model, Batch batch, EngineState state) {

  private static final double DECAY = 0.01;
  private static final RatingScale RATINGS = new RatingScale(List.of(1f, 2f, 3f, 4f, 5f));

  /** Mult-VAE of widths that are no multiple of anything. */
  public static final Example MULT_VAE = of("mult-vae", Architecture.MULT_VAE, 6, 7, List.of(5), 3);

  /** The architectures with no, one and two hidden layers, from tiny to large; other layouts. */
  public static Stream<Example> all() {
    return Stream.of(
        MULT_VAE,
        of("smallest mult-vae", Architecture.MULT_VAE, 2, 2, List.of(), 1),
        of("mult-dae", Architecture.MULT_DAE, 6, 9, List.of(), 4),
        of("deep mult-dae, one unit wide", Architecture.MULT_DAE, 5, 8, List.of(6, 1), 2),
        of(
            "decoder dropout, normalised after dropout",
            new ModelOptions(
                Architecture.MULT_VAE,
                List.of(9, 5),
                3,
                0.5,
                DECAY,
                new Layout(L2Normalization.AFTER_DROPOUT, Tanhs.HIDDEN, 0.4)),
            7,
            11),
        of(
            "tanh after every module, not normalised",
            new ModelOptions(
                Architecture.MULT_VAE,
                List.of(6),
                3,
                0.5,
                DECAY,
                new Layout(L2Normalization.NONE, Tanhs.EVERY_MODULE, 0.3)),
            6,
            8),
        autoRec("u-autorec", Architecture.U_AUTOREC, Activation.IDENTITY, 4, 6, 9),
        autoRec(
            "u-autorec, sigmoid at the end", Architecture.U_AUTOREC, Activation.SIGMOID, 3, 7, 8),
        autoRec("implicit-autorec", Architecture.IMPLICIT_AUTOREC, Activation.SIGMOID, 5, 6, 10),
        recVae("recvae", 4, 3, 3, 6, 9),
        recVae("recvae of one layer", 5, 1, 2, 5, 7),
        recVae("large recvae", 67, 4, 19, 130, 300),
        mfae("mfae", 3, 6, 9),
        mfae("large mfae", 17, 140, 210),
        autoRec("large i-autorec", Architecture.I_AUTOREC, Activation.IDENTITY, 35, 150, 203),
        // Spread over threads and cut into blocks, with something left over.
        of("large mult-vae", Architecture.MULT_VAE, 130, 300, List.of(257), 33));
  }

  private static Example autoRec(
      String name, Architecture architecture, Activation output, int latent, int users, int items) {
    Layout layout = architecture.defaultLayout().with(Activation.SIGMOID, output);
    return of(
        name,
        new ModelOptions(architecture, List.of(), latent, 0, DECAY, layout, RATINGS, null),
        users,
        items);
  }

  private static Example recVae(
      String name, int width, int layers, int latent, int users, int items) {
    return of(
        name,
        new ModelOptions(
            Architecture.RECVAE,
            Collections.nCopies(layers, width),
            latent,
            0.5,
            DECAY,
            Layout.LIANG,
            null,
            null,
            Composite.SHENBIN,
            0.1),
        users,
        items);
  }

  private static Example mfae(String name, int latent, int users, int items) {
    return of(
        name,
        new ModelOptions(
            Architecture.MFAE, List.of(), latent, 0.5, DECAY, Layout.LIANG, RATINGS, null),
        users,
        items);
  }

  private static Example of(
      String name,
      Architecture architecture,
      int users,
      int items,
      List<Integer> hidden,
      int latent) {
    return of(name, new ModelOptions(architecture, hidden, latent, 0.5, DECAY), users, items);
  }

  private static Example of(String name, ModelOptions options, int users, int items) {
    RandomGenerator random = new SplittableRandom(items);
    Model model = options.model(items);
    CsrMatrix places = withEmptyAndFullRow(RandomValues.sparse(users + 3, items, random));
    CsrMatrix matrix =
        Outputs.of(model) instanceof Outputs.Observed ? RandomValues.rated(places, random) : places;
    int[] descending = IntStream.range(0, users).map(b -> users + 2 - b).toArray();
    Parameters v = RandomValues.parameters(model, random);
    for (String tensor : v.tensors().keySet()) {
      double[] values = v.float64(tensor);
      Arrays.setAll(values, n -> (float) (values[n] * values[n]));
    }
    EngineState state =
        new EngineState(
            RandomValues.parameters(model, random),
            RandomValues.parameters(model, random),
            v,
            RandomValues.parameters(EngineState.frozenOf(model), random),
            new EngineState.Updates(17, 17));
    return new Example(name, model, Batch.of(matrix, descending), state);
  }

  /** The last row but one is made empty and the last one full. */
  private static CsrMatrix withEmptyAndFullRow(CsrMatrix matrix) {
    int rows = matrix.rows();
    int kept = matrix.indptr()[rows - 2];
    int[] indptr = matrix.indptr().clone();
    indptr[rows - 1] = kept;
    indptr[rows] = kept + matrix.columns();
    int[] indices = Arrays.copyOf(matrix.indices(), kept + matrix.columns());
    for (int i = 0; i < matrix.columns(); i++) {
      indices[kept + i] = i;
    }
    return new CsrMatrix(matrix.columns(), indptr, indices);
  }

  /** Those whose outputs may be sampled. */
  public static Stream<Example> sampled() {
    return all()
        .filter(example -> example.model().objective().reconstruction() instanceof MultinomialLoss);
  }

  /**
   * An update that computes some outputs only: about a third as many draws as there are items, the
   * later items more often.
   */
  public Update sampled(Noise noise, double beta) {
    int items = model.items();
    int draws = items / 3 + 1;
    double[] logExpected = new double[items];
    Arrays.setAll(logExpected, i -> Math.log(2.0 * draws * (i + 1) / items / (items + 1)));
    int[] drawn = new int[draws];
    Arrays.setAll(drawn, t -> (int) (items * Math.sqrt(noise.uniform(t))));
    return new Update(
        batch, noise, KlWeight.of(beta), Update.ALL, Outputs.Sampled.of(drawn, logExpected));
  }

  /** The model with an objective that is a mean over users. */
  public Model withoutDecay() {
    Objective objective = model.objective();
    return new Model(
        model.network(), new Objective(objective.reconstruction(), objective.prior(), 0));
  }

  @Override
  public String toString() {
    return name;
  }
}
