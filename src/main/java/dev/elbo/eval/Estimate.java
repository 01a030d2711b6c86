package dev.elbo.eval;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.elbo.ElboException;
import java.util.Locale;

/**
 * A metric's value over the users.
 *
 * @param mean mean over the users; for a {@link CatalogueMetric}, the value itself
 * @param standardError standard error of the mean; null for a {@link CatalogueMetric}
 */
public record Estimate(double mean, @JsonSetter(nulls = Nulls.SET) Double standardError) {

  /**
   * Checks the numbers.
   *
   * @throws ElboException if one is not finite
   */
  public Estimate {
    if (!Double.isFinite(mean) || (standardError != null && !Double.isFinite(standardError))) {
      throw new ElboException(
          "expected a finite metric, found %s +- %s: the model is damaged or its training diverged;"
                  .formatted(mean, standardError)
              + " use an earlier checkpoint, or train again with a lower learning rate");
    }
  }

  /**
   * The mean of the users' values and its standard error: their population standard deviation
   * (divisor {@code n}) over {@code sqrt(n)}, as {@code np.std(values) / np.sqrt(n)} in the code of
   * Liang et al. (2018).
   *
   * @param values one value per user, at least one. Not modified.
   */
  public static Estimate of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Estimate(mean, Math.sqrt(squares) / values.length);
  }

  /** The value with its standard error, if it has one: {@code 0.4041 +- 0.0064}. */
  @Override
  public String toString() {
    return standardError == null
        ? String.format(Locale.ROOT, "%.4f", mean)
        : String.format(Locale.ROOT, "%.4f +- %.4f", mean, standardError);
  }
}
