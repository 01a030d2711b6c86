package dev.elbo.reference;

import dev.elbo.model.ParameterSpec;
import dev.elbo.random.Noise;
import dev.elbo.reference.layers.Layer;
import dev.elbo.reference.layers.Parameter;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Reconstruction;
import dev.elbo.reference.objective.WeightDecay;
import java.util.function.Function;

/**
 * What the engine computes with: the right parts, or others in their places. With one wrong part it
 * computes what an implementation with that mistake computes.
 *
 * <p>The parts are each {@link Layer}, {@link Parameter} and {@link ParameterSpec}, by name; and,
 * each of them once, the {@link Reconstruction} and what it divides by ({@link #DIVISOR}), the
 * {@link Divergence}, the {@link WeightDecay}, the {@link Optimizer}, and the {@link Noise} with
 * which the prior's old encoder reads.
 */
public interface Parts {

  /** Name of the number that the reconstruction's sum over rows is divided by. */
  String DIVISOR = "divisor";

  /** The right ones. */
  Parts RIGHT =
      new Parts() {
        @Override
        public <T> T of(String name, T right) {
          return right;
        }
      };

  /**
   * What to compute with.
   *
   * @param <T> its role, such as {@link Layer}, and not the class of the right one
   * @param name of the layer, such as {@code 3.Tanh}, or of the tensor; empty for what there is
   *     once
   * @param right the right one
   */
  <T> T of(String name, T right);

  /**
   * The right ones, with another for each of a kind.
   *
   * @param kind class of the right one
   * @param at its name; empty for all of the kind
   * @param other gives the other one, of the same role
   */
  static <P> Parts replacing(Class<P> kind, String at, Function<P, ?> other) {
    return new Parts() {
      @Override
      @SuppressWarnings("unchecked") // the other one has the role of the right one
      public <T> T of(String name, T right) {
        boolean isMeant = kind.isInstance(right) && (at.isEmpty() || at.equals(name));
        return isMeant ? (T) other.apply(kind.cast(right)) : right;
      }
    };
  }

  /** These, and others in the places of what these give. */
  default Parts then(Parts next) {
    Parts first = this;
    return new Parts() {
      @Override
      public <T> T of(String name, T right) {
        return next.of(name, first.of(name, right));
      }
    };
  }
}
