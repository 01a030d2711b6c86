package dev.elbo.eval;

import dev.elbo.io.OptionName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far predicted ratings are from the users' own, over all ratings together; smaller is better.
 *
 * @param error how a difference counts
 * @param reconstruction whether the model is given the very ratings that it is to predict: {@code
 *     reconstruction-mse}. Otherwise it is given the fold-in, and predicts what is held out.
 */
public record RatingMetric(Kind error, boolean reconstruction) implements Measure {

  /** How the difference between a prediction and a rating counts. */
  public enum Kind {
    /** Root of the mean square. */
    RMSE {
      @Override
      Estimate of(double[] errors) {
        Estimate squares = MSE.of(errors);
        double root = Math.sqrt(squares.mean());
        // The slope of the root carries the error of the mean over to it.
        return new Estimate(root, root == 0 ? 0 : squares.standardError() / (2 * root));
      }
    },
    /** Mean absolute value. */
    MAE {
      @Override
      Estimate of(double[] errors) {
        return Estimate.of(Arrays.stream(errors).map(Math::abs).toArray());
      }
    },
    /** Mean square. */
    MSE {
      @Override
      Estimate of(double[] errors) {
        return Estimate.of(Arrays.stream(errors).map(error -> error * error).toArray());
      }
    };

    /**
     * The value over ratings, with the standard error that ratings drawn independently would give.
     *
     * @param errors prediction less rating, at least one. Not modified.
     */
    abstract Estimate of(double[] errors);
  }

  /** All of them. */
  public static List<RatingMetric> all() {
    return Stream.of(false, true)
        .flatMap(
            reconstruction ->
                Arrays.stream(Kind.values()).map(error -> new RatingMetric(error, reconstruction)))
        .toList();
  }

  /** Their names, in words. */
  public static String names() {
    return all().stream().map(RatingMetric::name).collect(Collectors.joining(", "));
  }

  @Override
  public String name() {
    return (reconstruction ? "reconstruction-" : "") + OptionName.of(error);
  }
}
