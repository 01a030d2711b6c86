package dev.elbo.tornado;

import dev.elbo.tornado.layers.Tasks;

/**
 * Task graphs that share what stays on a device: first all of them are made, then each is executed
 * as often as one likes.
 */
interface Graphs extends AutoCloseable {

  /**
   * A new graph, to which tasks can be added until the first is executed.
   *
   * @param name its name
   * @param hasLoss whether it ends with a loss
   */
  Tasks add(String name, boolean hasLoss);

  /** Runs the tasks of a graph. */
  void execute(String name);

  /**
   * Takes an array to the host that a graph leaves on the device.
   *
   * @param name the graph, which has been executed
   * @param array what it transfers on demand
   */
  void fetch(String name, Object array);

  /** Frees the device's memory. */
  @Override
  void close();
}
