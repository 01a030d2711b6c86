package dev.elbo.onnx;

import static dev.elbo.onnx.Graph.attribute;

import dev.elbo.io.Tensor;
import dev.elbo.model.BaselineOptions;
import dev.elbo.model.BaselineOptions.Ials;
import dev.elbo.model.Parameters;
import dev.elbo.onnx.Graph.ElementType;
import java.util.Arrays;
import java.util.List;

/** Baselines as operators, on an input {@code items [B, I]}: 1 for each of a user's items. */
final class BaselineGraph {

  private final Graph graph;
  private final Parameters parameters;
  private final int count;
  private final String items;

  private BaselineGraph(Graph graph, Parameters parameters, int count) {
    this.graph = graph;
    this.parameters = parameters;
    this.count = count;
    this.items = graph.input("items", ElementType.FLOAT, "B", count);
  }

  /**
   * Adds a baseline and its input.
   *
   * @param graph receives it. Modified.
   * @param options which one, with its numbers
   * @param parameters what it learned
   * @param count number of items, {@code I}
   * @return the scores, {@code [B, I]}
   */
  static String add(Graph graph, BaselineOptions options, Parameters parameters, int count) {
    var baseline = new BaselineGraph(graph, parameters, count);
    return switch (options) {
      case BaselineOptions.Popularity _ ->
          graph.add("Expand", baseline.tensor("counts"), graph.add("Shape", baseline.items));
      case BaselineOptions.SparseRdlae _ -> baseline.sparseRdlae();
      case BaselineOptions.Linear _ -> graph.add("MatMul", baseline.items, baseline.tensor("B"));
      case BaselineOptions.ItemKnn _ -> baseline.neighbours();
      case Ials ials -> baseline.foldIn(ials);
    };
  }

  private String tensor(String name) {
    return graph.constant(name, parameters.tensors().get(name));
  }

  /** Adds up the similarities of neighbours: each goes to the neighbour's column. */
  private String neighbours() {
    String values = tensor("similarity.values");
    return product(items, rows("similarity"), values, tensor("similarity.indices"));
  }

  /** {@code x - ((x V') V) diag(scale)}. */
  private String sparseRdlae() {
    String values = tensor("V.values");
    String rows = rows("V");
    String columns = tensor("V.indices");
    String inner = product(items, columns, values, rows);
    String outer = product(inner, rows, values, columns);
    return graph.add("Sub", items, graph.add("Mul", outer, tensor("scale")));
  }

  /** The row of each of the {@code N} values of a sparse matrix. */
  private String rows(String matrix) {
    int[] starts = parameters.int32(matrix + ".indptr", count + 1);
    int[] rows = new int[starts[count]];
    for (int row = 0; row < count; row++) {
      Arrays.fill(rows, starts[row], starts[row + 1], row);
    }
    return graph.constant(matrix + ".rows", new Tensor.Int32(new int[] {rows.length}, rows));
  }

  /**
   * The product with a sparse matrix of {@code N} values: each, times the input in one place, goes
   * to another.
   *
   * @param input {@code [B, I]}
   * @param from the rows of the matrix, {@code [N]}
   * @param to its columns, {@code [N]}
   */
  private String product(String input, String from, String values, String to) {
    String taken = graph.add("Gather", List.of(attribute("axis", 1)), input, from);
    String terms = graph.add("Mul", taken, values); // [B, N]
    return graph.add(
        "ScatterElements",
        List.of(attribute("axis", 1), attribute("reduction", "add")),
        graph.add("ConstantOfShape", graph.add("Shape", input)),
        graph.add("Expand", to, graph.add("Shape", terms)),
        terms);
  }

  /**
   * Solves each user's normal equations, as {@link dev.elbo.baseline.Ials} derives them: their
   * matrix and, in one more column, their right side, {@code [B, d, d + 1]}; then {@code H w}.
   */
  private String foldIn(Ials options) {
    int d = options.latent();
    String vectors = graph.constant("vectors", parameters.tensors().get("items"));
    String equations =
        graph.add(
            "Scan",
            List.of(
                attribute("num_scan_inputs", 1), attribute("body", equations(options, vectors))),
            items);
    String solved =
        graph.add(
            "Loop", List.of(attribute("body", elimination(d))), graph.integer(d), "", equations);
    String w = graph.add("Gather", List.of(attribute("axis", 2)), solved, graph.integer(d));
    return graph.add("Gemm", List.of(attribute("transB", 1)), w, vectors);
  }

  /** The equations of one user, from a row {@code [I]}. */
  private Graph equations(Ials options, String vectors) {
    int d = options.latent();
    String gram = tensor("gram");
    String unobserved = graph.add("Mul", gram, graph.number(options.unobservedWeight()));
    String diagonal = graph.add("EyeLike", gram);
    Graph body = graph.within("equations");
    String row = body.input(ElementType.FLOAT, count);
    String observed = body.add("Squeeze", body.add("NonZero", row), body.integers(0)); // [n]
    String theirs = body.add("Gather", vectors, observed); // [n, d]
    String transposed = body.add("Transpose", theirs);
    String number = body.add("ReduceSum", NetworkGraph.known(body, row));
    String weights = body.add("Add", number, body.number(options.unobservedWeight() * count));
    String penalty =
        body.add(
            "Mul",
            body.add("Pow", weights, body.number(options.frequencyPower())),
            body.number(options.l2()));
    String matrix =
        body.add(
            "Add",
            body.add("Add", body.add("MatMul", transposed, theirs), unobserved),
            body.add("Mul", diagonal, penalty));
    String right = body.add("ReduceSum", transposed, body.integers(1)); // [d, 1]
    body.output(
        body.add("Concat", List.of(attribute("axis", 1)), matrix, right),
        ElementType.FLOAT,
        d,
        d + 1);
    return body;
  }

  /**
   * One step of Gauss and Jordan, for all users at a time: column k of the matrix becomes that of
   * the identity. The matrix is positive definite, so no rows need be exchanged.
   */
  private Graph elimination(int d) {
    long[] rows = new long[d];
    Arrays.setAll(rows, k -> k);
    Graph body = graph.within("elimination");
    String k = body.input(ElementType.INT64);
    String more = body.input(ElementType.BOOL);
    String equations = body.input(ElementType.FLOAT, "B", d, d + 1);
    String first = body.integers(1);
    String row = body.add("Gather", List.of(attribute("axis", 1)), equations, k);
    String pivot = body.add("Gather", List.of(attribute("axis", 1)), row, k);
    String divided =
        body.add("Unsqueeze", body.add("Div", row, body.add("Unsqueeze", pivot, first)), first);
    String column = body.add("Gather", List.of(attribute("axis", 2)), equations, k);
    String others =
        body.add(
            "Sub",
            equations,
            body.add("Mul", body.add("Unsqueeze", column, body.integers(2)), divided));
    String isRow = body.add("Unsqueeze", body.add("Equal", body.integers(rows), k), first);
    body.output(more, ElementType.BOOL);
    body.output(body.add("Where", isRow, divided, others), ElementType.FLOAT, "B", d, d + 1);
    return body;
  }
}
