package dev.elbo.onnx;

import static dev.elbo.onnx.Graph.attribute;

import dev.elbo.io.Tensor;
import dev.elbo.model.LayerSpec;
import dev.elbo.model.LayerSpec.Affine;
import dev.elbo.model.LayerSpec.Residual.Block;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.NextItemsLoss;
import dev.elbo.model.Parameters;
import dev.elbo.onnx.Graph.ElementType;
import java.util.List;

/**
 * The layers of a network as operators: what an engine computes in scoring, on dense rows.
 *
 * <p>Where the layers before the first weights read what is stored of a row, these read all of it;
 * what is not stored is 0. The latent layer gives its mean.
 */
final class NetworkGraph {

  private final Graph graph;
  private final Parameters parameters;

  /** How many items each user has, {@code [B]}; null unless their order counts. */
  private String lengths;

  private NetworkGraph(Graph graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /**
   * Adds the layers of a model.
   *
   * @param graph receives them. Modified.
   * @param model the model
   * @param parameters its parameters
   * @param items what it reads: rows {@code [B, I]}, or the numbers of the items in order, {@code
   *     [B, T]}, and -1 behind the last
   * @return the scores, {@code [B, I]}
   */
  static String add(Graph graph, Model model, Parameters parameters, String items) {
    var network = new NetworkGraph(graph, parameters);
    String y =
        model.objective().reconstruction() instanceof NextItemsLoss(_, int window)
            ? network.steps(items, window)
            : items;
    for (LayerSpec layer : model.layers()) {
      y = network.layer(layer, y);
    }
    return y;
  }

  /**
   * The items that are read, step by step, {@code [T, B]}; and the lengths of what is read.
   *
   * @param items in order, {@code [B, T]}
   * @param window how many of them, the last ones; 0 for all
   */
  private String steps(String items, int window) {
    String isItem = graph.add("GreaterOrEqual", items, graph.integers(0));
    String number =
        graph.add("ReduceSum", cast(ElementType.INT64, isItem), graph.integers(1)); // [B, 1]
    String read = number;
    String steps = items;
    if (window > 0) {
      read = graph.add("Min", number, graph.integers(window));
      String most = graph.add("Gather", graph.add("Shape", items), graph.integer(1)); // T
      String places = // [B, T], from the first that is read on
          graph.add(
              "Add",
              graph.add("Sub", number, read),
              graph.add("Range", graph.integer(0), most, graph.integer(1)));
      String last = graph.add("Sub", most, graph.integer(1));
      steps =
          graph.add(
              "GatherElements",
              List.of(attribute("axis", 1)),
              items,
              graph.add("Min", places, last));
    }
    lengths = cast(ElementType.INT32, graph.add("Squeeze", read, graph.integers(1)));
    return graph.add("Transpose", steps);
  }

  private String layer(LayerSpec layer, String x) {
    return switch (layer) {
      case LayerSpec.Dropout _, LayerSpec.Mask _ -> x; // these are for training
      case LayerSpec.L2Normalize() -> {
        String squares = graph.add("ReduceSum", graph.add("Mul", x, x), graph.integers(1));
        String length = graph.add("Sqrt", squares);
        // Of zeros the length is 0, and they stay zeros.
        yield graph.add("Div", x, graph.add("Max", length, graph.number(Float.MIN_NORMAL)));
      }
      case LayerSpec.CountNormalize() ->
          graph.add("Div", x, graph.add("Add", count(graph, x), graph.number(1)));
      case LayerSpec.Tanh() -> graph.add("Tanh", x);
      case LayerSpec.Sigmoid(double low, double high) -> {
        String from0To1 = graph.add("Sigmoid", x);
        String scaled = graph.add("Mul", from0To1, graph.number(high - low));
        yield graph.add("Add", scaled, graph.number(low));
      }
      case LayerSpec.Swish() -> graph.add("Mul", x, graph.add("Sigmoid", x));
      case LayerSpec.LayerNorm norm ->
          graph.add(
              "LayerNormalization",
              List.of(attribute("epsilon", (float) norm.epsilon())),
              x,
              parameter(norm.gain()),
              parameter(norm.bias()));
      case LayerSpec.SparseLinear affine -> affine(affine, x);
      case LayerSpec.Linear affine -> affine(affine, x);
      case LayerSpec.ObservedLinear affine when affine.userBias() ->
          graph.add(
              "Add",
              affine(affine, columns(x, 0, affine.in())),
              columns(x, affine.in(), affine.in() + 1));
      case LayerSpec.ObservedLinear affine -> affine(affine, x);
      case LayerSpec.Heads(List<LayerSpec.Linear> branches) ->
          graph.add(
              "Concat",
              List.of(attribute("axis", 1)),
              branches.stream().map(branch -> affine(branch, x)).toArray(String[]::new));
      case LayerSpec.Residual(List<Block> blocks) -> residual(blocks, x);
      case LayerSpec.Gaussian gaussian -> columns(x, 0, gaussian.latent());
      case LayerSpec.Embedding embedding -> graph.add("Gather", parameter(embedding.weight()), x);
      case LayerSpec.Gru gru -> lastState(gru, x);
      case LayerSpec.RatingPairs(List<Float> levels) -> ratingPairs(levels, x);
    };
  }

  /** {@code Y = X W^T + 1 b^T}. */
  private String affine(Affine affine, String x) {
    return graph.add(
        "Gemm",
        List.of(attribute("transB", 1)),
        x,
        parameter(affine.weight()),
        parameter(affine.bias()));
  }

  private String residual(List<Block> blocks, String x) {
    String h = x;
    String sum = null;
    for (Block block : blocks) {
      sum = sum == null ? h : graph.add("Add", sum, h);
      h = graph.add("Add", affine(block.affine(), h), sum);
      for (LayerSpec layer : block.then()) {
        h = layer(layer, h);
      }
    }
    return h;
  }

  /**
   * The state of a recurrent layer after the last step of each user.
   *
   * @param x its input, {@code [T, B, in]}
   * @return {@code [B, H]}
   */
  private String lastState(LayerSpec.Gru gru, String x) {
    int units = gru.out();
    String last = graph.fresh("GRU");
    graph.node(
        "GRU",
        List.of(attribute("hidden_size", units), attribute("linear_before_reset", 1)),
        List.of(
            x,
            gates(gru.inputWeight(), gru.in(), units),
            gates(gru.stateWeight(), units, units),
            graph.add(
                "Concat",
                List.of(attribute("axis", 1)),
                gates(gru.inputBias(), 0, units),
                gates(gru.stateBias(), 0, units)),
            lengths),
        List.of("", last)); // without the states after the other steps
    return graph.add("Squeeze", last, graph.integers(0));
  }

  /**
   * A tensor whose rows are those of the gates reset, update and new, as ONNX has it: update first,
   * and a first dimension for the direction of time.
   */
  private String gates(String name, int in, int units) {
    float[] values = float32(parameters.tensors().get(name));
    int gate = units * Math.max(1, in);
    float[] ordered = values.clone();
    System.arraycopy(values, gate, ordered, 0, gate);
    System.arraycopy(values, 0, ordered, gate, gate);
    int[] shape = in == 0 ? new int[] {1, 3 * units} : new int[] {1, 3 * units, in};
    return graph.constant(name, new Tensor.Float32(shape, ordered));
  }

  /**
   * A column for each pair of an item and a rating.
   *
   * @param levels the ratings that there are, ascending
   * @param x ratings {@code [B, I]}
   * @return 1 where the rating is nearest to the level, {@code [B, I R]}; of two, to the lower one
   */
  private String ratingPairs(List<Float> levels, String x) {
    int count = levels.size();
    float[] above = new float[count];
    float[] upTo = new float[count];
    for (int r = 0; r < count; r++) {
      above[r] = r == 0 ? Float.NEGATIVE_INFINITY : upTo[r - 1];
      upTo[r] = r == count - 1 ? Float.POSITIVE_INFINITY : (levels.get(r) + levels.get(r + 1)) / 2;
    }
    int[] shape = {count};
    String last = graph.integers(2);
    String rating = graph.add("Unsqueeze", x, last); // [B, I, 1]
    String nearest =
        graph.add(
            "And",
            graph.add("Greater", rating, graph.constant(new Tensor.Float32(shape, above))),
            graph.add("LessOrEqual", rating, graph.constant(new Tensor.Float32(shape, upTo))));
    String pairs =
        graph.add(
            "Mul", cast(ElementType.FLOAT, nearest), graph.add("Unsqueeze", known(graph, x), last));
    return graph.add("Flatten", pairs);
  }

  /** The columns {@code from ... to - 1}. */
  private String columns(String x, int from, int to) {
    return graph.add("Slice", x, graph.integers(from), graph.integers(to), graph.integers(1));
  }

  /** 1 where a value is not 0, and 0 elsewhere. */
  static String known(Graph graph, String x) {
    return graph.add("Abs", graph.add("Sign", x));
  }

  /** How many values of each row are not 0, {@code [B, 1]}. */
  static String count(Graph graph, String x) {
    return graph.add("ReduceSum", known(graph, x), graph.integers(1));
  }

  private String cast(ElementType type, String x) {
    return graph.add("Cast", List.of(attribute("to", type.code())), x);
  }

  private String parameter(String name) {
    Tensor tensor = parameters.tensors().get(name);
    return graph.constant(name, new Tensor.Float32(tensor.shape(), float32(tensor)));
  }

  private static float[] float32(Tensor tensor) {
    if (tensor instanceof Tensor.Float32(_, float[] values)) {
      return values;
    }
    double[] wide = tensor.float64();
    float[] values = new float[wide.length];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) wide[n];
    }
    return values;
  }
}
