package dev.elbo.io;

import java.io.Serializable;
import java.util.Arrays;
import java.util.OptionalInt;

/** A dense array with a shape, row-major. The arrays are not copied. */
public sealed interface Tensor extends Serializable {

  /** Length of each dimension; empty for a scalar. */
  int[] shape();

  /** The values as float64: the array itself if it is float64, a converted copy otherwise. */
  default double[] float64() {
    return switch (this) {
      case Float64(_, double[] values) -> values;
      case Float32(_, float[] values) -> {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, n -> values[n]);
        yield wide;
      }
      case Int32(_, int[] values) -> Arrays.stream(values).asDoubleStream().toArray();
      case Int64(_, long[] values) -> Arrays.stream(values).asDoubleStream().toArray();
    };
  }

  /** Where the first value stands that is NaN or infinite. */
  default OptionalInt firstNonFinite() {
    switch (this) { // loops, since every start of the program comes by, and a stream is slow then
      case Float64(_, double[] values) -> {
        for (int n = 0; n < values.length; n++) {
          if (!Double.isFinite(values[n])) {
            return OptionalInt.of(n);
          }
        }
      }
      case Float32(_, float[] values) -> {
        for (int n = 0; n < values.length; n++) {
          if (!Float.isFinite(values[n])) {
            return OptionalInt.of(n);
          }
        }
      }
      case Int32 _, Int64 _ -> {}
    }
    return OptionalInt.empty();
  }

  /**
   * The place of a value, an index for each dimension.
   *
   * @param shape length of each dimension
   * @param at the value's place among all, row-major
   */
  static int[] index(int[] shape, int at) {
    int[] index = new int[shape.length];
    int rest = at;
    for (int d = index.length - 1; d >= 0; d--) {
      index[d] = rest % shape[d];
      rest /= shape[d];
    }
    return index;
  }

  /** 32-bit floats, {@code F32}. */
  record Float32(int[] shape, float[] values) implements Tensor {
    /** Checks that the values fill the shape. */
    public Float32 {
      check(shape, values.length);
    }
  }

  /** 64-bit floats, {@code F64}. */
  record Float64(int[] shape, double[] values) implements Tensor {
    /** Checks that the values fill the shape. */
    public Float64 {
      check(shape, values.length);
    }
  }

  /** 32-bit integers, {@code I32}. */
  record Int32(int[] shape, int[] values) implements Tensor {
    /** Checks that the values fill the shape. */
    public Int32 {
      check(shape, values.length);
    }
  }

  /** 64-bit integers, {@code I64}. */
  record Int64(int[] shape, long[] values) implements Tensor {
    /** Checks that the values fill the shape. */
    public Int64 {
      check(shape, values.length);
    }
  }

  private static void check(int[] shape, int values) {
    long size = 1;
    for (int length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException("a dimension of length " + length);
      }
      size = Math.multiplyExact(size, length);
    }
    if (size != values) {
      throw new IllegalArgumentException(
          "shape %s holds %d values, not %d".formatted(Arrays.toString(shape), size, values));
    }
  }
}
