package dev.elbo.tornado;

import dev.elbo.tornado.layers.Tasks;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * Graphs as one plan of TornadoVM, which compiles a kernel when it runs first. All methods throw
 * {@link dev.elbo.ElboException} if the device has not enough memory or a kernel fails.
 *
 * <p>With {@code -Delbo.cuda-graphs=true}, on TornadoVM's CUDA backend, a graph with its transfers
 * is recorded as a CUDA graph when it runs first and replayed from then on: arrays and grids never
 * change, so neither does what is recorded. <b>That has not been tried on a device</b>, so it is
 * not done unasked.
 */
final class DeviceGraphs implements Graphs {

  private static final boolean CUDA_GRAPHS = Boolean.getBoolean("elbo.cuda-graphs");

  private final Device device;
  private final GridScheduler grids = new GridScheduler();
  private final SequencedMap<String, TaskGraph> graphs = new LinkedHashMap<>();
  private final Map<String, ArrayUses> uses = new HashMap<>();
  private final Map<String, TornadoExecutionResult> results = new HashMap<>();
  private TornadoExecutionPlan plan;

  /** On a device. */
  DeviceGraphs(Device device) {
    this.device = device;
  }

  @Override
  public Tasks add(String name, boolean hasLoss) {
    TaskGraph graph = device.run(() -> new TaskGraph(name));
    graphs.put(name, graph);
    ArrayUses ofGraph = new ArrayUses(graph);
    uses.put(name, ofGraph);
    return new Tasks(name, ofGraph.graph(), grids, device.products(), hasLoss);
  }

  private TornadoExecutionPlan withGraph(String name) {
    if (plan == null) {
      // Only what a graph takes or gives is freed with it.
      graphs.forEach(
          (of, graph) -> graph.transferToHost(DataTransferMode.UNDER_DEMAND, uses.get(of).own()));
      plan =
          new TornadoExecutionPlan(
                  graphs.values().stream()
                      .map(TaskGraph::snapshot)
                      .toArray(ImmutableTaskGraph[]::new))
              .withDevice(device.device())
              .withGridScheduler(grids);
      if (CUDA_GRAPHS && device.device().getTornadoVMBackend() == TornadoVMBackendType.CUDA) {
        plan = plan.withCUDAGraph();
      }
    }
    return plan.withGraph(List.copyOf(graphs.keySet()).indexOf(name));
  }

  @Override
  public void execute(String name) {
    results.put(name, device.run(() -> withGraph(name).execute()));
  }

  @Override
  public void fetch(String name, Object array) {
    device.run(
        () -> {
          withGraph(name);
          return results.get(name).transferToHost(array);
        });
  }

  /**
   * {@inheritDoc} Graph by graph: the plan's own close would free the last one's. The graph of
   * updates takes what is large from others.
   */
  @Override
  public void close() {
    for (String name : results.keySet()) {
      if (!name.equals(UpdateGraph.NAME)) {
        device.run(() -> withGraph(name).freeDeviceMemory());
      }
    }
  }
}
