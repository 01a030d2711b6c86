package dev.elbo.model;

/**
 * Weight of a user's divergence in one update.
 *
 * @param value the weight
 * @param perItem whether it is that of each of the user's items (RecVAE, Shenbin et al. 2020,
 *     section 3.4), and not of the user
 */
public record KlWeight(double value, boolean perItem) {

  /** The same weight for all users: beta. */
  public static KlWeight of(double beta) {
    return new KlWeight(beta, false);
  }

  /**
   * The weight for one user.
   *
   * @param items how many items the user has
   */
  public double ofUser(int items) {
    return perItem ? value * items : value;
  }
}
