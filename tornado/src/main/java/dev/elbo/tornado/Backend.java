package dev.elbo.tornado;

import java.util.function.Supplier;

/** What an engine computes on. */
interface Backend {

  /** Graphs on it, none yet. */
  Graphs graphs();

  /**
   * Does something with it.
   *
   * @throws dev.elbo.ElboException if that fails
   */
  <T> T run(Supplier<T> work);

  /**
   * Checks that arrays fit on it.
   *
   * @param bytes of all arrays, or a good part of them
   * @param largest bytes of the largest
   * @throws dev.elbo.ElboException if they do not
   */
  void requireMemory(long bytes, long largest);
}
