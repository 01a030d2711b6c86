package dev.elbo.audit;

/** Whom a mean is over. */
public enum UserSet {
  /** All of whose items some are held out; who has no list counts 0. */
  JUDGED("all users with held-out items, 0 without a list"),
  /** Of these, those who have a list. */
  WITH_LIST("users with held-out items and a list"),
  /** All users with a list; who has nothing held out counts 0. What trec_eval does. */
  LISTED("all users with a list, 0 with nothing held out, as in trec_eval"),
  /** All users of the data; who has nothing held out counts 0. */
  ALL("all users, 0 with nothing held out");

  private final String words;

  UserSet(String words) {
    this.words = words;
  }

  /** Who they are, in words. */
  public String words() {
    return words;
  }

  boolean has(int user, Truth truth, RankedLists lists) {
    return switch (this) {
      case JUDGED -> truth.heldOut(user) > 0;
      case WITH_LIST -> truth.heldOut(user) > 0 && lists.has(user);
      case LISTED -> lists.has(user);
      case ALL -> true;
    };
  }
}
