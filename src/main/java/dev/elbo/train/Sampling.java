package dev.elbo.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * That an update computes the outputs of the users' own items and of some that are drawn, and not
 * all of them.
 *
 * @param sampledItems how many items are drawn for an update, {@code m}; the number of items or
 *     more stands for all
 * @param proposal what they are drawn from
 */
public record Sampling(int sampledItems, Proposal proposal) {

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public Sampling {
    if (sampledItems < 1) {
      throw new IllegalArgumentException(
          "sampled items: expected at least one for each update, not " + sampledItems);
    }
  }

  /** The distribution that items are drawn from. It leaves no item out. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "sampling")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Uniform.class, name = "uniform"),
    @JsonSubTypes.Type(value = Popularity.class, name = "popularity"),
    @JsonSubTypes.Type(value = LogUniform.class, name = "log-uniform")
  })
  public sealed interface Proposal {
    /**
     * How likely each item is, up to a factor: positive.
     *
     * @param users how many training users have each item, {@code [I]}
     */
    double[] weights(int[] users);
  }

  /** Every item is as likely as any other. */
  public record Uniform() implements Proposal {
    @Override
    public double[] weights(int[] users) {
      double[] weights = new double[users.length];
      Arrays.fill(weights, 1);
      return weights;
    }
  }

  /**
   * The number of an item's users to a power (Mikolov et al. 2013, section 2.2, of words). An item
   * without users counts as one with one: what is never drawn would be missing from the estimate.
   *
   * @param samplingPower 1 for the users themselves, 0 for {@link Uniform}; Mikolov et al. have
   *     0.75
   */
  public record Popularity(double samplingPower) implements Proposal {
    /** What learned best on MovieLens-1M, of 0, 0.5, 0.75 and 1. */
    public static final double DEFAULT_POWER = 0.5;

    /** With that power. */
    public static final Popularity USUAL = new Popularity(DEFAULT_POWER);

    /**
     * Checks the power.
     *
     * @throws IllegalArgumentException if it is not from 0 to 2
     */
    public Popularity {
      if (!(samplingPower >= 0 && samplingPower <= 2)) {
        throw new IllegalArgumentException(
            "sampling power: expected a number from 0 to 2, not " + samplingPower);
      }
    }

    @Override
    public double[] weights(int[] users) {
      return Arrays.stream(users)
          .mapToDouble(count -> StrictMath.pow(Math.max(count, 1), samplingPower))
          .toArray();
    }
  }

  /**
   * Zipf's law in the form of TensorFlow's log-uniform sampler: the item of rank {@code r}, the
   * most popular having rank 0, is drawn in proportion to {@code log((r + 2) / (r + 1))}. Of items
   * with as many users the first comes first.
   */
  public record LogUniform() implements Proposal {
    @Override
    public double[] weights(int[] users) {
      int[] byRank =
          IntStream.range(0, users.length)
              .boxed()
              .sorted(Comparator.comparing(item -> -users[item]))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] weights = new double[users.length];
      for (int rank = 0; rank < weights.length; rank++) {
        weights[byRank[rank]] = StrictMath.log1p(1.0 / (rank + 1));
      }
      return weights;
    }
  }
}
