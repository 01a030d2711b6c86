package dev.elbo.model;

import java.util.random.RandomGenerator;

/**
 * One tensor that training changes.
 *
 * @param name its name in files
 * @param out length of its first dimension
 * @param in length of its second dimension; 0 if it has one only
 * @param kind what decides on its initial values
 * @param fan of these: inputs of an affine layer, units of a recurrent one
 */
public record ParameterSpec(String name, int out, int in, Kind kind, int fan) {

  /** What decides on initial values. */
  public enum Kind {
    /** The weight of an affine layer: as chosen. */
    WEIGHT,
    /** The bias of an affine layer: as chosen. */
    BIAS,
    /** Standard normal, as PyTorch's {@code Embedding}. */
    EMBEDDING,
    /** Uniform in {@code +-1 / sqrt(H)}, weights and biases, as PyTorch's {@code GRU}. */
    RECURRENT
  }

  /** A weight, {@code [out, in]}. */
  static ParameterSpec weight(String name, int out, int in) {
    return new ParameterSpec(name, out, in, Kind.WEIGHT, in);
  }

  /** A bias, {@code [out]}, of a layer with {@code in} inputs. */
  static ParameterSpec bias(String name, int out, int in) {
    return new ParameterSpec(name, out, 0, Kind.BIAS, in);
  }

  /** A table of vectors, {@code [items, width]}. */
  static ParameterSpec embedding(String name, int items, int width) {
    return new ParameterSpec(name, items, width, Kind.EMBEDDING, width);
  }

  /** A tensor of a recurrent layer with so many units, {@code [out, in]} or {@code [out]}. */
  static ParameterSpec recurrent(String name, int out, int in, int units) {
    return new ParameterSpec(name, out, in, Kind.RECURRENT, units);
  }

  /** Its shape in files. */
  public int[] shape() {
    return in == 0 ? new int[] {out} : new int[] {out, in};
  }

  /** Number of its values. */
  public int size() {
    return in == 0 ? out : Math.multiplyExact(out, in);
  }

  /** One initial value. */
  double draw(Initialization initialization, RandomGenerator random) {
    return switch (kind) {
      case WEIGHT -> initialization.weights().draw(random, fan, out);
      case BIAS -> initialization.biases().draw(random, fan);
      case EMBEDDING -> random.nextGaussian();
      case RECURRENT -> (2 * random.nextDouble() - 1) / Math.sqrt(fan);
    };
  }
}
