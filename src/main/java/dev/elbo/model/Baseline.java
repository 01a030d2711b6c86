package dev.elbo.model;

import java.util.Locale;

/** The models without layers, fitted in one go. */
public enum Baseline implements ModelName {
  /** Every item by how many users have it. */
  POPULARITY,
  /** The linear autoencoder of Steck (2019), in closed form. */
  EASE,
  /** The nearest neighbours of the user's items by cosine. */
  ITEM_KNN;

  /** The name on the command line: {@code item-knn}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
