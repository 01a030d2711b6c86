package dev.elbo.model;

/** What one layer hands to the next: what a row holds, and not how many rows there are. */
public sealed interface Shape {

  /** Rows of which only some columns are stored; the others are 0. */
  sealed interface Stored extends Shape {
    /** Number of columns. */
    int columns();
  }

  /**
   * The input: each user's items as the data have them, with their ratings and their order, {@code
   * [B, I]}.
   */
  record Items(int columns) implements Stored {
    @Override
    public String toString() {
      return "the rows of %,d items as they are read".formatted(columns);
    }
  }

  /** A number for some of the columns, {@code [B, columns]}. */
  record Sparse(int columns) implements Stored {
    @Override
    public String toString() {
      return "sparse rows of %,d columns".formatted(columns);
    }
  }

  /** A vector for each of a user's items, in the order of time, {@code [S, width]}. */
  record Sequence(int width) implements Shape {
    @Override
    public String toString() {
      return "a sequence of vectors of width %,d".formatted(width);
    }
  }

  /**
   * A vector, {@code [B, width]}; of what was read up to a step, {@code [S, width]}.
   *
   * @param width length of the vector
   * @param ofSteps whether the rows are the steps of users, and not users
   */
  record Dense(int width, boolean ofSteps) implements Shape {
    /** The same rows with vectors of another length. */
    Dense ofWidth(int other) {
      return new Dense(other, ofSteps);
    }

    @Override
    public String toString() {
      return "a dense input of width %,d%s".formatted(width, ofSteps ? " for each step" : "");
    }
  }

  /**
   * A number for each item that a user has, {@code [N]}; in scoring for all of them, {@code [B,
   * columns]}.
   */
  record Observed(int columns) implements Shape {
    @Override
    public String toString() {
      return "a number for each known rating of %,d items".formatted(columns);
    }
  }
}
