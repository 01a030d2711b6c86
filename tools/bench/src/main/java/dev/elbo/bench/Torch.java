package dev.elbo.bench;

import ai.djl.engine.Engine;

/** PyTorch, the peer. */
final class Torch {

  private Torch() {}

  /** PyTorch through DJL. */
  static Engine engine() {
    return Engine.getEngine("PyTorch");
  }

  /**
   * Starts PyTorch. It takes the number of threads when it starts, and keeps it.
   *
   * @param threads number of threads
   */
  static void start(int threads) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    engine();
  }

  /** Name and version, for reports. */
  static String name() {
    return "PyTorch " + engine().getVersion();
  }
}
