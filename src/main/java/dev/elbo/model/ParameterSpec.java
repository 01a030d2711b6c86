package dev.elbo.model;

import java.util.random.RandomGenerator;

/**
 * One tensor that training changes.
 *
 * @param name its name in files
 * @param out length of its first dimension
 * @param in length of its second dimension; 0 if it has one only
 * @param start what decides on its initial values
 * @param fan of these: inputs of an affine layer, units of a recurrent one
 * @param decays whether weight decay makes it small: matrices, and not biases or gains
 */
public record ParameterSpec(String name, int out, int in, Start start, int fan, boolean decays) {

  /** What decides on initial values. */
  public enum Start {
    /** The weight of an affine layer: as chosen. */
    WEIGHT,
    /** The bias of an affine layer: as chosen. */
    BIAS,
    /** Standard normal, as PyTorch's {@code Embedding}. */
    EMBEDDING,
    /** Uniform in {@code +-1 / sqrt(H)}, weights and biases, as PyTorch's {@code GRU}. */
    RECURRENT,
    /** 1, as the gain of a normalisation. */
    ONES,
    /** 0, as its bias. */
    ZEROS
  }

  /** A weight, {@code [out, in]}. */
  static ParameterSpec weight(String name, int out, int in) {
    return new ParameterSpec(name, out, in, Start.WEIGHT, in, true);
  }

  /** A bias, {@code [out]}, of a layer with {@code in} inputs. */
  static ParameterSpec bias(String name, int out, int in) {
    return new ParameterSpec(name, out, 0, Start.BIAS, in, false);
  }

  /** A table of vectors, {@code [items, width]}. */
  static ParameterSpec embedding(String name, int items, int width) {
    return new ParameterSpec(name, items, width, Start.EMBEDDING, width, true);
  }

  /** A tensor of a recurrent layer with so many units, {@code [out, in]} or {@code [out]}. */
  static ParameterSpec recurrent(String name, int out, int in, int units) {
    return new ParameterSpec(name, out, in, Start.RECURRENT, units, in > 0);
  }

  /** A vector that starts as ones, {@code [out]}. */
  static ParameterSpec ones(String name, int out) {
    return new ParameterSpec(name, out, 0, Start.ONES, 0, false);
  }

  /** A vector that starts as zeros, {@code [out]}. */
  static ParameterSpec zeros(String name, int out) {
    return new ParameterSpec(name, out, 0, Start.ZEROS, 0, false);
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
    return switch (start) {
      case WEIGHT -> initialization.weights().draw(random, fan, out);
      case BIAS -> initialization.biases().draw(random, fan);
      case EMBEDDING -> random.nextGaussian();
      case RECURRENT -> (2 * random.nextDouble() - 1) / Math.sqrt(fan);
      case ONES -> 1;
      case ZEROS -> 0;
    };
  }
}
