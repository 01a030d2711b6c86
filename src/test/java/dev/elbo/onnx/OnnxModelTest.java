package dev.elbo.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.elbo.ElboException;
import dev.elbo.baseline.FittedBaseline;
import dev.elbo.baseline.Gram;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingScale;
import dev.elbo.data.read.ReadingOptions;
import dev.elbo.engine.Scoring;
import dev.elbo.gradients.check.RandomValues;
import dev.elbo.linalg.Workers;
import dev.elbo.model.Architecture;
import dev.elbo.model.Baseline;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Layout;
import dev.elbo.model.Layout.Activation;
import dev.elbo.model.Layout.L2Normalization;
import dev.elbo.model.Layout.Tanhs;
import dev.elbo.model.ModelName;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Parameters;
import dev.elbo.model.SequenceOptions;
import dev.elbo.recommend.ModelScorer;
import dev.elbo.testing.SealedTypes;
import dev.elbo.testing.Tolerances;
import dev.elbo.train.RunOptions;
import dev.elbo.train.SavedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime makes of a graph is what the engine computes. */
class OnnxModelTest {

  private static final int ITEMS = 11;
  private static final RatingScale SCALE = new RatingScale(List.of(0.5f, 1f, 2f, 3.5f, 5f));

  /** Users without an item, with one, with all, and with some. */
  private static final CsrMatrix USERS = users();

  @TempDir private static Path folder;

  /** A model, and what is special about it. */
  record Exported(String name, SavedModel saved) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Exported> models() {
    return Stream.concat(networks(), baselines());
  }

  private static Stream<Exported> networks() {
    Layout everyModule = new Layout(L2Normalization.NONE, Tanhs.EVERY_MODULE, 0.3);
    Layout afterDropout = new Layout(L2Normalization.AFTER_DROPOUT, Tanhs.HIDDEN, 0.4);
    return Stream.of(
        network("mult-vae", Architecture.MULT_VAE, List.of(7, 5), Layout.LIANG),
        network("normalised after dropout", Architecture.MULT_VAE, List.of(5), afterDropout),
        network("tanh after every module", Architecture.MULT_VAE, List.of(5), everyModule),
        network("mult-dae", Architecture.MULT_DAE, List.of(), Layout.LIANG),
        network("recvae", Architecture.RECVAE, List.of(6, 6, 6, 6), null),
        network("recvae of one layer", Architecture.RECVAE, List.of(6), null),
        autoRec(Architecture.U_AUTOREC, Activation.IDENTITY),
        autoRec(Architecture.U_AUTOREC, Activation.SIGMOID),
        autoRec(Architecture.I_AUTOREC, Activation.IDENTITY),
        autoRec(Architecture.IMPLICIT_AUTOREC, Activation.SIGMOID),
        network("mfae", Architecture.MFAE, List.of(), null),
        svae("svae", new SequenceOptions(4, 0, false, false)),
        svae("svae that reads the last items only", new SequenceOptions(1, 3, true, true)));
  }

  private static Exported network(
      String name, Architecture architecture, List<Integer> hidden, Layout layout) {
    return network(name, architecture, hidden, layout, null);
  }

  private static Exported autoRec(Architecture architecture, Activation output) {
    return network(
        "%s, %s at the end".formatted(architecture, output),
        architecture,
        List.of(),
        architecture.defaultLayout().with(Activation.SIGMOID, output));
  }

  private static Exported svae(String name, SequenceOptions sequence) {
    return network(name, Architecture.SVAE, List.of(5, 6, 4), null, sequence);
  }

  private static Exported network(
      String name,
      Architecture architecture,
      List<Integer> hidden,
      Layout layout,
      SequenceOptions sequence) {
    var options =
        new ModelOptions(
            architecture,
            hidden,
            3,
            0.5,
            0,
            layout,
            architecture.predictsRatings() ? SCALE : null,
            sequence);
    Parameters parameters =
        RandomValues.parameters(options.model(ITEMS), new SplittableRandom(name.length()));
    RunOptions run = RunOptions.of(architecture).with(options);
    return new Exported(name, saved(run, parameters, architecture.predictsRatings()));
  }

  private static Stream<Exported> baselines() {
    return Arrays.stream(Baseline.values())
        .map(
            baseline -> {
              BaselineOptions options = of(baseline);
              CsrMatrix training = RandomValues.sparse(40, ITEMS, new SplittableRandom(3));
              try (Workers workers = new Workers(1)) {
                FittedBaseline fitted = FittedBaseline.fit(options, Gram.once(training), workers);
                RunOptions run = new RunOptions.OfBaseline(options, List.of(), false);
                return new Exported(
                    baseline.toString(), saved(run, fitted.parameters(), /* ratings= */ false));
              }
            });
  }

  /** As they are by default, but smaller than the data. */
  private static BaselineOptions of(Baseline baseline) {
    return switch (BaselineOptions.of(baseline)) {
      case BaselineOptions.SparseRdlae _ -> new BaselineOptions.SparseRdlae(4, 0.33, 0.1, 3);
      case BaselineOptions.ItemKnn _ -> new BaselineOptions.ItemKnn(3, 2);
      case BaselineOptions.Ials _ -> new BaselineOptions.Ials(4, 0.2, 0.05, 0.7, 3, 1);
      case BaselineOptions other -> other;
    };
  }

  private static SavedModel saved(RunOptions run, Parameters parameters, boolean ratings) {
    return new SavedModel(
        new SavedModel.Description(
            "1.0",
            null,
            run,
            "c0ffee",
            null,
            ReadingOptions.DEFAULT,
            4,
            new LinkedHashMap<>(),
            ratings ? List.of(2, 10) : List.of()),
        parameters,
        IntStream.range(0, ITEMS).mapToObj(item -> "é " + item).toList());
  }

  private static CsrMatrix users() {
    RandomGenerator random = new SplittableRandom(1);
    CsrMatrix drawn = RandomValues.sparse(4, ITEMS, random);
    int[] row = new int[drawn.size() + 1 + ITEMS];
    int[] column = new int[row.length];
    int n = 0;
    for (int user = 0; user < drawn.rows(); user++) {
      for (int item : drawn.row(user)) {
        row[n] = user;
        column[n++] = item;
      }
    }
    row[n] = 5; // user 4 has nothing
    column[n++] = 6;
    for (int item = 0; item < ITEMS; item++) {
      row[n] = 6;
      column[n++] = item;
    }
    CsrMatrix places = CsrMatrix.of(7, ITEMS, row, column);
    float[] ratings = new float[places.size()];
    for (int r = 0; r < ratings.length; r++) {
      ratings[r] = SCALE.levels().get(random.nextInt(SCALE.levels().size()));
    }
    return RandomValues.inRandomOrder(
        new CsrMatrix(ITEMS, places.indptr(), places.indices(), ratings), random);
  }

  @Test
  void everyModelIsTried() {
    assertEquals(
        Set.copyOf(ModelName.all()),
        models().map(model -> model.saved.description().run().model()).collect(Collectors.toSet()));
  }

  @Test
  void everyLayerIsTried() {
    assertEquals(
        SealedTypes.records(LayerSpec.class),
        networks()
            .flatMap(model -> model.saved.model().layers().stream())
            .map(LayerSpec::getClass)
            .collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void scoresAsTheEngineDoes(Exported model) throws OrtException {
    SavedModel saved = model.saved;
    CsrMatrix users =
        saved.ratings().isPresent()
            ? USERS
            : new CsrMatrix(ITEMS, USERS.indptr(), USERS.indices(), USERS.sequence());
    float[][] expected = new float[users.rows()][];
    try (ModelScorer scorer = ModelScorer.of(saved, Scoring.LIANG, "reference", 1)) {
      scorer.scores(
          Batch.range(users, 0, users.rows()), (user, scores) -> expected[user] = scores.clone());
    }
    double largest =
        Arrays.stream(expected)
            .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(item -> row[item]))
            .map(Math::abs)
            .max()
            .orElseThrow();
    float tolerance = (float) (Tolerances.ONNX * largest);
    Path file = folder.resolve(model.name + ".onnx");
    OnnxModel.write(saved, file);
    try (OrtSession session = session(file)) {
      assertClose(expected, scores(session, saved, users), tolerance);
      for (int user = 0; user < users.rows(); user++) {
        float[][] alone = {expected[user]};
        assertClose(alone, scores(session, saved, users.select(user)), tolerance);
      }
    }
  }

  /** In a row of an input, 0 is a rating that is not known. */
  @Test
  void refusesRatingsOfZero() {
    var options =
        new ModelOptions(
            Architecture.MFAE, List.of(), 2, 0, 0, null, new RatingScale(List.of(0f, 1f)), null);
    SavedModel saved =
        saved(
            RunOptions.of(Architecture.MFAE).with(options),
            Parameters.initial(options.model(ITEMS), 1),
            /* ratings= */ true);
    Path file = folder.resolve("zero.onnx");
    ElboException e = assertThrows(ElboException.class, () -> OnnxModel.write(saved, file));
    assertTrue(e.getMessage().contains("0 stands for a rating that is not known"), e.getMessage());
    assertTrue(Files.notExists(file));
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    OnnxModel.requireSize(2_000L << 20);
    ElboException e = assertThrows(ElboException.class, () -> OnnxModel.requireSize(1L << 31));
    assertTrue(e.getMessage().contains("2,048 MiB"), e.getMessage());
  }

  private static OrtSession session(Path file) throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
  }

  private static float[][] scores(OrtSession session, SavedModel saved, CsrMatrix users)
      throws OrtException {
    boolean sequential = saved.description().run().model() == Architecture.SVAE;
    Object rows = sequential ? sequences(users) : dense(users);
    String input = saved.ratings().isPresent() ? "ratings" : "items";
    try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), rows);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return (float[][]) result.get("scores").orElseThrow().getValue();
    }
  }

  /** Ratings where there are some, otherwise ones. */
  private static float[][] dense(CsrMatrix users) {
    float[][] rows = new float[users.rows()][users.columns()];
    for (int user = 0; user < rows.length; user++) {
      for (int n = users.indptr()[user]; n < users.indptr()[user + 1]; n++) {
        rows[user][users.indices()[n]] = users.hasValues() ? users.values()[n] : 1;
      }
    }
    return rows;
  }

  private static long[][] sequences(CsrMatrix users) {
    int longest = IntStream.range(0, users.rows()).map(users::size).max().orElseThrow();
    long[][] rows = new long[users.rows()][Math.max(1, longest)];
    for (int user = 0; user < rows.length; user++) {
      Arrays.fill(rows[user], -1);
      for (int n = 0; n < users.size(user); n++) {
        rows[user][n] = users.sequence()[users.indptr()[user] + n];
      }
    }
    return rows;
  }

  private static void assertClose(float[][] expected, float[][] actual, float tolerance) {
    assertEquals(expected.length, actual.length);
    for (int user = 0; user < expected.length; user++) {
      assertArrayEquals(expected[user], actual[user], tolerance, "user " + user);
    }
  }
}
