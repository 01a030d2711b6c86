package dev.elbo.audit.definition;

/** How much a user counts in the mean. */
public enum Weight {
  /** As much as any other. */
  ALIKE,
  /** By the most hits possible, {@code min(k, |T|)}: all users' hits over all that are possible. */
  POSSIBLE_HITS,
  /** By the held-out items, {@code |T|}: all users' hits over all held-out items. */
  HELD_OUT;

  /**
   * The weight of a user.
   *
   * @param k the cutoff
   * @param heldOut number of held-out items
   */
  public double of(int k, int heldOut) {
    return switch (this) {
      case ALIKE -> 1;
      case POSSIBLE_HITS -> Math.min(k, heldOut);
      case HELD_OUT -> heldOut;
    };
  }
}
