package dev.elbo.data.read;

import dev.elbo.data.Interactions;

/**
 * Events as they were read: a user and item may be given more than once.
 *
 * @param all the events, without times
 * @param times their times; empty if the source has none
 * @param bad lines that were left out
 */
record Events(Interactions all, TimeColumn times, BadLines bad) {

  boolean hasRatings() {
    return all.hasRatings();
  }

  boolean hasTimes() {
    return times.size() > 0;
  }

  /** The events with their times. */
  Interactions interactions() {
    return new Interactions(
        all.userIds(), all.itemIds(), all.users(), all.items(), all.ratings(), times.values());
  }

  /**
   * The same events, counted from further up.
   *
   * @param lines how many lines come before
   */
  Events after(long lines) {
    return new Events(all, times, bad.after(lines));
  }
}
