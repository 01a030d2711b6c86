package dev.elbo.tornado.layers;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraphInterface;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A task graph while layers add their tasks to it.
 *
 * @param name the graph's name
 * @param graph the graph
 * @param grids work groups of the tasks whose kernels have a context; of all graphs of a plan
 * @param products what computes those of dense layers
 * @param hasLoss whether it ends with a loss, and not with scores
 * @param taken what goes to the device so far
 */
public record Tasks(
    String name,
    TaskGraphInterface graph,
    GridScheduler grids,
    Products products,
    boolean hasLoss,
    Set<Object> taken) {

  /** The context of all kernels that have one. */
  public static final KernelContext CONTEXT = new KernelContext();

  /** What the bounds of parallel loops are a multiple of. */
  private static final int GROUP = 256;

  /**
   * A bound for a parallel loop of so many steps, which the kernel is to check for. TornadoVM makes
   * groups of the largest size that divides a bound: of a prime, groups of one work item.
   */
  public static int whole(int steps) {
    return Math.ceilDiv(steps, GROUP) * GROUP;
  }

  /** A graph without tasks. */
  public Tasks(
      String name,
      TaskGraphInterface graph,
      GridScheduler grids,
      Products products,
      boolean hasLoss) {
    this(name, graph, grids, products, hasLoss, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /** Takes arrays of the host to the device with every execution: each once, whoever asks. */
  public void take(Object... arrays) {
    for (Object array : arrays) {
      if (taken.add(array)) {
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, array);
      }
    }
  }

  /** Takes arrays of the host that do not change to the device with the first execution. */
  public void keep(Object... arrays) {
    for (Object array : arrays) {
      if (taken.add(array)) {
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, array);
      }
    }
  }

  /**
   * An array, or a new one that stands for none. An array that the task has already cannot: with a
   * task that writes one twice, TornadoVM never finishes building a graph.
   */
  public FloatArray orNone(Optional<FloatArray> array) {
    return array.orElseGet(
        () -> {
          FloatArray none = new FloatArray(1);
          keep(none);
          return none;
        });
  }

  /**
   * Registers the grid of a task whose kernel has a context, which runs in groups of {@code width}
   * items; returns the task's name.
   *
   * @param id the task's name
   * @param width items in a group
   * @param columns groups side by side
   * @param rows groups one below the other: at most 65,535, CUDA has no more
   */
  public String id(String id, int width, int columns, int rows) {
    WorkerGrid grid = new WorkerGrid2D(width * columns, rows);
    grid.setLocalWork(width, 1, 1);
    grids.addWorkerGrid(name + "." + id, grid);
    return id;
  }
}
