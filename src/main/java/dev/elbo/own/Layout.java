package dev.elbo.own;

import dev.elbo.data.CsrMatrix;

/** Where the values of a tensor stand, which are stored one row after the other. */
public sealed interface Layout {

  /** A matrix. */
  record Dense(int columns) implements Layout {}

  /** A value for each item that a user has. */
  record Sparse(CsrMatrix pattern) implements Layout {}
}
