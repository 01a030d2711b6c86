package dev.elbo.tornado.layers;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid2D;

/**
 * A task graph while layers add their tasks to it.
 *
 * @param name the graph's name
 * @param graph the graph
 * @param grids work groups of the tasks whose kernels have a context; of all graphs of a plan
 */
public record Tasks(String name, TaskGraph graph, GridScheduler grids) {

  /** The context of all kernels that have one. */
  public static final KernelContext CONTEXT = new KernelContext();

  /** A graph without tasks. */
  public static Tasks of(String name, GridScheduler grids) {
    return new Tasks(name, new TaskGraph(name), grids);
  }

  /**
   * Registers the grid of a task whose kernel has a context, which runs in groups of {@code width}
   * items; returns the task's name.
   *
   * @param id the task's name
   * @param width items in a group
   * @param columns groups side by side
   * @param rows groups one below the other
   */
  public String id(String id, int width, int columns, int rows) {
    WorkerGrid grid = new WorkerGrid2D(width * columns, rows);
    grid.setLocalWork(width, 1, 1);
    grids.addWorkerGrid(name + "." + id, grid);
    return id;
  }
}
