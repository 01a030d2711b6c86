package dev.elbo.recommend;

import java.util.Locale;

/**
 * What an item of a user's history does for a recommended one.
 *
 * @param item external id of the item of the history
 * @param difference the recommended item's score less the score that it would have without this one
 *     in the history: above 0 if this one speaks for it
 */
public record Reason(String item, double difference) {
  /** The item and four decimals of the difference. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %+.4f", item, difference);
  }
}
