package dev.elbo.onnx;

import dev.elbo.io.Safetensors;
import dev.elbo.io.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A graph of ONNX, in the making: values, which have names, and operators from values to a value.
 * The numbers in the comments are those of {@code onnx.proto}.
 */
final class Graph {

  /** What a value holds. */
  enum ElementType {
    /** 32-bit floats. */
    FLOAT(1),
    /** 32-bit integers. */
    INT32(6),
    /** 64-bit integers. */
    INT64(7),
    /** Truth values. */
    BOOL(9);

    private final int code;

    ElementType(int code) {
      this.code = code;
    }

    /** Its number in attributes. */
    int code() {
      return code;
    }
  }

  /**
   * What a graph and those within it have together.
   *
   * @param constants arrays by name
   * @param named how many values have been given a name that no other has
   */
  private record Shared(SequencedMap<String, Tensor> constants, AtomicInteger named) {}

  private final String name;
  private final Shared shared;
  private final Message fields = new Message();

  /** An empty graph. */
  Graph(String name) {
    this(name, new Shared(new LinkedHashMap<>(), new AtomicInteger()));
  }

  private Graph(String name, Shared shared) {
    this.name = name;
    this.shared = shared;
    fields.with(2, name);
  }

  /**
   * An empty graph that an operator of this one repeats. It can read the values of this one, which
   * also has its constants.
   */
  Graph within(String itsName) {
    return new Graph(itsName, shared);
  }

  /**
   * Adds an input.
   *
   * @param itsName its name
   * @param shape numbers, and names for what may be any number
   * @return the name
   */
  String input(String itsName, ElementType type, Object... shape) {
    fields.with(11, declaration(itsName, type, shape));
    return itsName;
  }

  /** Adds an input with a name that no other value has. */
  String input(ElementType type, Object... shape) {
    return input(fresh(name), type, shape);
  }

  /**
   * Makes a value an output.
   *
   * @param itsName its name as an output
   * @param value its name so far
   * @param shape numbers, and names for what may be any number
   */
  void output(String itsName, String value, ElementType type, Object... shape) {
    node("Identity", List.of(), List.of(value), List.of(itsName));
    fields.with(12, declaration(itsName, type, shape));
  }

  /** Makes a value an output with a name that no other value has. */
  void output(String value, ElementType type, Object... shape) {
    output(fresh(name), value, type, shape);
  }

  private static Message declaration(String name, ElementType type, Object... shape) {
    Message dimensions = new Message();
    for (Object length : shape) {
      dimensions.with(
          1,
          switch (length) {
            case Integer fixed -> new Message().with(1, fixed);
            case String any -> new Message().with(2, any);
            default -> throw new IllegalArgumentException("no length of a dimension: " + length);
          });
    }
    Message tensor = new Message().with(1, type.code).with(2, dimensions);
    return new Message().with(1, name).with(2, new Message().with(1, tensor));
  }

  /** An attribute that is an integer. */
  static Message attribute(String name, long value) {
    return new Message().with(1, name).with(3, value).with(20, 2);
  }

  /** An attribute that is a number. */
  static Message attribute(String name, float value) {
    return new Message().with(1, name).with(2, value).with(20, 1);
  }

  /** An attribute that is a word. */
  static Message attribute(String name, String value) {
    return new Message().with(1, name).with(4, value).with(20, 3);
  }

  /** An attribute that is a graph within this one. */
  static Message attribute(String name, Graph value) {
    return new Message().with(1, name).with(6, value.fields).with(20, 5);
  }

  /**
   * Adds an operator.
   *
   * @return the name of what it gives
   */
  String add(String operator, List<Message> attributes, String... inputs) {
    String output = fresh(operator);
    node(operator, attributes, List.of(inputs), List.of(output));
    return output;
  }

  /** Adds an operator without attributes. */
  String add(String operator, String... inputs) {
    return add(operator, List.of(), inputs);
  }

  /**
   * Adds an operator that gives several values.
   *
   * @param inputs names of values; empty for one that may be missing, and is
   * @param outputs names for what it gives; empty for what is not needed
   */
  void node(String operator, List<Message> attributes, List<String> inputs, List<String> outputs) {
    Message node = new Message();
    inputs.forEach(input -> node.with(1, input));
    outputs.forEach(output -> node.with(2, output));
    node.with(3, String.join("", outputs)).with(4, operator);
    attributes.forEach(attribute -> node.with(5, attribute));
    fields.with(1, node);
  }

  /** A name that no value has. */
  String fresh(String prefix) {
    return prefix + "_" + shared.named.incrementAndGet();
  }

  /** Adds an array of 32-bit floats or 64-bit integers. It is not copied. */
  String constant(String itsName, Tensor tensor) {
    shared.constants.put(itsName, tensor);
    return itsName;
  }

  /** Adds an array with a name that no other value has. It is not copied. */
  String constant(Tensor tensor) {
    return constant(fresh("constant"), tensor);
  }

  /** Adds a number. */
  String number(double value) {
    return constant(new Tensor.Float32(new int[] {}, new float[] {(float) value}));
  }

  /** Adds an integer. */
  String integer(long value) {
    return constant(new Tensor.Int64(new int[] {}, new long[] {value}));
  }

  /** Adds a list of integers: axes, places, a shape. */
  String integers(long... values) {
    return constant(new Tensor.Int64(new int[] {values.length}, values));
  }

  /** How many bytes {@link #writeTo} writes. */
  long size() {
    long size = fields.size();
    for (var constant : shared.constants.entrySet()) {
      size += initializer(constant.getKey(), constant.getValue()).size();
      size += Safetensors.byteSize(constant.getValue());
    }
    return size;
  }

  /** Writes the fields of the graph. */
  void writeTo(OutputStream out) throws IOException {
    fields.writeTo(out);
    for (var constant : shared.constants.entrySet()) {
      initializer(constant.getKey(), constant.getValue()).writeTo(out);
      Safetensors.writeValues(out, constant.getValue());
    }
  }

  /** All of a constant but its values, which come next. */
  private static Message initializer(String name, Tensor tensor) {
    ElementType type =
        switch (tensor) {
          case Tensor.Float32 _ -> ElementType.FLOAT;
          case Tensor.Int32 _ -> ElementType.INT32;
          case Tensor.Int64 _ -> ElementType.INT64;
          case Tensor.Float64 _ ->
              throw new IllegalArgumentException(
                  "'%s': graphs here have no float64".formatted(name));
        };
    long bytes = Safetensors.byteSize(tensor);
    Message described = new Message();
    for (int length : tensor.shape()) {
      described.with(1, length);
    }
    described.with(2, type.code).with(8, name).begin(9, bytes);
    Message begun = new Message().begin(5, described.size() + bytes);
    return begun.append(described);
  }
}
