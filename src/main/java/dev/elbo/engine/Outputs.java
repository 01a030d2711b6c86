package dev.elbo.engine;

import dev.elbo.ElboException;
import dev.elbo.model.Model;
import dev.elbo.model.Objective.MultinomialLoss;
import dev.elbo.model.Shape;
import java.util.Arrays;

/**
 * Which outputs of a network an update computes and holds against its targets. Scoring wants one
 * for each item.
 */
public sealed interface Outputs {

  /**
   * All that the network gives: one for each item, or, where its last layer is an {@link
   * dev.elbo.model.LayerSpec.ObservedLinear}, those that are {@link Observed}.
   */
  record All() implements Outputs {}

  /** One for each item that a user has. */
  record Observed() implements Outputs {}

  /**
   * Those of each user's own items, and of items drawn at random for the whole batch, which stand
   * for all that the user does not have. An item that was drawn and that the user has is none of
   * that user's negatives.
   *
   * @param items the items that were drawn, each once, ascending, {@code [M]}. Not modified.
   * @param counts how often each was drawn, {@code [M]}. Not modified.
   * @param logExpected logarithm of how often each item is expected among the draws, {@code log(m
   *     q_i)}, {@code [I]}. Not modified.
   */
  record Sampled(int[] items, int[] counts, double[] logExpected) implements Outputs {

    /**
     * Checks that the items are different and in order, and each was drawn.
     *
     * @throws IllegalArgumentException if not
     */
    public Sampled {
      if (items.length == 0 || items.length != counts.length) {
        throw new IllegalArgumentException(
            "expected at least one item, and a count for each, not %d and %d"
                .formatted(items.length, counts.length));
      }
      for (int n = 0; n < items.length; n++) {
        boolean isNext = items[n] >= 0 && (n == 0 || items[n] > items[n - 1]);
        if (!isNext || items[n] >= logExpected.length || counts[n] < 1) {
          throw new IllegalArgumentException(
              "expected items below %,d, ascending, each drawn at least once; item %d, drawn %d"
                      .formatted(logExpected.length, items[n], counts[n])
                  + " times, is not so");
        }
      }
    }

    /**
     * Draws in any order.
     *
     * @param draws the items, as often as they were drawn, {@code [m]}
     * @param logExpected as of the record
     */
    public static Sampled of(int[] draws, double[] logExpected) {
      int[] sorted = draws.clone();
      Arrays.sort(sorted);
      int[] items = new int[sorted.length];
      int[] counts = new int[sorted.length];
      int found = 0;
      for (int draw : sorted) {
        if (found == 0 || items[found - 1] != draw) {
          items[found++] = draw;
        }
        counts[found - 1]++;
      }
      return new Sampled(Arrays.copyOf(items, found), Arrays.copyOf(counts, found), logExpected);
    }

    /**
     * What is added to the logit of the {@code n}th item where it is a negative: {@code log(count /
     * (m q))}.
     */
    public double correction(int n) {
      return StrictMath.log(counts[n]) - logExpected[items[n]];
    }
  }

  /** All that the network of a model gives in training. */
  static Outputs of(Model model) {
    return model.network().output() instanceof Shape.Observed ? new Observed() : new All();
  }

  /**
   * What is computed when a model is asked for these.
   *
   * @throws ElboException if the model cannot give them
   */
  default Outputs askedOf(Model model) {
    Outputs given = of(model);
    return switch (this) {
      case All _ -> given;
      case Observed _ when given.equals(this) -> this;
      case Observed _ ->
          throw new ElboException(
              "the outputs where a user has an item are asked of a model that gives one for each"
                  + " item; ask for all outputs");
      case Sampled _ when !(model.objective().reconstruction() instanceof MultinomialLoss) ->
          throw new ElboException(
              "sampled outputs are asked of a model whose loss is %s; they stand for the sum of"
                      .formatted(model.objective().reconstruction().kind())
                  + " a softmax over all items: ask for all outputs");
      case Sampled sampled when sampled.logExpected().length != model.items() ->
          throw new ElboException(
              "the sampled outputs are of %,d items, and the model has %,d; sample from its items"
                  .formatted(sampled.logExpected().length, model.items()));
      case Sampled _ -> this;
    };
  }
}
