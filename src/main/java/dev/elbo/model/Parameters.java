package dev.elbo.model;

import dev.elbo.io.Printable;
import dev.elbo.io.Tensor;
import dev.elbo.random.Philox;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Values for all tensors of a model by name, in forward order: parameters, gradients or moments.
 *
 * @param tensors name to values; a weight is {@code [out, in]}, a bias {@code [out]}. Not
 *     modifiable.
 */
public record Parameters(SequencedMap<String, Tensor> tensors) implements Serializable {

  /** No tensors. */
  public static final Parameters NONE = new Parameters(new LinkedHashMap<>());

  /** Copies the map, not the arrays. */
  public Parameters {
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }

  /**
   * Initial values as the authors draw them.
   *
   * @param model the model
   * @param seed the run's seed; each tensor has its own stream
   */
  public static Parameters initial(Model model, long seed) {
    return initial(model, seed, Initialization.LIANG);
  }

  /**
   * Initial values.
   *
   * @param model the model
   * @param seed the run's seed; each tensor has its own stream
   * @param initialization how they are drawn
   */
  public static Parameters initial(Model model, long seed, Initialization initialization) {
    return initial(model.parameters(), 0, seed, initialization);
  }

  /**
   * Initial values of some parameters.
   *
   * @param parameters which ones
   * @param stream of the first of them; each has its own
   * @param seed the run's seed
   * @param initialization how they are drawn
   */
  public static Parameters initial(
      List<ParameterSpec> parameters, int stream, long seed, Initialization initialization) {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec parameter : parameters) {
      RandomGenerator random =
          Philox.stream(seed, Philox.Purpose.INITIALIZATION, stream + tensors.size());
      float[] values = new float[parameter.size()];
      for (int n = 0; n < values.length; n++) {
        values[n] = (float) parameter.draw(initialization, random);
      }
      tensors.put(parameter.name(), new Tensor.Float32(parameter.shape(), values));
    }
    return new Parameters(tensors);
  }

  /** Those of some parameters only. */
  public Parameters only(List<ParameterSpec> parameters) {
    SequencedMap<String, Tensor> some = new LinkedHashMap<>();
    parameters.forEach(parameter -> some.put(parameter.name(), tensors.get(parameter.name())));
    return new Parameters(some);
  }

  /**
   * The values of one tensor as float64.
   *
   * @param name the tensor
   * @return its values: the array itself if it is float64, a converted copy otherwise
   * @throws IllegalArgumentException if there is no such tensor
   */
  public double[] float64(String name) {
    return switch (tensors.get(name)) {
      case Tensor.Float64 tensor -> tensor.float64();
      case Tensor.Float32 tensor -> tensor.float64();
      case null, default ->
          throw new IllegalArgumentException(
              "no floating-point tensor '%s' among %s"
                  .formatted(name, Printable.some(tensors.keySet())));
    };
  }

  /**
   * The values of one float32 tensor: the array itself.
   *
   * @param name the tensor
   * @param shape what its shape must be
   * @throws IllegalArgumentException if there is no such tensor
   */
  public float[] float32(String name, int... shape) {
    if (requireShape(name, shape) instanceof Tensor.Float32(_, float[] values)) {
      return values;
    }
    throw new IllegalArgumentException("'%s' must hold float32 numbers".formatted(name));
  }

  /**
   * The values of one tensor of 32-bit integers: the array itself.
   *
   * @param name the tensor
   * @param shape what its shape must be
   * @throws IllegalArgumentException if there is no such tensor
   */
  public int[] int32(String name, int... shape) {
    if (requireShape(name, shape) instanceof Tensor.Int32(_, int[] values)) {
      return values;
    }
    throw new IllegalArgumentException("'%s' must hold 32-bit integers".formatted(name));
  }

  /**
   * Checks that these are the tensors of a model. Names and shapes count, not the number of values
   * only: a transposed weight would be taken otherwise.
   *
   * @param model the model
   * @throws IllegalArgumentException if a tensor is missing, unknown, or has another shape
   */
  public void requireTensorsOf(Model model) {
    require(model.parameters());
  }

  /**
   * Checks that these are the tensors of some parameters.
   *
   * @param parameters what there should be
   * @throws IllegalArgumentException if a tensor is missing, unknown, or has another shape
   */
  public void require(List<ParameterSpec> parameters) {
    Set<String> unknown = new LinkedHashSet<>(tensors.keySet());
    for (ParameterSpec parameter : parameters) {
      requireFloats(parameter.name(), parameter.shape());
      unknown.remove(parameter.name());
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "tensors that the model does not have: " + Printable.some(unknown));
    }
  }

  private void requireFloats(String name, int... shape) {
    Tensor tensor = requireShape(name, shape);
    if (!(tensor instanceof Tensor.Float32 || tensor instanceof Tensor.Float64)) {
      throw new IllegalArgumentException("'%s' must hold floating-point numbers".formatted(name));
    }
  }

  private Tensor requireShape(String name, int... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no tensor '%s' among %s".formatted(name, Printable.some(tensors.keySet())));
    }
    if (!Arrays.equals(shape, tensor.shape())) {
      throw new IllegalArgumentException(
          "'%s' must have shape %s, but has %s"
              .formatted(name, Arrays.toString(shape), Arrays.toString(tensor.shape())));
    }
    return tensor;
  }

  /** The first tensor that holds a NaN or an infinity. */
  public Optional<String> firstNonFinite() {
    return tensors.keySet().stream()
        .filter(name -> tensors.get(name).firstNonFinite().isPresent())
        .findFirst();
  }
}
