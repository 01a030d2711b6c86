package dev.elbo.tornado;

/** What an engine computes on. */
interface Backend {

  /** Graphs on it, none yet. */
  Graphs graphs();

  /**
   * Checks that arrays fit on it.
   *
   * @param bytes of all arrays, or a good part of them
   * @param largest bytes of the largest
   * @throws dev.elbo.ElboException if they do not
   */
  void requireMemory(long bytes, long largest);
}
