package dev.elbo.linalg;

/**
 * What is done with a rectangle of a product as soon as it is finished, while it is in the cache.
 */
@FunctionalInterface
public interface Tile {

  /**
   * Called once for each rectangle; together they cover the product and never overlap. Calls come
   * in any order and on any thread, several at a time.
   *
   * @param rowFrom first row
   * @param rowTo row after the last
   * @param columnFrom first column
   * @param columnTo column after the last
   */
  void done(int rowFrom, int rowTo, int columnFrom, int columnTo);
}
