package dev.elbo.audit;

import dev.elbo.ElboException;
import dev.elbo.audit.definition.Definition;
import dev.elbo.audit.definition.Definitions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A figure that somebody reports.
 *
 * @param metric the metric, by any of its names
 * @param k the cutoff
 * @param value the figure
 * @param digits how many decimals it has: what rounds to it gives it
 */
public record Claim(String metric, int k, double value, int digits) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z_-]+)@([1-9][0-9]{0,8})=([0-9]+(?:\\.([0-9]+))?)");

  /** Far less than half a digit of a figure that is printed, and more than sums differ by. */
  private static final double ROUNDING = 1e-12;

  /**
   * Reads a claim.
   *
   * @param text such as {@code ndcg@100=0.3979}
   * @throws ElboException if it is not of this form, or there is no such metric
   */
  public static Claim parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new ElboException(
          "claim: expected a metric, a cutoff and a figure, such as ndcg@100=0.3979, found '%s'"
              .formatted(text));
    }
    Definitions.of(form.group(1));
    return new Claim(
        form.group(1),
        Integer.parseInt(form.group(2)),
        Double.parseDouble(form.group(3)),
        form.group(4) == null ? 0 : form.group(4).length());
  }

  /** What it may mean. */
  public List<Definition> definitions() {
    return Definitions.of(metric);
  }

  /** Whether a value, rounded to as many decimals, is the figure. */
  public boolean isGivenBy(double found) {
    return Math.abs(found - value) <= 0.5 * Math.pow(10, -digits) + ROUNDING;
  }

  @Override
  public String toString() {
    return "%s@%d=%.{d}f".replace("{d}", Integer.toString(digits)).formatted(metric, k, value);
  }
}
