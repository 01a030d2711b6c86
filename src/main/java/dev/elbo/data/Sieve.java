package dev.elbo.data;

/**
 * Events of which the steps of a {@link Filter} drop some, one after another, wherever the events
 * are held.
 */
public interface Sieve {

  /**
   * What is left.
   *
   * @param events number of events
   * @param users number of users who have one
   * @param items number of items that have one
   */
  record Left(long events, int users, int items) {}

  /** Whether the events have ratings. */
  boolean hasRatings();

  /** What is there before the first step. */
  Left all();

  /** Keeps the events with a rating of at least {@code least}; asked of events with ratings. */
  Left keepRated(float least);

  /** Keeps the events of items that have at least {@code least} users among those left. */
  Left keepItems(int least);

  /** Keeps the events of users that have at least {@code least} items among those left. */
  Left keepUsers(int least);
}
