package dev.elbo.model;

import dev.elbo.io.OptionName;

/** The models without layers, fitted in one go. */
public enum Baseline implements ModelName {
  /** Every item by how many users have it. */
  POPULARITY,
  /** The linear autoencoder of Steck (2019), in closed form. */
  EASE,
  /** EASE with denoising: of Steck (2020). */
  EDLAE,
  /** The linear denoising autoencoder without a constraint, of Moon, Kim and Lee (2023). */
  DLAE,
  /** Between EDLAE and DLAE, of Moon, Kim and Lee (2023). */
  RDLAE,
  /** RDLAE through a sparse approximate inverse, for large catalogues. */
  SPARSE_RDLAE,
  /** The nearest neighbours of the user's items by cosine. */
  ITEM_KNN,
  /** Implicit alternating least squares, of Hu, Koren and Volinsky (2008). */
  IALS;

  /** The name on the command line: {@code item-knn}. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
