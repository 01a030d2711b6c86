package dev.elbo.bench;

import ai.djl.engine.Engine;

/** PyTorch with a given number of threads. */
final class TorchThreads {

  private TorchThreads() {}

  /** PyTorch. */
  static Engine engine() {
    return Engine.getEngine("PyTorch");
  }

  /**
   * Starts PyTorch; it reads the number of threads once, when it starts.
   *
   * @param threads number of threads
   */
  static void start(int threads) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    engine();
  }
}
