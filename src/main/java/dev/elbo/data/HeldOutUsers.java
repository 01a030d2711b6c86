package dev.elbo.data;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.elbo.ElboException;

/**
 * How many users are validation users, and as many again test users.
 *
 * @param amount a number of users from 1, or below 1 a fraction of all users
 */
public record HeldOutUsers(double amount) {

  /**
   * Checks the amount.
   *
   * @throws ElboException if it is neither a whole number from 1 nor a fraction between 0 and 1
   */
  @JsonCreator
  public HeldOutUsers {
    if (!(amount > 0) || amount > Integer.MAX_VALUE || (amount >= 1 && amount % 1 != 0)) {
      throw new ElboException(
          ("heldoutUsers: expected a whole number from 1, or a fraction of all users between 0"
                  + " and 1, found '%s'")
              .formatted(amount));
    }
  }

  /** The amount in JSON: without a fraction if it is a number of users. */
  @JsonValue
  Number json() {
    if (amount < 1) {
      return amount;
    }
    return (long) amount;
  }

  /**
   * The number for so many users.
   *
   * @param users number of users
   * @return from 1 to less than half the users
   * @throws ElboException if that leaves no training users, or no held-out ones
   */
  public int of(int users) {
    long heldOut = amount < 1 ? Math.round(amount * users) : (long) amount;
    if (heldOut < 1 || 2 * heldOut >= users) {
      throw new ElboException(
          ("heldoutUsers: %d for validation and as many for test, of %d users; expected at least"
                  + " 1 of each, and some users left to train on")
              .formatted(heldOut, users));
    }
    return (int) heldOut;
  }
}
