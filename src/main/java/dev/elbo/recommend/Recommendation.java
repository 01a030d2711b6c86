package dev.elbo.recommend;

import java.util.Locale;

/**
 * An item and its score.
 *
 * @param item external id of the item
 * @param score higher is better: of recommendations a logit, or the rating that a model of ratings
 *     predicts, within its scale; of similar items mostly a cosine
 */
public record Recommendation(String item, double score) {
  /** The item and four decimals of its score. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.4f", item, score);
  }
}
