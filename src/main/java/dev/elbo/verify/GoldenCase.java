package dev.elbo.verify;

import dev.elbo.DidYouMean;
import dev.elbo.ElboException;
import dev.elbo.data.Batch;
import dev.elbo.data.CsrMatrix;
import dev.elbo.data.RatingScale;
import dev.elbo.engine.Activation;
import dev.elbo.engine.AdamOptions;
import dev.elbo.engine.AdamOptions.Form;
import dev.elbo.engine.Outputs;
import dev.elbo.engine.Update;
import dev.elbo.gradients.ModelCase;
import dev.elbo.io.AtomicFile;
import dev.elbo.io.Safetensors;
import dev.elbo.io.Tensor;
import dev.elbo.model.Architecture;
import dev.elbo.model.KlWeight;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.Layout;
import dev.elbo.model.Model;
import dev.elbo.model.ModelOptions;
import dev.elbo.model.Network.Block;
import dev.elbo.model.Objective.Composite;
import dev.elbo.model.Parameters;
import dev.elbo.model.SequenceOptions;
import dev.elbo.random.Noise;
import dev.elbo.reference.Parts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One update of a small model, with everything that goes in and everything that comes out, in
 * float64. The values come from two programs that are not Elbo, see {@code
 * reference-results/golden/README.md}, which also says what each tensor is.
 *
 * @param name name of the case, such as {@code mult-vae-small}
 * @param description what is special about it
 * @param model the model
 * @param tensors all tensors by name, in the order in which they are computed
 */
public record GoldenCase(
    String name, String description, Model model, SequencedMap<String, Tensor> tensors) {

  /** The names of all cases. */
  public static final List<String> NAMES =
      List.of(
          "mult-vae-small",
          "mult-vae-beta0",
          "mult-vae-beta1",
          "mult-vae-decay",
          "mult-vae-empty-and-full",
          "mult-vae-one-user",
          "mult-vae-deep",
          "mult-vae-large-logits",
          "mult-vae-sampled",
          "mult-dae-small",
          "mult-dae-decay",
          "mult-dae-empty-and-full",
          "mult-dae-one-user",
          "mult-dae-deep",
          "mult-dae-large-logits",
          "u-autorec-small",
          "u-autorec-scaled",
          "i-autorec-small",
          "implicit-autorec-small",
          "mfae-small",
          "svae-paper",
          "svae-code",
          "svae-window",
          "recvae-small",
          "recvae-beta",
          "recvae-empty-and-full");

  /** Updates after which parameters are stored: the first and the last of ten. */
  public static final List<Integer> STORED_UPDATES = List.of(1, 10);

  private static final String OLD = "old.";

  /**
   * Reads a case.
   *
   * @param name one of {@link #NAMES}
   * @throws ElboException if there is no such case
   */
  public static GoldenCase of(String name) {
    byte[] content = bytes(name);
    try {
      Safetensors file =
          Safetensors.read(
              Path.of(resource(name)), new ByteArrayInputStream(content), content.length);
      return new GoldenCase(name, file.metadata().get("description"), model(file), file.tensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // from memory: cannot be
    }
  }

  private static Model model(Safetensors file) {
    Map<String, String> metadata = file.metadata();
    Architecture architecture = Architecture.of(metadata.get("architecture")).orElseThrow();
    List<Integer> hidden =
        Arrays.stream(metadata.get("hidden").split(","))
            .filter(width -> !width.isEmpty())
            .map(Integer::valueOf)
            .toList();
    Layout layout = architecture.defaultLayout();
    if (metadata.containsKey("activation")) {
      layout =
          layout.with(
              activation(metadata.get("activation")),
              activation(metadata.get("output_activation")));
    }
    SequencedMap<String, Tensor> tensors = file.tensors();
    return new ModelOptions(
            architecture,
            hidden,
            Integer.parseInt(metadata.get("latent")),
            scalarOrZero(tensors, "dropout"),
            scalarOrZero(tensors, "weight_decay"),
            layout,
            ratings(tensors),
            architecture.isSequential() ? sequence(tensors) : null,
            tensors.containsKey("mixture") ? mixture(tensors.get("mixture").float64()) : null,
            tensors.containsKey("norm_epsilon") ? scalarOrZero(tensors, "norm_epsilon") : null)
        .model((int) tensors.get("input.shape").float64()[1]);
  }

  private static Layout.Activation activation(String name) {
    return Layout.Activation.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The scale of the ratings; null where there are none. */
  private static RatingScale ratings(SequencedMap<String, Tensor> tensors) {
    return tensors.containsKey("levels")
        ? RatingScale.of(floats(tensors.get("levels").float64()))
        : null;
  }

  private static Composite mixture(double[] weights) {
    return new Composite(weights[0], weights[1], weights[2], Composite.SHENBIN.wideLogVariance());
  }

  private static SequenceOptions sequence(SequencedMap<String, Tensor> tensors) {
    return new SequenceOptions(
        (int) scalarOrZero(tensors, "next"),
        (int) scalarOrZero(tensors, "window"),
        scalarOrZero(tensors, "log_deviation") == 1,
        scalarOrZero(tensors, "mean_kl_of_steps") == 1);
  }

  /**
   * Copies a case's file.
   *
   * @param name one of {@link #NAMES}
   * @param file where to
   * @throws ElboException if there is no such case, or the file cannot be written
   */
  public static void export(String name, Path file) {
    byte[] content = bytes(name);
    AtomicFile.write(file, out -> out.write(content));
  }

  private static byte[] bytes(String name) {
    if (!NAMES.contains(name)) {
      throw new ElboException(
          "there is no case '%s'%s; choose one of: %s"
              .formatted(name, DidYouMean.among(NAMES, name), String.join(", ", NAMES)));
    }
    try (InputStream in = GoldenCase.class.getResourceAsStream(resource(name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    return name + ".safetensors";
  }

  private static double scalarOrZero(SequencedMap<String, Tensor> tensors, String name) {
    return tensors.containsKey(name) ? tensors.get(name).float64()[0] : 0;
  }

  /** The only value of a tensor. */
  public double scalar(String tensor) {
    return values(tensor)[0];
  }

  /** The values of a tensor, row-major. Not to be modified. */
  public double[] values(String tensor) {
    return tensors.get(tensor).float64();
  }

  /** Bytes that the values of all tensors have. */
  long bytes() {
    return tensors.keySet().stream().mapToLong(name -> (long) values(name).length).sum()
        * Double.BYTES;
  }

  /** Whether a tensor is a parameter after updates. */
  public static boolean isUpdated(String tensor) {
    return tensor.startsWith("updated.");
  }

  /**
   * How far values are from those of a tensor, as a share of its largest value. A parameter after
   * updates is measured by its largest movement from the initial one: updates are a thousandth of
   * the parameters, and a wrong one would be lost in these. One that is not to move is measured by
   * the learning rate, the size of a step of Adam.
   *
   * @param tensor name of the tensor
   * @param found the values. Not modified.
   */
  public Difference difference(String tensor, double[] found) {
    return difference(tensor, values(tensor), found);
  }

  /**
   * The same from what the tensor would be with a mistake, as a share of the larger of both sizes.
   */
  Difference difference(String tensor, double[] expected, double[] found) {
    double size = Math.max(size(tensor, values(tensor)), size(tensor, expected));
    return Difference.between(expected, found, size);
  }

  private double size(String tensor, double[] values) {
    double[] from = isUpdated(tensor) ? values(parts(tensor)[3]) : new double[values.length];
    double largest =
        IntStream.range(0, values.length)
            .mapToDouble(n -> Math.abs(values[n] - from[n]))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    return largest == 0 && isUpdated(tensor) ? scalar("adam.learning_rate") : largest;
  }

  /**
   * What a parameter can lose by being rounded after each update, as a share of its largest
   * movement. It matters where parameters are large and move little.
   *
   * @param tensor name of a tensor; nothing is lost if it is no parameter after updates
   * @param unit largest relative error of a rounding: 2^-24 in float32, 2^-53 in float64
   */
  public double rounding(String tensor, double unit) {
    if (!isUpdated(tensor)) {
      return 0;
    }
    double[] values = values(tensor);
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    int updates = Integer.parseInt(parts(tensor)[2]);
    return updates * unit * largest / size(tensor, values);
  }

  /** The parts of {@code updated.FORM.UPDATES.PARAMETER}. */
  private static String[] parts(String updated) {
    return updated.split("\\.", 4);
  }

  /** Weight of the KL term, the same for all users; 0 for a model without one. */
  public double beta() {
    return scalarOrZero(tensors, "beta");
  }

  /** Weight of each user's divergence. */
  KlWeight klWeight() {
    return tensors.containsKey("gamma")
        ? new KlWeight(scalar("gamma"), /* perItem= */ true)
        : KlWeight.of(beta());
  }

  /** The encoder that the prior remembers at first; no tensors for most models. */
  private Parameters frozen() {
    SequencedMap<String, Tensor> frozen = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(OLD)) {
            frozen.put(name.substring(OLD.length()), tensor);
          }
        });
    return new Parameters(frozen);
  }

  /**
   * What happens in turn: the blocks that an update changes, the decoder's alone without dropout;
   * or none, where the prior takes a copy of the encoder.
   */
  public List<Set<Block>> schedule() {
    List<Set<Block>> inTurn =
        List.of(Set.of(Block.ENCODER), Set.of(), Set.of(Block.DECODER)); // as the files number it
    return tensors.containsKey("schedule")
        ? Arrays.stream(values("schedule")).mapToObj(n -> inTurn.get((int) n)).toList()
        : Collections.nCopies(STORED_UPDATES.getLast(), Update.ALL);
  }

  /** What an engine is asked for the first update. */
  public ModelCase asked() {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    model.parameters().forEach(p -> parameters.put(p.name(), tensors.get(p.name())));
    return new ModelCase(
        model,
        Batch.range(input(), 0, input().rows()),
        noise(),
        klWeight(),
        outputs(),
        new Parameters(parameters),
        frozen(),
        Parts.RIGHT);
  }

  /** What was drawn, with how often each item was to be; all outputs, where nothing was. */
  private Outputs outputs() {
    return tensors.containsKey("draws")
        ? Outputs.Sampled.of(
            ints("draws"), Arrays.stream(values("expected_draws")).map(StrictMath::log).toArray())
        : new Outputs.All();
  }

  /** The given mask and epsilon; the batch's users are rows 0 to B - 1. */
  private Noise noise() {
    int users = input().rows();
    return new Noise() {
      @Override
      public boolean keeps(int layer, int user, int column, double rate) {
        int item = column / levels().size();
        return values("mask")[user * model.items() + item] == 1;
      }

      @Override
      public void epsilon(int layer, int user, int step, double[] epsilon) {
        double[] given = values("epsilon");
        int from = user * (given.length / users) + step * epsilon.length;
        System.arraycopy(given, from, epsilon, 0, epsilon.length);
      }

      @Override
      public double uniform(int draw) {
        throw new UnsupportedOperationException("the case has what is drawn with it");
      }
    };
  }

  /** The ratings that have columns of their own for each item; a single one if there are none. */
  private List<Float> levels() {
    return model.layers().getFirst() instanceof LayerSpec.RatingPairs(List<Float> levels)
        ? levels
        : List.of(1F);
  }

  /**
   * What an engine's layer gives, as the case has it: dense. Engines give the stored values of the
   * sparse layers only.
   */
  public double[] dense(Activation activation) {
    LayerSpec layer = model.layers().get(activation.layer());
    if (!(layer instanceof LayerSpec.Rowwise
        || layer instanceof LayerSpec.Dropout
        || layer instanceof LayerSpec.RatingPairs)) {
      return activation.values();
    }
    CsrMatrix pattern = levels().size() > 1 ? input().ratingPairs(levels()) : input();
    double[] dense = new double[pattern.rows() * pattern.columns()];
    for (int row = 0; row < pattern.rows(); row++) {
      for (int n = pattern.indptr()[row]; n < pattern.indptr()[row + 1]; n++) {
        dense[row * pattern.columns() + pattern.indices()[n]] = activation.values()[n];
      }
    }
    return dense;
  }

  /** The forms of Adam that there are parameters after updates of. */
  public List<Form> forms() {
    return Arrays.stream(Form.values())
        .filter(
            form -> tensors.keySet().stream().anyMatch(name -> name.startsWith("updated." + form)))
        .toList();
  }

  /** The rows' columns, with ratings or an order of time where these count, {@code [B, I]}. */
  public CsrMatrix input() {
    return csr("input");
  }

  /** The items to find again, {@code [B, I]}; only of a model that ranks. */
  public CsrMatrix heldOut() {
    return csr("held_out");
  }

  private CsrMatrix csr(String prefix) {
    return new CsrMatrix(
        model.items(),
        ints(prefix + ".indptr"),
        ints(prefix + ".indices"),
        floats(valuesOrNone(prefix + ".values")),
        ints(prefix + ".sequence"));
  }

  private int[] ints(String tensor) {
    return Arrays.stream(valuesOrNone(tensor)).mapToInt(value -> (int) value).toArray();
  }

  private double[] valuesOrNone(String tensor) {
    return tensors.containsKey(tensor) ? values(tensor) : new double[0];
  }

  static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int n = 0; n < values.length; n++) {
      narrow[n] = (float) values[n];
    }
    return narrow;
  }

  /** How Adam updates. */
  public AdamOptions adam(Form form) {
    return new AdamOptions(
        scalar("adam.learning_rate"),
        scalar("adam.beta1"),
        scalar("adam.beta2"),
        scalar("adam.epsilon"),
        form);
  }

  @Override
  public String toString() {
    return name;
  }
}
