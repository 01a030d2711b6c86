package dev.elbo.verify;

import dev.elbo.engine.Engine;
import dev.elbo.gradients.ModelCase;
import dev.elbo.gradients.mistakes.WrongLosses;
import dev.elbo.model.KlWeight;
import dev.elbo.random.Noise;
import dev.elbo.reference.Optimizer;
import dev.elbo.reference.Parts;
import dev.elbo.reference.layers.SparseRows;
import dev.elbo.reference.objective.Divergence;
import dev.elbo.reference.objective.Reconstruction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/** What a mistake changes in what is asked of the reference engine. */
@FunctionalInterface
interface Change {

  /** Nothing: the mistake is made after the engine. */
  Change NONE = (asked, _) -> asked;

  /**
   * Puts the mistake in.
   *
   * @param asked with the mistakes that are in already
   * @param at the layer or tensor where it is made; empty if there is only one such place
   */
  ModelCase in(ModelCase asked, String at);

  /** Whether the loss stays right, and only its gradient is wrong. */
  default boolean isOfGradient() {
    return false;
  }

  default Change and(Change next) {
    return (asked, at) -> next.in(in(asked, at), at);
  }

  /** The gradient is that of something else. */
  static Change ofGradient(Change change) {
    return new Change() {
      @Override
      public ModelCase in(ModelCase asked, String at) {
        return change.in(asked, at);
      }

      @Override
      public boolean isOfGradient() {
        return true;
      }
    };
  }

  /** Another part for each of a kind at the place of the mistake. */
  static <P> Change part(Class<P> kind, Function<P, ?> other) {
    return (asked, at) -> asked.with(kind, at, other);
  }

  /** Other draws. */
  static Change noise(UnaryOperator<Noise> other) {
    return (asked, _) -> asked.with(other.apply(asked.noise()));
  }

  /** Another weight of the divergence, of each user or of each of their items. */
  static Change weight(DoubleUnaryOperator other) {
    return (asked, _) -> {
      KlWeight right = asked.klWeight();
      return asked.with(new KlWeight(other.applyAsDouble(right.value()), right.perItem()));
    };
  }

  /** Another strength of weight decay. */
  static Change decay(DoubleUnaryOperator other) {
    return (asked, _) ->
        asked.withDecay(other.applyAsDouble(asked.model().objective().weightDecay()));
  }

  /** A multiple of the negative log-likelihood. */
  static Change nll(ToDoubleFunction<ModelCase> factor) {
    return (asked, _) ->
        asked.with(Double.class, Parts.DIVISOR, right -> right / factor.applyAsDouble(asked));
  }

  /** A multiple of the divergence. */
  static Change divergence(ToDoubleFunction<ModelCase> factor) {
    return (asked, _) ->
        asked.with(
            Divergence.class, "", right -> WrongLosses.times(right, factor.applyAsDouble(asked)));
  }

  /** How many users there are, {@code B}. */
  static double users(ModelCase asked) {
    return asked.batch().size();
  }

  /** A loss that compares with something else than the raw rows. */
  static Change target(Function<ModelCase, SparseRows> target) {
    return target(WrongLosses::comparingWith, target);
  }

  /** Another loss of a target. */
  static Change target(
      Function<SparseRows, Reconstruction> loss, Function<ModelCase, SparseRows> target) {
    return (asked, _) -> {
      SparseRows values = target.apply(asked);
      return asked.with(Reconstruction.class, "", _ -> loss.apply(values));
    };
  }

  /** The raw rows. */
  static SparseRows raw(ModelCase asked) {
    return SparseRows.of(asked.batch().items());
  }

  /** What a layer before the first weights gives. */
  static Function<ModelCase, SparseRows> output(int layer) {
    return asked -> {
      try (Engine engine = asked.engine()) {
        return raw(asked)
            .with(engine.activations(asked.batch(), asked.noise()).get(layer).values());
      }
    };
  }

  /** Other updates. */
  static Change updates(UnaryOperator<Optimizer> other) {
    return (asked, _) -> asked.with(Optimizer.class, "", other);
  }
}
