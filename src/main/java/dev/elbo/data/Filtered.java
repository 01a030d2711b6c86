package dev.elbo.data;

import java.util.List;

/**
 * What a filter left.
 *
 * @param filter the filter
 * @param interactions the events that were kept
 * @param dropped what each of its steps dropped, in their order; without those that dropped nothing
 */
public record Filtered(Filter filter, Interactions interactions, List<Dropped> dropped) {

  /** The same events without ratings: what counts is who has what. */
  public Filtered withoutRatings() {
    return new Filtered(filter, interactions.withoutRatings(), dropped);
  }
}
